# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.x as bytes on the wire (RFC 9112): limits, framing, order. Each request is sent whole and byte by byte."""
import unittest

from hub import HubTestCase
from http_client import WireError, request_bytes

PUSH = "/sse/push"
BODY = b'{"user_id":"nobody","data":{}}'
HEAD_LIMIT, FIELD_LIMIT = 16 * 1024, 100


class WireCase(HubTestCase):
    settings = {"max_body_bytes": 5000}

    def head(self, *lines, start="POST /sse/push HTTP/1.1", host=True):
        fields = ["Host: 127.0.0.1:%d" % self.hub.port] if host else []
        return ("\r\n".join([start, *fields, *lines]) + "\r\n\r\n").encode("latin-1")

    def post_head(self, *lines):
        return self.head("Content-Type: application/json", *lines)

    def both_ways(self, data):
        """Sends `data` on a new connection, whole and byte by byte; yields each connection to look at."""
        for bytewise in (False, True):
            with self.subTest(data=data[:120], bytewise=bytewise), self.hub.connect() as connection:
                connection.send(data, bytewise)
                yield connection

    def answered(self, data, *statuses):
        """Each of the statuses in order, then the connection still serves."""
        for connection in self.both_ways(data):
            for status in statuses:
                response = connection.response()
                self.assertEqual(response.status, status, response)
            self.assertEqual(connection.request("GET", "/health").status, 200)

    def refused(self, data, *statuses):
        """An error in JSON with one of the statuses, then the end: what follows on the connection can't be trusted."""
        for connection in self.both_ways(data):
            response = connection.response()
            self.assertIn(response.status, statuses, response)
            self.assertDetail(response, response.status)
            self.assertTrue(connection.at_end())


