# SPDX-License-Identifier: GPL-3.0-or-later
"""How HTTP/1.1 requests are framed (RFC 9112), as data: what h1spec asks, and the ways known to smuggle one request inside another.

A case is (name, bytes sent, what comes back). What comes back is a list of the bodies that an echo returns, in order; or a set of
statuses: then exactly one answer comes, with one of them, and the connection ends whatever else was sent.
"""

HOST = b"Host: localhost\r\n"
BAD = {400}
HIDDEN = b"GET /hidden HTTP/1.1\r\n" + HOST + b"\r\n"       # must never be answered


def post(*fields, body=b"", start=b"POST /echo HTTP/1.1", host=HOST):
    return start + b"\r\n" + host + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def sized(body, start=b"POST /echo HTTP/1.1"):
    return post(b"Content-Length: %d" % len(body), body=body, start=start)


def chunks(*pieces):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CHUNKED = b"Transfer-Encoding: chunked"


def request_lines():
    for method in (b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"X-ANY"):
        yield "good: %s" % method.decode(), sized(b"abc", start=method + b" /echo HTTP/1.1"), [b"abc"]
    yield "good: absolute target", sized(b"abc", start=b"POST http://localhost/echo HTTP/1.1"), [b"abc"]
    yield "good: empty lines before", b"\r\n\r\n" + sized(b"abc"), [b"abc"]
    for line in (b"POST /echo", b"POST", b"POST /echo HTTP/1.1 ", b"POST  /echo HTTP/1.1", b"POST /echo  HTTP/1.1", b" POST /echo HTTP/1.1",
                 b"POST\t/echo HTTP/1.1", b"POST /echo\tHTTP/1.1", b"POST /echo HTTP/1.1 extra", b"POST echo HTTP/1.1", b"POST * HTTP/1.1",
                 b"P\x00ST /echo HTTP/1.1", b"P(ST /echo HTTP/1.1", b"POST /e\x00cho HTTP/1.1", b"POST /e\xc3\xa9 HTTP/1.1", b"POST /ec\x7fho HTTP/1.1",
                 b"POST /echo http/1.1", b"POST /echo HTTP/1,1", b"POST /echo HTTP/1.10", b"POST /echo HTTP/01.1", b"POST /echo HTTP /1.1",
                 b"POST /echo HTTP/1.1\x0b", b"POST /ec\rho HTTP/1.1", b"POST ftp://localhost/echo HTTP/1.1", b": /echo HTTP/1.1", b"\x16\x03\x01\x00\xa5"):
        yield "request line %r" % line, post(b"Content-Length: 3", body=b"abc" + HIDDEN, start=line), BAD
    for version in (b"HTTP/2.0", b"HTTP/3.0", b"HTTP/0.9"):
        yield "version %s" % version.decode(), post(b"Content-Length: 3", body=b"abc" + HIDDEN, start=b"POST /echo " + version), {400, 505}
    yield "bare LF behind the request line", b"POST /echo HTTP/1.1\n" + HOST + b"Content-Length: 0\r\n\r\n" + HIDDEN, BAD
    yield "bare CR behind the request line", b"POST /echo HTTP/1.1\r" + HOST + b"Content-Length: 0\r\n\r\n" + HIDDEN, BAD
    yield "bare LF before the request line", b"\n" + sized(b"abc"), BAD


def hosts():
    yield "no Host", post(b"Content-Length: 0", host=b"") + HIDDEN, BAD
    yield "two Hosts", post(b"Host: localhost", b"Content-Length: 0") + HIDDEN, BAD
    for host in (b"a b", b"local/host", b"user@localhost", b"localhost,localhost", b"localhost:80a", b"loc\\alhost", b"localhost#x", b"localhost?x"):
        yield "Host %r" % host, post(b"Content-Length: 0", host=b"Host: " + host + b"\r\n") + HIDDEN, BAD


def fields():
    yield "good: odd but legal fields", post(b"X-Empty:", b"X-Blanks: \t y \t", b"X-High: \xe9\xff", b"x!#$%&'*+-.^_`|~9: 1", b"Content-Length: 3", body=b"abc"), [b"abc"]
    for line in (b"X : y", b"X\t: y", b" X: y", b"\tX: y", b"X y: z", b": y", b"X", b"X\x00: y", b"X: a\x00b", b"X: a\x01b", b"X: a\x7fb", b"X: a\rb",
                 b"X: a\r b", b"X\r: y", b"X\x0b: y", b"X\xa0: y", b"X\xc3\xa9: y", b"X;a: y", b"\"X\": y", b"X(c): y", b"[X]: y", b"X/Y: z", b"\x00", b"X: y\n folded",
                 b"X: y\r\n folded", b"X: y\r\n\tfolded", b"X: y\r\n ", b"X: y\nY: z"):
        yield "field %r" % line, post(line, b"Content-Length: 3", body=b"abc" + HIDDEN), BAD
    yield "fold as the first field", post(b"Content-Length: 0", start=b"POST /echo HTTP/1.1\r\n " + b"X: y") + HIDDEN, BAD
    yield "bare LF ends the head", b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\n" + HIDDEN, BAD
    yield "bare LF ends a field and the head", b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 0\n\n" + HIDDEN, BAD
    yield "CR CR LF", b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\r\n\r\n" + HIDDEN, BAD


