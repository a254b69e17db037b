# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in: CORS, foreign origins, Host names, protected mode."""
import json
import socket
import unittest

from hub import HandshakeRefused, HubTestCase
from http_client import HttpConnection
from ws_client import WsClient

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
NOBODY = {"user_id": "nobody", "data": {}}


def own_address():
    """An address of this machine that is not loopback, or None. Nothing is sent: a UDP socket only picks its route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))       # RFC 5737: an address for documentation
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") or address == "0.0.0.0" else address


class AccessCase(HubTestCase):
    def allowed(self, response, origin):
        self.assertEqual(response.all("Access-Control-Allow-Origin"), [origin], response)
        self.assertIn("origin", response.tokens("Vary"), response)
        self.assertEqual(response.header("Access-Control-Allow-Credentials"), "true", response)

    def tells_what_is_allowed(self, response):
        self.assertIn("post", response.tokens("Access-Control-Allow-Methods"), response)
        self.assertIn("content-type", response.tokens("Access-Control-Allow-Headers"), response)

    def not_allowed(self, response):
        self.assertEqual(response.all("Access-Control-Allow-Origin"), [], response)

    def handshake_status(self, *headers, path="/ws?user_id=origin-check", address=None):
        try:
            WsClient(address or self.hub.address, None, path=path, headers=headers).leave()
            return 101
        except HandshakeRefused as refused:
            self.assertDetail(refused.response, refused.response.status)
            return refused.response.status


class DefaultOrigins(AccessCase):
    ALLOWED = ("http://localhost", "http://127.0.0.1", "https://localhost", "https://127.0.0.1", "http://localhost:3000",
               "https://localhost:8443", "http://127.0.0.1:5173", "https://127.0.0.1:1")
    FOREIGN = ("http://example.com", "https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
               "http://evil.example:80", "http://localhost@evil.example", "http://evil.example#http://localhost", "ftp://localhost",
               "http://localhost/", "localhost", "http://notlocalhost", "http://127.0.0.2",
               "http://localhost http://evil.example", "")

    RESPONSES = (("GET", "/health", None, 200), ("GET", "/metrics", None, 200), ("GET", "/ready", None, 200), ("HEAD", "/health", None, 200),
                 ("GET", "/nowhere", None, 404), ("GET", PUSH, None, 405), ("POST", PUSH, NOBODY, 200), ("POST", PUSH, {}, 422),
                 ("POST", BATCH, [], 200), ("POST", SEND, NOBODY, 200), ("GET", "/ws?user_id=x", None, 426))

    def test_every_response_to_an_allowed_origin_says_so(self):
        for method, path, body, status in self.RESPONSES:
            response = self.hub.request(method, path, [("Origin", self.ALLOWED[0])], None if body is None else json.dumps(body).encode())
            self.assertEqual(response.status, status, response)
            self.allowed(response, self.ALLOWED[0])

    def test_every_response_to_an_allowed_origin_names_methods_and_headers(self):
        for method, path, body, _ in self.RESPONSES:
            response = self.hub.request(method, path, [("Origin", self.ALLOWED[0])], None if body is None else json.dumps(body).encode())
            self.tells_what_is_allowed(response)

    def test_each_allowed_origin(self):
        for origin in self.ALLOWED:
            for method, path, body in (("GET", "/health", None), ("POST", PUSH, json.dumps(NOBODY).encode())):
                response = self.hub.request(method, path, [("Origin", origin)], body)
                self.assertEqual(response.status, 200, response)
                self.allowed(response, origin)

    def test_errors_of_the_gate_say_so_too(self):
        origin = ("Origin", "http://localhost:3000")
        for headers, status in (([origin, ("Content-Length", "-1")], 400), ([origin, ("Content-Length", "99999999")], 413),
                                ([origin, ("Content-Type", "text/plain")], 415), ([origin, ("Expect", "x")], 417),
                                ([origin, ("Host", "evil.example")], 421)):
            with self.subTest(status=status):
                response = self.hub.request("POST", PUSH, headers, b"{}")
                self.assertEqual(response.status, status, response)
                self.allowed(response, origin[1])

    def test_streams_say_so(self):
        user = self.join("cors-stream")
        stream = self.stream({"user_id": "cors-stream", "data": {"correlation_id": "cs"}}, headers=[("Origin", "http://localhost:3000")])
        self.assertEqual(stream.stream.status, 200)
        self.allowed(stream.stream, "http://localhost:3000")
        user.receive()
        response = self.hub.post(SEND, {"user_id": "cors-stream", "data": {"correlation_id": "cs"}}, [("Origin", "http://127.0.0.1:9")])
        self.assertEqual(response.status, 409)
        self.allowed(response, "http://127.0.0.1:9")
        user.send({"correlation_id": "cs", "is_final": True})
        self.assertEqual(len(stream.events()), 1)

    def test_preflight(self):
        for path in (PUSH, BATCH, SEND, "/health"):
            with self.subTest(path=path):
                response = self.hub.request("OPTIONS", path, [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "POST"),
                                                              ("Access-Control-Request-Headers", "content-type, authorization")])
                self.assertEqual(response.status, 200, response)
                self.allowed(response, "http://localhost:3000")
                self.tells_what_is_allowed(response)
                self.assertIn("authorization", response.tokens("Access-Control-Allow-Headers"), response)

    def test_preflight_of_a_foreign_origin_allows_nothing(self):
        response = self.hub.request("OPTIONS", PUSH, [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST")])
        self.not_allowed(response)

    def test_malformed_ports_are_foreign(self):
        for origin in ("http://localhost:80x", "http://localhost:", "http://localhost:-1"):
            with self.subTest(origin=origin):
                self.assertDetail(self.hub.post(PUSH, NOBODY, [("Origin", origin)]), 403)

    def test_foreign_origins_may_not_post(self):
        user = self.join("origin-target")
        for origin in self.FOREIGN:
            for path, body in ((PUSH, {"user_id": "origin-target", "data": {}}), (BATCH, [{"user_id": "origin-target", "data": {}}]),
                               (SEND, {"user_id": "origin-target", "data": {}})):
                with self.subTest(origin=origin, path=path):
                    response = self.hub.post(path, body, [("Origin", origin)])
                    self.assertDetail(response, 403)
                    self.not_allowed(response)
        self.assertTrue(user.nothing_came())

    def test_foreign_origins_may_not_connect(self):
        for origin in self.FOREIGN:
            with self.subTest(origin=origin):
                self.assertEqual(self.handshake_status(("Origin", origin)), 403)

    def test_allowed_origins_may_connect(self):
        for origin in self.ALLOWED:
            with self.subTest(origin=origin):
                self.assertEqual(self.handshake_status(("Origin", origin)), 101)

    def test_foreign_origins_may_read_without_being_told(self):
        response = self.hub.get("/health", [("Origin", "http://evil.example")])
        self.assertEqual(response.status, 200)
        self.not_allowed(response)

    def test_no_origin_is_fine(self):
        response = self.hub.post(PUSH, NOBODY)
        self.assertEqual(response.status, 200)
        self.not_allowed(response)
        self.assertEqual(self.handshake_status(), 101)


class OneOrigin(AccessCase):
    settings = {"cors_origins": "https://app.example, http://other.example:8081"}

    def test_listed_origins(self):
        for origin in ("https://app.example", "http://other.example:8081"):
            response = self.hub.post(PUSH, NOBODY, [("Origin", origin)])
            self.assertEqual(response.status, 200)
            self.allowed(response, origin)
            self.assertEqual(self.handshake_status(("Origin", origin)), 101)

    def test_neighbours_of_listed_origins(self):
        for origin in ("http://app.example", "https://app.example.org", "https://xapp.example", "http://other.example:8082", "http://localhost:3000"):
            self.assertDetail(self.hub.post(PUSH, NOBODY, [("Origin", origin)]), 403)
            self.assertEqual(self.handshake_status(("Origin", origin)), 403)

    def test_own_origin_is_never_foreign(self):
        for host in ("127.0.0.1:%d", "localhost:%d"):
            host = host % self.hub.port
            same = [("Host", host), ("Origin", "http://" + host)]
            self.assertEqual(self.hub.post(PUSH, NOBODY, same).status, 200)
            for origin in ("https://" + host, "http://%s1" % host, "http://" + host.split(":")[0]):
                with self.subTest(host=host, origin=origin):
                    self.assertDetail(self.hub.post(PUSH, NOBODY, [("Host", host), ("Origin", origin)]), 403)
        self.assertDetail(self.hub.post(PUSH, NOBODY, [("Host", "localhost:%d" % self.hub.port),
                                                       ("Origin", "http://127.0.0.1:%d" % self.hub.port)]), 403)
        self.assertEqual(self.handshake_status(("Origin", "http://127.0.0.1:%d" % self.hub.port)), 101)


class AnyOrigin(AccessCase):
    settings = {"cors_origins": "*"}

    def test_each_origin_is_named_back(self):
        for origin in ("https://evil.example", "http://localhost:3000"):
            response = self.hub.post(PUSH, NOBODY, [("Origin", origin)])
            self.assertEqual(response.status, 200)
            self.allowed(response, origin)
            self.assertEqual(self.handshake_status(("Origin", origin)), 101)


class HostNames(AccessCase):
    def test_loopback_names_with_any_port(self):
        for host in ("localhost", "localhost:1", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8080",
                     "127.0.0.1:%d" % self.hub.port):
            with self.subTest(host=host):
                self.assertEqual(self.hub.get("/health", [("Host", host)]).status, 200)
                self.assertEqual(self.hub.post(PUSH, NOBODY, [("Host", host)]).status, 200)
                self.assertEqual(self.handshake_status(("Host", host)), 101)

    def test_other_names_are_misdirected(self):
        for host in ("evil.example", "evil.example:%d" % self.hub.port, "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1",
                     "xlocalhost", "[2001:db8::1]:80"):
            with self.subTest(host=host):
                self.assertDetail(self.hub.get("/health", [("Host", host)]), 421)
                self.assertDetail(self.hub.post(PUSH, NOBODY, [("Host", host)]), 421)
                self.assertEqual(self.handshake_status(("Host", host)), 421)

    def test_malformed_names_are_refused(self):
        for host in ("", "a b", "localhost:port", "user@localhost", "localhost/x", "[::1"):
            with self.subTest(host=host):
                self.assertIn(self.hub.get("/health", [("Host", host)]).status, (400, 421))

    def test_absolute_form_names_its_host(self):
        self.assertIn(self.hub.get("http://evil.example/health").status, (400, 421))

    def test_http_1_0_without_host_passes(self):
        with self.hub.connect() as connection:
            self.assertEqual(connection.request("GET", "/health", version="HTTP/1.0").status, 200)
        with self.hub.connect() as connection:
            self.assertEqual(connection.request("POST", PUSH, body=json.dumps(NOBODY).encode(), version="HTTP/1.0").status, 200)
        with self.hub.connect() as connection:
            response = connection.request("GET", "/health", [("Host", "evil.example")], version="HTTP/1.0")
            self.assertEqual(response.status, 421)


@unittest.skipUnless(own_address(), "this machine has only loopback addresses")
class Wide(AccessCase):
    """Bound to every address. The clients are this machine's own, by its own address."""
    settings = {"host": "0.0.0.0"}

    def outside(self):
        return (own_address(), self.hub.port)

    def status(self, method="GET", path="/health", headers=(), body=None):
        with HttpConnection(self.outside()) as connection:
            return connection.request(method, path, headers, body)

    def test_only_loopback_peers_are_served(self):
        self.assertEqual(self.hub.get("/health").status, 200)
        self.assertEqual(self.handshake_status(), 101)
        for response in (self.status(), self.status("POST", PUSH, body=json.dumps(NOBODY).encode()), self.status(path="/nowhere")):
            self.assertDetail(response, 403)
            self.assertIn("AUTH_TOKENS", response.json()["detail"])
            self.assertIn("PROTECTED_MODE", response.json()["detail"])
        self.assertEqual(self.handshake_status(address=self.outside()), 403)

    def test_host_is_free(self):
        """Not yet: in protected mode a rebound name would come as a loopback peer."""
        self.assertEqual(self.hub.get("/health", [("Host", "localhost:1")]).status, 200)
        self.assertDetail(self.hub.get("/health", [("Host", "any.example:1")]), 421)