class Heads(WireCase):
    def test_head_of_16_kib_and_one_past(self):
        for size, works in ((HEAD_LIMIT, True), (HEAD_LIMIT + 1, False)):
            head = self.head("X-Pad: ", start="GET /health HTTP/1.1")
            data = head.replace(b"X-Pad: ", b"X-Pad: " + b"x" * (size - len(head)))
            self.assertEqual(len(data), size)
            if works:
                self.answered(data, 200)
            else:
                self.refused(data, 431)

    def test_head_far_past_the_limit_without_an_end(self):
        self.refused(self.head("X-Pad: " + "x" * 100_000, start="GET /health HTTP/1.1")[:-4], 431)

    def test_long_request_line(self):
        self.refused(self.head(start="GET /%s HTTP/1.1" % ("x" * 20_000)), 414, 431)

    def test_hundred_fields_and_one_past(self):
        pads = ["X-%d: y" % n for n in range(FIELD_LIMIT)]
        self.answered(self.head(*pads[:FIELD_LIMIT - 1], start="GET /health HTTP/1.1"), 200)
        self.refused(self.head(*pads, start="GET /health HTTP/1.1"), 431)

    def test_malformed_request_lines(self):
        for line in ("GET /health", "GET", "GET  /health HTTP/1.1", "GET /health  HTTP/1.1", " GET /health HTTP/1.1",
                     "GET\t/health\tHTTP/1.1", "GET /health HTTP/1.1 ", "GET /he alth HTTP/1.1", "GET /health HTTP/1.1x",
                     "GET /health HTTP/1", "GET /health HTTP/11", "GET /health http/1.1", "GET /health HTTPS/1.1", "G(T /health HTTP/1.1",
                     "GET health HTTP/1.1", "GET /hea\x01lth HTTP/1.1", "GET /h\x7f HTTP/1.1", "HTTP/1.1 200 OK", "\x16\x03\x01\x02",
                     "GET \\health HTTP/1.1"):
            self.refused(self.head(start=line), 400)

    def test_unknown_http_versions(self):
        for version in ("HTTP/2.0", "HTTP/3.0", "HTTP/0.9"):
            self.refused(self.head(start="GET /health " + version), 400, 505)

    def test_malformed_fields(self):
        for line in ("X", "X-Space : y", " X: y", "X Y: y", ": y", "X\x00: y", "X: a\x00b", "X: a\x01b", "X: a\x7fb", "X: a\rb", "X\t: y", "X;Y: z",
                     "X: y\r\n folded", "X: y\r\n\tfolded"):
            self.refused(self.head(line, start="GET /health HTTP/1.1"), 400)

    def test_fold_as_first_field(self):
        self.refused(self.head(start="GET /health HTTP/1.1\r\n Host: x"), 400)

    def test_bare_line_feeds(self):
        for data in (b"GET /health HTTP/1.1\nHost: localhost\n\n", b"GET /health HTTP/1.1\r\nHost: localhost\n\r\n",
                     b"GET /health HTTP/1.1\nHost: localhost\r\n\r\n", b"GET /health HTTP/1.1\r\nHost: localhost\r\n\n",
                     b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\nContent-Length: 5\r\n\r\n"):
            self.refused(data, 400)

    def test_bare_carriage_returns(self):
        self.refused(b"GET /health HTTP/1.1\rHost: localhost\r\r\n\r\n", 400)

    def test_an_empty_line_before_a_request_is_skipped(self):
        self.answered(b"\r\n" + self.head(start="GET /health HTTP/1.1"), 200)     # RFC 9112 §2.2

    def test_values_keep_to_the_rules_but_may_be_odd(self):
        self.answered(self.head("X-Empty:", "X-Spaces:   y  ", "X-Latin: \xe9\xff", "X-Colon: a:b", "x!#$%&'*+-.^_`|~: 1", "X: a\tb",
                                start="GET /health HTTP/1.1"), 200)

    def test_host_must_be_there_once(self):
        self.refused(self.head(start="GET /health HTTP/1.1", host=False), 400)
        self.refused(self.head("Host: localhost", start="GET /health HTTP/1.1"), 400)

    def test_unknown_methods(self):
        for method in ("BREW", "TRACE", "PROPFIND", "get", "X" * 30):
            for connection in self.both_ways(self.head(start=method + " /health HTTP/1.1")):
                response = connection.response()
                self.assertIn(response.status, (405, 501) if method != "get" else (400, 405, 501), response)
        for connection in self.both_ways(self.head(start="CONNECT example.com:443 HTTP/1.1")):
            self.assertIn(connection.response().status, (400, 404, 405, 501))

    def test_absolute_form(self):
        self.answered(self.head(start="GET http://127.0.0.1:%d/health HTTP/1.1" % self.hub.port), 200)

    def test_percent_encoded_paths(self):
        self.answered(self.head(start="GET /%68ealth HTTP/1.1"), 200)
        for path in ("/%00", "/health%00", "/..", "/../health", "//health", "/health/"):
            with self.hub.connect() as connection:
                self.assertIn(connection.request("GET", path).status, (400, 404), path)


class Bodies(WireCase):
    def test_content_length(self):
        self.answered(self.post_head("Content-Length: %d" % len(BODY)) + BODY, 200)

    def test_bad_content_lengths(self):
        good = len(BODY)
        for value in ("-1", "+%d" % good, "0x1e", "1e1", "30.0", "3 0", "", "abc", "9" * 30, "18446744073709551646", "30;", "٣"):
            fields = "Content-Length: ".encode() + value.encode() + b"\r\n"
            data = self.post_head("X: y").replace(b"X: y\r\n", fields) + BODY
            self.refused(data, 400, 413) if value.isascii() and value.isdigit() else self.refused(data, 400)

    def test_duplicated_and_conflicting_content_length(self):
        good = len(BODY)
        for lines in (["Content-Length: %d" % good, "Content-Length: %d" % (good + 1)],
                      ["Content-Length: %d, %d" % (good, good + 5)], ["Content-Length: 0", "Content-Length: %d" % good]):
            self.refused(self.post_head(*lines) + BODY, 400)
        for lines in (["Content-Length: %d" % good] * 2, ["Content-Length: %d, %d" % (good, good)]):
            self.refused(self.post_head(*lines) + BODY, 400)     # the issue wants exactly one

    def test_content_length_with_transfer_encoding(self):
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
        for lines in (["Content-Length: %d" % len(BODY), "Transfer-Encoding: chunked"],
                      ["Transfer-Encoding: chunked", "Content-Length: 5"], ["Transfer-Encoding: chunked", "Content-Length: 0"]):
            self.refused(self.post_head(*lines) + chunked, 400)

    def test_other_transfer_encodings(self):
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
        for value in ("gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", "chunked;q=1", "", "\x0bchunked"):
            self.refused(self.post_head("Transfer-Encoding: " + value) + chunked, 400, 501)
        self.refused(self.post_head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + chunked, 400, 501)
        self.refused(self.head("Content-Type: application/json", "Transfer-Encoding: chunked", start="POST /sse/push HTTP/1.0") + chunked, 400)

    def test_chunked_bodies(self):
        head = self.post_head("Transfer-Encoding: Chunked")
        pieces = [BODY[:1], BODY[1:11], BODY[11:]]
        for body in (b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n",
                     b"".join(b"%X;name=value;q=\"a;b\"\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0;last\r\n\r\n",
                     b"0000%x\r\n%s\r\n000\r\n\r\n" % (len(BODY), BODY),
                     b"%x\r\n%s\r\n0\r\nX-Trailer: 1\r\nContent-Length: 7\r\n\r\n" % (len(BODY), BODY)):
            self.answered(head + body, 200)

    def test_malformed_chunks(self):
        head = self.post_head("Transfer-Encoding: chunked")
        size = b"%x" % len(BODY)
        for body in (b"g\r\n", b"-1\r\n", b"\r\n", b"0x1e\r\n", b" 1e\r\n", b"1e \r\n" + BODY + b"x\r\n0\r\n\r\n", size + b"\n" + BODY,
                     size + b"\r\n" + BODY + b"0\r\n\r\n", size + b"\r\n" + BODY + b"xx0\r\n\r\n", size + b"\r\n" + BODY + b"\n0\r\n\r\n",
                     b"ffffffffffffffff1\r\n", b"ffffffffffffffff\r\n", size + b"\r\n" + BODY + b"\r\n0\r\nbad trailer\r\n\r\n",
                     size + b";" + b"x" * 20_000):
            self.refused(head + body, 400, 413, 431)

    def test_body_limit(self):
        pad = b'{"user_id":"nobody","data":{}}'.ljust(5000)
        self.answered(self.post_head("Content-Length: 5000") + pad, 200)
        self.refused(self.post_head("Content-Length: 5001"), 413)             # said before the body comes
        self.refused(self.post_head("Content-Length: 5001") + pad + b" ", 413)
        self.refused(self.post_head("Content-Length: 999999999999"), 413)

    def test_chunked_body_limit(self):
        head = self.post_head("Transfer-Encoding: chunked")
        half = BODY.ljust(2500)
        two = b"9c4\r\n%s\r\n9c4\r\n%s\r\n" % (half, b" " * 2500)
        self.answered(head + two + b"0\r\n\r\n", 200)
        self.refused(head + two + b"1\r\n \r\n0\r\n\r\n", 413)
        self.refused(head + b"1389\r\n", 413)

    def test_chunk_overhead_is_bounded(self):
        """Trailers and extensions must not grow without end either."""
        self.refused(self.post_head("Transfer-Encoding: chunked") + b"0\r\n" + b"X-T: y\r\n" * 20_000, 400, 413, 431)

    def test_body_of_a_get_does_not_become_a_request(self):
        body = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for connection in self.both_ways(self.head("Content-Length: %d" % len(body), start="GET /health HTTP/1.1") + body):
            self.assertEqual(connection.response().status, 200)
            self.assertEqual(connection.request("GET", "/ready").status, 200)

    def test_refused_request_does_not_leak_its_body(self):
        """A body that looks like a request must not be answered after a 404, 405 or 415."""
        inner = self.head(start="GET /health HTTP/1.1")
        for start, kind, status in (("POST /nowhere HTTP/1.1", "application/json", 404), ("PUT /sse/push HTTP/1.1", "application/json", 405),
                                    ("POST /sse/push HTTP/1.1", "text/plain", 415)):
            data = self.head("Content-Type: " + kind, "Content-Length: %d" % len(inner), start=start) + inner
            for connection in self.both_ways(data):
                self.assertEqual(connection.response().status, status)
                connection.send_request("GET", "/nowhere")
                try:
                    self.assertEqual(connection.response().status, 404)
                except WireError:
                    self.assertTrue(connection.at_end())      # closing instead is fine too

    def test_post_without_a_length_has_an_empty_body(self):
        for connection in self.both_ways(self.post_head()):
            self.assertIn(connection.response().status, (411, 422))


class DefaultBodyLimit(HubTestCase):
    def test_four_mebibytes_and_one_past(self):
        limit = 4 * 1024 * 1024
        self.assertEqual(self.hub.post(PUSH, BODY.ljust(limit)).status, 200)
        self.assertDetail(self.hub.post(PUSH, BODY.ljust(limit + 1)), 413)


class Expectations(WireCase):
    def test_continue_is_sent_before_the_body(self):
        for version, bytewise in (("HTTP/1.1", False), ("HTTP/1.1", True)):
            with self.subTest(bytewise=bytewise), self.hub.connect() as connection:
                connection.send(self.post_head("Expect: 100-Continue", "Content-Length: %d" % len(BODY)), bytewise)
                self.assertEqual(connection.head().status, 100)
                connection.send(BODY, bytewise)
                self.assertEqual(connection.response().status, 200)
                self.assertEqual(connection.request("GET", "/health").status, 200)

    def test_continue_for_a_chunked_body(self):
        with self.hub.connect() as connection:
            connection.send(self.post_head("Expect: 100-continue", "Transfer-Encoding: chunked"))
            self.assertEqual(connection.head().status, 100)
            connection.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))
            self.assertEqual(connection.response().status, 200)

    def test_a_body_already_there_needs_no_continue(self):
        with self.hub.connect() as connection:
            connection.send(self.post_head("Expect: 100-continue", "Content-Length: %d" % len(BODY)) + BODY)
            response = connection.head()
            if response.status == 100:
                response = connection.response()
            else:
                response.body = connection.input.exactly(int(response.header("Content-Length")))
            self.assertEqual(response.status, 200)
            self.assertEqual(connection.request("GET", "/health").status, 200)

    def test_too_large_is_refused_instead_of_continued(self):
        for connection in self.both_ways(self.post_head("Expect: 100-continue", "Content-Length: 5001")):
            self.assertEqual(connection.response().status, 413)

    def test_other_expectations_fail(self):
        self.refused(self.post_head("Expect: the-unexpected", "Content-Length: %d" % len(BODY)) + BODY, 417)

    def test_http_1_0_gets_no_continue(self):
        with self.hub.connect() as connection:
            connection.send(self.head("Expect: 100-continue", "Content-Type: application/json", "Content-Length: %d" % len(BODY),
                                      start="POST /sse/push HTTP/1.0") + BODY)
            self.assertEqual(connection.response().status, 200)


