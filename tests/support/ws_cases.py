# SPDX-License-Identifier: GPL-3.0-or-later
"""What a WebSocket server must do with what a client sends, as data: RFC 6455 in the order of the Autobahn suite's chapters.

A case is (name, bytes sent, what comes back). What comes back is a list of (kind, payload) with the kinds text, binary, pong and
closed; the payload of closed is the close code, and nothing comes behind it. Text and binary messages come back from an echo.
"""
import struct

from ws_client import BINARY, CLOSE, PING, PONG, TEXT, frame

PROTOCOL, UTF8, TOO_BIG = 1002, 1007, 1009


def text(payload, **how):
    return frame(TEXT, payload, **how)


def more(payload, **how):
    return frame(0, payload, **how)


def binary(payload, **how):
    return frame(BINARY, payload, **how)


def ping(payload=b"", **how):
    return frame(PING, payload, **how)


def closing(code, reason=b""):
    return frame(CLOSE, struct.pack("!H", code) + reason)


def closed(code):
    return ("closed", code)


END = closing(1000)
OVER = closed(1000)


def framing():
    for kind, opcode in (("text", TEXT), ("binary", BINARY)):
        for size in (0, 1, 125, 126, 127, 128, 65535, 65536):
            payload = b"*" * size if opcode == TEXT else b"\xfe" * size
            yield "1 %s of %d bytes" % (kind, size), frame(opcode, payload), [(kind, payload)]
    for lengths in ((b"\x7e", struct.pack("!H", 3)), (b"\x7f", struct.pack("!Q", 3)), (b"\x7f", struct.pack("!Q", 300))):
        data = b"\x81" + bytes([0x80 | lengths[0][0]]) + lengths[1] + b"\0\0\0\0" + b"x" * 300
        yield "1 length not written in the shortest way %s" % lengths[1].hex(), data, [closed(PROTOCOL)]
    yield "1 length with its highest bit set", b"\x81\xff" + b"\xff" * 8 + b"mask", [closed(PROTOCOL)]
    yield "1 length beyond every limit", b"\x81\xff\x7f" + b"\xff" * 7 + b"mask", [closed(TOO_BIG)]


def pings():
    for payload in (b"", b"Hello, world!", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125):
        yield "2 ping of %d bytes" % len(payload), ping(payload), [("pong", payload)]
    yield "2 ping of 126 bytes", ping(b"\xfe" * 126), [closed(PROTOCOL)]
    yield "2 pong that nobody asked for", frame(PONG) + frame(PONG, b"unsolicited") + ping(b"p"), [("pong", b"p")]
    yield "2 ten pings", b"".join(ping(b"%d" % n) for n in range(10)), [("pong", b"%d" % n) for n in range(10)]


def reserved_bits():
    for bits in range(1, 8):
        for name, opcode in (("text", TEXT), ("binary", BINARY), ("ping", PING), ("pong", PONG), ("close", CLOSE)):
            yield "3 reserved bits %d in a %s" % (bits, name), frame(opcode, b"", reserved=bits), [closed(PROTOCOL)]
    yield "3 good text, reserved bit, ping", text(b"good") + text(b"bad", reserved=2) + ping(), [("text", b"good"), closed(PROTOCOL)]


def opcodes():
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        for payload in (b"", b"reserved opcode"):
            yield ("4 opcode %d with %d bytes" % (opcode, len(payload)), text(b"good") + frame(opcode, payload) + ping(),
                   [("text", b"good"), closed(PROTOCOL)])


def masking():
    for name, data in (("text", text(b"x", masked=False)), ("empty text", text(b"", masked=False)), ("binary", binary(b"x", masked=False)),
                       ("ping", ping(b"", masked=False)), ("close", frame(CLOSE, b"\x03\xe8", masked=False))):
        yield "5.1 unmasked %s" % name, data, [closed(PROTOCOL)]
        yield "5.1 unmasked %s behind a good one" % name, text(b"good") + data, [("text", b"good"), closed(PROTOCOL)]
    yield "5.1 unmasked continuation", text(b"a", fin=False) + more(b"b", masked=False), [closed(PROTOCOL)]


def fragmentation():
    for name, opcode in (("ping", PING), ("pong", PONG), ("close", CLOSE)):
        yield "5 fragmented %s" % name, frame(opcode, b"", fin=False) + frame(0, b""), [closed(PROTOCOL)]
    parts = text(b"fragment1", fin=False) + more(b"fragment2")
    yield "5 two fragments", parts, [("text", b"fragment1fragment2")]
    yield ("5 ping between fragments", text(b"fragment1", fin=False) + ping(b"ping") + more(b"fragment2"),
           [("pong", b"ping"), ("text", b"fragment1fragment2")])
    for fin in (True, False):
        yield "5 continuation of nothing, fin %s" % fin, more(b"x", fin=fin) + text(b"y"), [closed(PROTOCOL)]
        yield ("5 continuation behind a whole message, fin %s" % fin, text(b"x") + more(b"y", fin=fin),
               [("text", b"x"), closed(PROTOCOL)])
    yield "5 text inside a text", text(b"a", fin=False) + text(b"b"), [closed(PROTOCOL)]
    yield "5 binary inside a text", text(b"a", fin=False) + binary(b"b"), [closed(PROTOCOL)]
    five = [text(b"1", fin=False), more(b"2", fin=False), ping(b"p1"), more(b"3", fin=False), more(b"4", fin=False), ping(b"p2"), more(b"5")]
    yield "5 five fragments and two pings", b"".join(five), [("pong", b"p1"), ("pong", b"p2"), ("text", b"12345")]
    yield "5 empty fragments", text(b"", fin=False) + more(b"", fin=False) + more(b""), [("text", b"")]
    yield "5 empty fragments around one", text(b"", fin=False) + more(b"middle", fin=False) + more(b""), [("text", b"middle")]
    whole = bytes(range(256)) * 8
    pieces = [frame(BINARY if n == 0 else 0, whole[n:n + 64], fin=n + 64 >= len(whole)) for n in range(0, len(whole), 64)]
    yield "5 binary in 32 fragments", b"".join(pieces), [("binary", whole)]