def lengths():
    yield "good: length with blanks around", post(b"Content-Length: \t 3 \t", body=b"abc"), [b"abc"]
    yield "good: length with zeros before", post(b"Content-Length: 0003", body=b"abc"), [b"abc"]
    yield "good: a body that looks like a request", sized(HIDDEN), [HIDDEN]
    yield "good: pipelined", sized(b"one") + sized(b"") + post(CHUNKED, body=chunks(b"th", b"ree")) + sized(b"four"), [b"one", b"", b"three", b"four"]
    yield "good: GET with a body", sized(HIDDEN, start=b"GET /echo HTTP/1.1") + sized(b"x"), [HIDDEN, b"x"]
    for value in (b"-3", b"+3", b"0x3", b"3.0", b"3e0", b"3 3", b"3,3", b"3, 3", b"", b"abc", b"3a", b"\xd9\xa3", b"'3'", b"\"3\"", b"3;", b"3_0", b"\x0c3",
                  b"99999999999999999999", b"18446744073709551619", b"9223372036854775808", b"0 \t 3"):
        yield "length %r" % value, post(b"Content-Length: " + value, body=b"abc" + HIDDEN), {400, 413}
    for lines in ((b"Content-Length: 3", b"Content-Length: 3"), (b"Content-Length: 3", b"content-length: 41"), (b"Content-Length: 0", b"Content-Length: 3"),
                  (b"Content-Length: 3", b"Content-Length:"), (b"Content-Length:", b"Content-Length: 3")):
        yield "two lengths %r" % (lines,), post(*lines, body=b"abc" + HIDDEN), BAD
    for line in (b"Content-Length : 3", b" Content-Length: 3", b"Content-Length\t: 3", b"Content-Length\x00: 3", b"X: y\r\n Content-Length: 3", b"Content-Length: 3\r\n 1",
                 b"Content-Length:\r\n 3", b"\rContent-Length: 3", b"X: y\rContent-Length: 3", b"X: y\nContent-Length: 3", b"Content Length: 3"):
        yield "a length that only some would read %r" % line, post(line, body=b"abc" + HIDDEN), BAD


def transfer_encodings():
    body = chunks(b"abc")
    for line in (b"Transfer-Encoding: chunked", b"transfer-encoding:chunked", b"Transfer-Encoding: CHUNKED", b"Transfer-Encoding: \t chunked \t"):
        yield "good: %r" % line, post(line, body=body), [b"abc"]
    for value in (b"xchunked", b"chunkedx", b"chunked, identity", b"identity, chunked", b"identity", b"gzip", b"gzip, chunked", b"chunked, gzip", b"chunked, chunked",
                  b"chunked;q=1", b"\"chunked\"", b"'chunked'", b"", b"x", b"\x0bchunked", b"\x0cchunked", b"chunked\x0b", b"chunked\x00", b"cow", b",chunked", b"chunked,",
                  b"chun ked", b"\xa0chunked", b"chunked \xa0", b"deflate", b"compress, chunked", b"trailers"):
        yield "coding %r" % value, post(b"Transfer-Encoding: " + value, body=body + HIDDEN), {400, 501}
    for line in (b"Transfer-Encoding : chunked", b" Transfer-Encoding: chunked", b"Transfer-Encoding\t: chunked", b"Transfer-Encoding\x00: chunked",
                 b"X: y\r\n Transfer-Encoding: chunked", b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding: chunked\r\n x", b"X: y\nTransfer-Encoding: chunked",
                 b"X: y\rTransfer-Encoding: chunked", b"Transfer-Encoding\r\n: chunked", b"Transfer Encoding: chunked", b"\x00Transfer-Encoding: chunked"):
        yield "a coding that only some would read %r" % line, post(line, b"Content-Length: 3", body=b"abc" + HIDDEN), BAD
    for lines in ((CHUNKED, CHUNKED), (CHUNKED, b"Transfer-encoding: cow"), (b"Transfer-Encoding: identity", CHUNKED), (b"Transfer-Encoding:", CHUNKED)):
        yield "two codings %r" % (lines,), post(*lines, body=body + HIDDEN), {400, 501}
    for lines in ((b"Content-Length: %d" % len(body), CHUNKED), (CHUNKED, b"Content-Length: 5"), (CHUNKED, b"Content-Length: 0"), (b"Content-Length: 0", CHUNKED),
                  (CHUNKED, b"Content-Length: x"), (b"Content-Length: 3", b"Transfer-Encoding: x")):
        yield "length and coding %r" % (lines,), post(*lines, body=body + HIDDEN), {400, 501}
    yield "chunked in HTTP/1.0", post(CHUNKED, body=body + HIDDEN, start=b"POST /echo HTTP/1.0"), BAD