@unittest.skipUnless(own_address(), "this machine has only loopback addresses")
class WideUnprotected(Wide):
    settings = {"host": own_address() or "", "protected_mode": "no", "allowed_hosts": "hub.example,%s" % own_address()}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub.address = (own_address(), cls.hub.port)

    def test_only_loopback_peers_are_served(self):
        """Not any more: everybody is."""
        self.assertEqual(self.status().status, 200)
        self.assertEqual(self.status("POST", PUSH, body=json.dumps(NOBODY).encode()).status, 200)
        self.assertEqual(self.handshake_status(address=self.outside()), 101)

    def test_host_is_free(self):
        """Not any more: ALLOWED_HOSTS is set."""
        for host in ("hub.example", "hub.example:80", "HUB.example", "%s:%d" % self.outside()):
            self.assertEqual(self.status(headers=[("Host", host)]).status, 200, host)
        for host in ("evil.example", "xhub.example", "hub.example.evil.example"):
            self.assertDetail(self.status(headers=[("Host", host)]), 421)


@unittest.skipUnless(own_address(), "this machine has only loopback addresses")
class WideWithTokens(Wide):
    settings = {"host": own_address() or "", "auth_tokens": "sesame:publish+subscribe+observe"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub.address = (own_address(), cls.hub.port)

    def test_only_loopback_peers_are_served(self):
        """Not any more: whoever has a token is."""
        token = [("Authorization", "Bearer sesame")]
        body = json.dumps(NOBODY).encode()
        self.assertEqual(self.status("POST", PUSH, token, body).status, 200)
        self.assertEqual(self.handshake_status(*token, address=self.outside()), 101)
        for headers in ([], [("Authorization", "Bearer wrong")], [("Authorization", "Bearer sesam")], [("Authorization", "Basic sesame")],
                        [("Authorization", "Bearer sesame2")]):
            with self.subTest(headers=headers):
                self.assertDetail(self.status("POST", PUSH, headers, body), 401)
                self.assertEqual(self.handshake_status(*headers, address=self.outside()), 401)

    def test_host_is_free(self):
        response = self.status("POST", PUSH, [("Host", "any.example"), ("Authorization", "Bearer sesame")], json.dumps(NOBODY).encode())
        self.assertEqual(response.status, 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
