# SPDX-License-Identifier: GPL-3.0-or-later
"""ECHO_ENDPOINT: /echo sends back what it gets, over HTTP and over WebSocket, behind the same gate as everything else."""
import json
import unittest

from hub import HandshakeRefused, Hub, HubTestCase, WsClient
from ws_client import BINARY, TEXT

FOREIGN = ("Origin", "https://evil.example")


class Off(HubTestCase):
    def test_it_is_off_unless_asked_for(self):
        for method in ("GET", "POST", "PUT"):
            self.assertDetail(self.hub.request(method, "/echo", body=b"{}"), 404)
        with self.assertRaises(HandshakeRefused) as caught:
            WsClient(self.hub.address, None, path="/echo")
        self.assertEqual(caught.exception.response.status, 404)


class Http(HubTestCase):
    settings = {"echo_endpoint": "true", "max_body_bytes": 200_000}

    def test_any_method_gets_its_body_back(self):
        body = bytes(range(256)) * 3
        with self.hub.connect() as connection:
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "BREW", "M-SEARCH"):
                for bytewise in (False, True):
                    with self.subTest(method=method, bytewise=bytewise):
                        response = connection.request(method, "/echo", [("Content-Type", "x/y; a=b")], body, bytewise=bytewise)
                        self.assertEqual((response.status, response.body), (200, body), response)
                        self.assertEqual(response.header("Content-Type"), "x/y; a=b")

    def test_bodies_of_every_size(self):
        with self.hub.connect() as connection:
            for size in (0, 1, 100, 16_383, 16_384, 65_535, 65_536, 65_537, 200_000):
                body = (b"%d," % size * (size // 2 + 1))[:size]
                self.assertEqual(connection.request("POST", "/echo", body=body).body, body)
            self.assertDetail(connection.request("POST", "/echo", body=b"x" * 200_001), 413)

    def test_no_body_is_an_empty_one(self):
        response = self.hub.get("/echo")
        self.assertEqual((response.status, response.body, response.header("Content-Type")), (200, b"", "application/octet-stream"))

    def test_head_says_the_length_only(self):
        with self.hub.connect() as connection:
            response = connection.request("HEAD", "/echo", body=b"12345")
            self.assertEqual((response.status, response.header("Content-Length")), (200, "5"))
            self.assertEqual(connection.request("POST", "/echo", body=b"next").body, b"next")

    def test_chunks_come_back_as_one_body(self):
        with self.hub.connect() as connection:
            for body in (b"0\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"1;x=\"y\"\r\na\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n"):
                for bytewise in (False, True):
                    connection.send(b"PUT /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + body, bytewise)
                    wanted = b"" if body.startswith(b"0") else b"abc" if body.startswith(b"3") else b"a0123456789"
                    self.assertEqual(connection.response().body, wanted)

    def test_no_script_runs_in_what_comes_back(self):
        response = self.hub.request("POST", "/echo", [("Content-Type", "text/html")], b"<script>alert(1)</script>")
        self.assertEqual(response.header("X-Content-Type-Options"), "nosniff")
        self.assertIn("sandbox", response.header("Content-Security-Policy"))

    def test_a_foreign_page_gets_nothing(self):
        self.assertDetail(self.hub.request("POST", "/echo", [FOREIGN, ("Content-Type", "text/plain")], b"x"), 403)
        preflight = self.hub.request("OPTIONS", "/echo", [FOREIGN, ("Access-Control-Request-Method", "PUT")])
        self.assertDetail(preflight, 403)
        allowed = self.hub.request("OPTIONS", "/echo", [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "PUT")])
        self.assertEqual((allowed.status, allowed.header("Access-Control-Allow-Origin")), (200, "http://localhost:3000"))


class WebSocket(HubTestCase):
    settings = {"echo_endpoint": "true"}

    def test_text_and_binary_come_back(self):
        client = WsClient(self.hub.address, None, path="/echo")
        for opcode, payload in ((TEXT, "grüße 😀".encode()), (BINARY, bytes(range(256))), (TEXT, b"not json"), (BINARY, b"")):
            client.send_frame(opcode, payload)
            self.assertEqual(client.frame(), (0x80 | opcode, payload))
        client.leave()

    def test_it_is_no_user(self):
        client = WsClient(self.hub.address, "somebody", path="/echo")
        self.assertEqual(self.hub.connections(), 0)
        self.assertFalse(self.hub.push("somebody", {}))
        client.send({"correlation_id": "x", "is_final": True})
        self.assertEqual(json.loads(client.receive())["correlation_id"], "x")
        client.leave()

    def test_a_foreign_page_is_refused(self):
        with self.assertRaises(HandshakeRefused) as caught:
            WsClient(self.hub.address, None, path="/echo", headers=[FOREIGN])
        self.assertEqual(caught.exception.response.status, 403)


class Tokens(HubTestCase):
    settings = {"echo_endpoint": "true", "auth_tokens": "pub:publish,sub:subscribe"}

    def test_roles(self):
        self.assertDetail(self.hub.post("/echo", b"{}"), 401)
        self.assertEqual(self.hub.post("/echo", b"{}", [("Authorization", "Bearer pub")]).body, b"{}")
        for token, status in (("", 401), ("?token=pub", 403)):
            with self.assertRaises(HandshakeRefused) as caught:
                WsClient(self.hub.address, None, path="/echo" + token)
            self.assertEqual(caught.exception.response.status, status)
        WsClient(self.hub.address, None, path="/echo?token=sub").leave()


class Stopping(unittest.TestCase):
    def test_sessions_are_closed_with_1001(self):
        hub = Hub(echo_endpoint="true")
        clients = [WsClient(hub.address, None, path="/echo") for _ in range(3)]
        hub.terminate()
        for client in clients:
            self.assertEqual(client.closed(), (1001, "Server shutting down"))
            client.leave()
        hub.stop_cleanly()

    def test_its_path_is_taken(self):
        with self.assertRaises(AssertionError) as caught:
            Hub(echo_endpoint="true", sse_path="/echo")
        self.assertIn("ended with 2", str(caught.exception))
        hub = Hub(sse_path="/echo")         # off: the path is free
        self.assertEqual(hub.post("/echo", {"user_id": "u", "data": {}}).status, 200)
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