class Connections(WireCase):
    def test_keep_alive(self):
        with self.hub.connect() as connection:
            for n in range(50):
                self.assertEqual(connection.request("POST", PUSH, body=BODY, bytewise=n == 7).status, 200)
                self.assertEqual(connection.request("GET", "/health").status, 200)

    def test_connection_close(self):
        for method in ("GET /health", "POST /sse/push", "GET /nowhere"):
            for value in ("close", "Close", "keep-alive, close", "x, close"):
                lines = ["Connection: " + value, "Content-Type: application/json"]
                data = self.head(*lines, "Content-Length: %d" % len(BODY), start=method + " HTTP/1.1") + BODY
                for connection in self.both_ways(data):
                    response = connection.response()
                    self.assertIn(response.status, (200, 404))
                    self.assertEqual(response.tokens("Connection"), ["close"], response)
                    self.assertTrue(connection.at_end())

    def test_nothing_is_answered_after_close(self):
        with self.hub.connect() as connection:
            connection.send(self.head("Connection: close", start="GET /health HTTP/1.1") + self.head(start="GET /health HTTP/1.1"))
            self.assertEqual(connection.response().status, 200)
            self.assertTrue(connection.at_end())

    def test_http_1_0(self):
        for lines, stays in (([], False), (["Connection: keep-alive"], True)):
            for start, body in (("GET /health HTTP/1.0", b""), ("POST /sse/push HTTP/1.0", BODY)):
                more = ["Content-Type: application/json", "Content-Length: %d" % len(body)] if body else []
                for host in (True, False):
                    for connection in self.both_ways(self.head(*lines, *more, start=start, host=host) + body):
                        response = connection.response()
                        self.assertEqual(response.status, 200, response)
                        self.assertIsNone(response.header("Transfer-Encoding"))
                        if not stays or "keep-alive" not in response.tokens("Connection"):
                            self.assertTrue(connection.at_end())

    def test_head_has_no_body(self):
        for path, status in (("/health", 200), ("/ready", 200), ("/metrics", 200), ("/nowhere", 404)):
            for bytewise in (False, True):
                with self.subTest(path=path, bytewise=bytewise), self.hub.connect() as connection:
                    got = connection.request("GET", path)
                    response = connection.request("HEAD", path, bytewise=bytewise)
                    self.assertEqual(response.status, status)
                    self.assertEqual(response.header("Content-Type"), got.header("Content-Type"))
                    self.assertIsNotNone(response.header("Content-Length"))
                    self.assertEqual(connection.request("GET", path).status, status)     # no stray body before it

    def test_pipelined_requests_are_answered_in_order(self):
        user = self.join("pipeline")
        with self.hub.connect() as connection:
            host, data, wanted = connection.host(), b"", []
            for n in range(40):
                data += request_bytes(host, "GET", "/health") + request_bytes(host, "GET", "/nowhere")
                data += request_bytes(host, "POST", PUSH, body=b'{"user_id":"pipeline","data":{"n":%d}}' % n)
                data += request_bytes(host, "POST", PUSH, body=b"{}") + request_bytes(host, "POST", "/sse/push/batch", body=b"[]")
                wanted += [200, 404, 200, 422, 200]
            for bytewise in (False, True):
                with self.subTest(bytewise=bytewise):
                    connection.send(data, bytewise)
                    responses = [connection.response() for _ in wanted]
                    self.assertEqual([response.status for response in responses], wanted)
                    self.assertEqual(responses[0].json()["status"], "healthy")
                    self.assertEqual(responses[2].json()["status"], "success")
                    self.assertEqual([user.json()["n"] for _ in range(40)], list(range(40)))

    def test_every_split_of_two_requests(self):
        with self.hub.connect() as connection:
            data = request_bytes(connection.host(), "POST", PUSH, body=BODY) + request_bytes(connection.host(), "GET", "/nowhere")
            for at in range(1, len(data)):
                connection.send_pieces([data[:at], data[at:]])
                self.assertEqual([connection.response().status for _ in range(2)], [200, 404], at)

    def test_half_closed_client_is_still_answered(self):
        with self.hub.connect() as connection:
            connection.send_request("GET", "/health")
            connection.half_close()
            self.assertEqual(connection.response().status, 200)
            self.assertTrue(connection.at_end())

    def test_client_that_leaves_in_the_middle_harms_nobody(self):
        whole = self.post_head("Content-Length: %d" % len(BODY)) + BODY
        for at in range(0, len(whole), 7):
            connection = self.hub.connect()
            connection.send(whole[:at])
            connection.reset() if at % 2 else connection.close()
        self.assertEqual(self.hub.get("/health").status, 200)

    def test_every_response_is_framed(self):
        """Every plain response says its length, with a status line that a strict reader accepts."""
        for method, path in (("GET", "/health"), ("GET", "/nowhere"), ("POST", "/health"), ("OPTIONS", PUSH), ("DELETE", PUSH)):
            response = self.hub.request(method, path)
            self.assertTrue(response.header("Content-Length") is not None or response.status == 204, response)


if __name__ == "__main__":
    unittest.main(verbosity=2)