def chunk_framing():
    yield "good: chunks of one byte", post(CHUNKED, body=chunks(*[b"%d" % (n % 10) for n in range(30)])), [b"012345678901234567890123456789"]
    yield "good: extensions", post(CHUNKED, body=b"3 ; a\r\nabc\r\n3;b=c;d=\"e;f\"\r\ndef\r\n0;z\r\n\r\n"), [b"abcdef"]
    yield "good: sizes in both cases, zeros before", post(CHUNKED, body=b"0000A\r\n0123456789\r\na\r\n0123456789\r\n00000\r\n\r\n"), [b"0123456789" * 2]
    yield "good: trailers change nothing", post(CHUNKED, body=b"3\r\nabc\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: x\r\nHost: evil\r\n\r\n") + sized(b"x"), [b"abc", b"x"]
    yield "good: chunked, then a request at once", post(CHUNKED, body=chunks(b"abc")) + sized(HIDDEN), [b"abc", HIDDEN]
    for size in (b"", b" ", b"-3", b"+3", b"0x3", b"x", b"3 ", b" 3", b"\t3", b"3\t", b"3_", b"g", b"3.0", b"3,", b"0x", b"\xd9\xa3", b"3\x00", b"3\x0b",
                 b"ffffffffffffffff", b"10000000000000003", b"fffffffff", b"100000000", b"3\r"):
        yield "chunk size %r" % size, post(CHUNKED, body=size + b"\r\nabc\r\n0\r\n\r\n" + HIDDEN), {400, 413}
    for name, body in (("bare LF behind the size", b"3\nabc\r\n0\r\n\r\n"), ("bare LF behind an extension", b"3;a\nabc\r\n0\r\n\r\n"),
                       ("bare CR behind the size", b"3\rabc\r\n0\r\n\r\n"), ("bare CR in an extension", b"3;a\rb\r\nabc\r\n0\r\n\r\n"),
                       ("bare LF behind the data", b"3\r\nabc\n0\r\n\r\n"), ("bare CR behind the data", b"3\r\nabc\r0\r\n\r\n"),
                       ("nothing behind the data", b"3\r\nabc0\r\n\r\n"), ("data longer than its size", b"3\r\nabcd\r\n0\r\n\r\n"),
                       ("data shorter than its size", b"5\r\nabc\r\n0\r\n\r\n" + b"0\r\n\r\n"), ("two line ends behind the data", b"3\r\nabc\r\n\r\n0\r\n\r\n"),
                       ("bare LF behind the last chunk", b"3\r\nabc\r\n0\n\r\n"), ("bare LF ends the trailers", b"3\r\nabc\r\n0\r\n\n"),
                       ("a trailer without a colon", b"3\r\nabc\r\n0\r\nX\r\n\r\n"), ("a trailer with a blank before its colon", b"3\r\nabc\r\n0\r\nX : y\r\n\r\n"),
                       ("a folded trailer", b"3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n"), ("a bare LF among trailers", b"3\r\nabc\r\n0\r\nX: y\nZ: z\r\n\r\n")):
        yield name, post(CHUNKED, body=body + HIDDEN), {400, 413}


def limits():
    yield "request line too long", post(start=b"GET /" + b"x" * 17_000 + b" HTTP/1.1"), {414, 431}
    yield "field too long", post(b"X: " + b"y" * 17_000), {431}
    yield "too many fields", post(*[b"X-%d: y" % n for n in range(101)]), {431}
    yield "extension too long", post(CHUNKED, body=b"3;" + b"x" * 20_000), {400, 413, 431}
    yield "trailers too long", post(CHUNKED, body=b"3\r\nabc\r\n0\r\n" + b"X-T: y\r\n" * 5_000), {400, 413, 431}
    yield "chunk above the body limit", post(CHUNKED, body=b"2711\r\n"), {413}
    yield "chunks above the body limit in sum", post(CHUNKED, body=(b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 10 + b"1\r\nx\r\n0\r\n\r\n" + HIDDEN), {413}
    yield "good: chunks up to the body limit", post(CHUNKED, body=chunks(*[b"x" * 1000] * 10)), [b"x" * 10_000]


BODY_LIMIT = 10_000


def all_cases():
    for chapter in (request_lines(), hosts(), fields(), lengths(), transfer_encodings(), chunk_framing(), limits()):
        yield from chapter