GREEK = "κόσμε".encode()
VALID_TEXTS = [b"Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!", GREEK, b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80",
               b"\x7f", b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xef\xbf\xbe",
               b"\xf0\x9f\xbf\xbe", b"\xf4\x8f\xbf\xbe"]
BAD_TEXTS = [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xf4\x90\x80\x80", b"\x80", b"\xbf",
             b"\x80\xbf\x80\xbf\x80\xbf", b"\xc0 \xc1 ", b"\xe0 \xe1 ", b"\xf0 \xf1 ", b"\xc3", b"\xe1\x80", b"\xf0\x90\x80", b"\xfe", b"\xff", b"\xfe\xfe\xff\xff",
             b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xc0\x80",
             b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80",
             GREEK + b"\xed\xa0\x80edited", GREEK + b"\xf4\x90\x80\x80edited"]


def utf8():
    for payload in VALID_TEXTS:
        yield "6 text %s" % payload[:12].hex(), text(payload), [("text", payload)]
        if len(payload) > 1:
            pieces = b"".join(frame(TEXT if n == 0 else 0, payload[n:n + 1], fin=n == len(payload) - 1) for n in range(len(payload)))
            yield "6 a fragment a byte %s" % payload[:12].hex(), pieces, [("text", payload)]
    for payload in BAD_TEXTS:
        yield "6 not UTF-8 %s" % payload.hex(), text(payload), [closed(UTF8)]
        yield "6 not UTF-8, across fragments %s" % payload.hex(), text(b"good", fin=False) + more(payload[:1], fin=False) + more(payload[1:]), [closed(UTF8)]
    # Known to be bad before the message ends: closed without waiting for that.
    yield "6 fails at once", text(GREEK + b"\xf4\x90\x80\x80", fin=False), [closed(UTF8)]
    yield "6 fails at once, in the middle of a frame", text(GREEK + b"\xff" + b"x" * 20)[:6 + len(GREEK) + 1], [closed(UTF8)]
    yield "6 binary may be anything", b"".join(binary(payload) for payload in BAD_TEXTS), [("binary", payload) for payload in BAD_TEXTS]


def closes():
    yield "7 close, then nothing is answered", END + text(b"late") + ping(b"late"), [OVER]
    yield "7 two closes", END + closing(1001), [OVER]
    yield "7 message, then close", text(b"x") + END, [("text", b"x"), OVER]
    yield "7 fragments, close before the last", text(b"fragment1", fin=False) + END + more(b"fragment2"), [OVER]
    yield "7 close without a code", frame(CLOSE), [closed(1005)]
    yield "7 close of one byte", frame(CLOSE, b"\x03"), [closed(PROTOCOL)]
    yield "7 close with a reason", closing(1000, b"Hello World!"), [OVER]
    yield "7 close with the longest reason", closing(1000, b"*" * 123), [OVER]
    yield "7 close that is too long", closing(1000, b"*" * 124), [closed(PROTOCOL)]
    yield "7 reason that is not UTF-8", closing(1000, GREEK + b"\xed\xa0\x80edited"), [closed(UTF8)]
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        yield "7 close code %d" % code, closing(code), [closed(code)]
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        yield "7 bad close code %d" % code, closing(code), [closed(PROTOCOL)]
        yield "7 bad close code %d with a reason" % code, closing(code, b"why"), [closed(PROTOCOL)]


def limits(limit):
    for kind, opcode in (("text", TEXT), ("binary", BINARY)):
        whole = b"l" * limit
        yield "9 %s at the limit" % kind, frame(opcode, whole), [(kind, whole)]
        yield "9 %s above the limit" % kind, frame(opcode, whole + b"l"), [closed(TOO_BIG)]
        half = limit // 2
        yield ("9 %s at the limit in fragments" % kind, frame(opcode, whole[:half], fin=False) + more(whole[half:]), [(kind, whole)])
        yield "9 %s above the limit in fragments" % kind, frame(opcode, whole, fin=False) + more(b"l"), [closed(TOO_BIG)]
        yield "9 many messages of %s" % kind, frame(opcode, b"m" * 1000) * 200, [(kind, b"m" * 1000)] * 200


def all_cases(limit):
    for chapter in (framing(), pings(), reserved_bits(), opcodes(), masking(), fragmentation(), utf8(), closes(), limits(limit)):
        yield from chapter
