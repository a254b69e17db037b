# SPDX-License-Identifier: GPL-3.0-or-later
"""Bearer tokens and JSON Web Tokens over real sockets. PyJWT makes the latter: another implementation than the hub's."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from urllib.parse import quote

import jwt

from hub import HandshakeRefused, Hub, HubTestCase, eventually
from http_client import HttpConnection
from ws_client import WsClient

PUSH, SEND = "/sse/push", "/sse/send"
SECRET = "a-secret-for-tests-that-is-32-bytes-long"
NOBODY = json.dumps({"user_id": "nobody", "data": {}}).encode()


def make(claims, key=SECRET, algorithm="HS256", headers=None):
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def soon(seconds=60.0):
    return time.time() + seconds


class TokenCase(HubTestCase):
    def bearer(self, token):
        return [("Authorization", "Bearer " + token)]

    def status(self, method="GET", path="/health", token=None, body=None):
        return self.hub.request(method, path, self.bearer(token) if token else [], body)

    def handshake(self, path, *headers):
        """The session, closed again at the test's end; or the refusal's response."""
        try:
            client = WsClient(self.hub.address, None, path=path, headers=headers)
        except HandshakeRefused as refused:
            return refused.response
        self.addCleanup(client.leave)
        return client

    def refused(self, response, status, *words):
        self.assertNotIsInstance(response, WsClient, "the handshake was accepted")
        self.assertDetail(response, status)
        for word in words:
            self.assertIn(word, response.json()["detail"])
        if status == 401:
            self.assertEqual(response.header("WWW-Authenticate"), "Bearer")


class OpaqueTokens(TokenCase):
    settings = {"auth_tokens": "pusher:publish,ears:subscribe,both:publish+subscribe,eye:observe,chief:admin"}

    def test_each_role_opens_its_door_only(self):
        doors = {"publish": lambda token: self.status("POST", PUSH, token, NOBODY).status,
                 "observe": lambda token: self.status("GET", "/admin/snapshot", token).status,
                 "admin": lambda token: self.status("POST", "/admin/control", token, b'{"order":"clear"}').status}
        allowed = {"pusher": {"publish"}, "ears": set(), "both": {"publish"}, "eye": {"observe"},
                   "chief": {"publish", "observe", "admin"}}
        for token, roles in allowed.items():
            for role, door in doors.items():
                with self.subTest(token=token, role=role):
                    self.assertEqual(door(token), 200 if role in roles else 403)

    def test_listening_needs_subscribe(self):
        for token, fine in (("pusher", False), ("ears", True), ("both", True), ("eye", False), ("chief", True)):
            with self.subTest(token=token):
                answer = self.handshake("/ws?user_id=role-" + token, *self.bearer(token))
                if fine:
                    self.assertIsInstance(answer, WsClient)
                else:
                    self.refused(answer, 403, "subscribe", "AUTH_TOKENS")

    def test_three_ways_to_show_a_token(self):
        for number, (path, headers) in enumerate((("/ws?user_id=way%d", self.bearer("ears")),
                                                  ("/ws?user_id=way%d", [("Sec-WebSocket-Protocol", "bearer, ears")]),
                                                  ("/ws?user_id=way%d&token=ears", []))):
            client = self.handshake(path % number, *headers)
            self.assertIsInstance(client, WsClient, number)
            self.assertEqual(client.response.header("Sec-WebSocket-Protocol"), "bearer" if number == 1 else None)

    def test_wrong_or_missing_is_401(self):
        for path, headers in (("/ws?user_id=x", []), ("/ws?user_id=x", self.bearer("earz")), ("/ws?user_id=x&token=", []),
                              ("/ws?user_id=x&token=nope", []), ("/ws?user_id=x", [("Sec-WebSocket-Protocol", "bearer")]),
                              ("/ws?user_id=x", [("Sec-WebSocket-Protocol", "bearer, nope")]),
                              ("/ws?user_id=x", [("Authorization", "Basic ears")])):
            with self.subTest(path=path, headers=headers):
                self.refused(self.handshake(path, *headers), 401)
        self.refused(self.status("POST", PUSH, None, NOBODY), 401, "AUTH_TOKENS=TOKEN:publish")
        self.refused(self.status("POST", PUSH, "push", NOBODY), 401)

    def test_status_needs_no_token(self):
        for path in ("/health", "/ready"):
            self.assertEqual(self.status("GET", path).status, 200)

    def test_metrics_need_observe(self):
        self.refused(self.status("GET", "/metrics"), 401, "observe")
        self.refused(self.status("GET", "/metrics", "pusher"), 403, "observe")
        self.assertEqual(self.status("GET", "/metrics", "eye").status, 200)

    def test_a_token_in_the_url_opens_event_streams_only(self):
        with self.hub.connect() as connection:
            connection.send_request("GET", "/admin/events?token=eye")
            self.assertEqual(connection.start_stream().status, 200)
        self.refused(self.hub.get("/admin/snapshot?token=eye"), 401)
        self.refused(self.hub.request("POST", PUSH + "?token=pusher", body=NOBODY), 401)

    def test_the_header_wins_over_the_url(self):
        self.refused(self.handshake("/ws?user_id=x&token=ears", *self.bearer("wrong")), 401)

    def test_refusals_are_counted_and_shown(self):
        before = self.status("GET", "/metrics", "eye").json()
        self.refused(self.status("POST", PUSH, "nobody-knows", NOBODY), 401)
        self.refused(self.status("POST", PUSH, "ears", NOBODY), 403)
        after = self.status("GET", "/metrics", "eye").json()
        self.assertEqual(after["refused_unauthorized"] - before["refused_unauthorized"], 1)
        self.assertEqual(after["refused_forbidden"] - before["refused_forbidden"], 1)
        snapshot = self.status("GET", "/admin/snapshot", "eye").json()
        self.assertTrue(snapshot["tokens_needed"])
        shown = [(entry["code"], entry["remote"].split(":")[0]) for entry in snapshot["refusals"]]
        self.assertIn((401, "127.0.0.1"), shown)
        self.assertIn((403, "127.0.0.1"), shown)


class JsonWebTokens(TokenCase):
    settings = {"jwt_secret": SECRET, "jwt_audience": "hub"}

    def claims(self, user, **more):
        return dict({"sub": user, "aud": "hub", "exp": soon()}, **more)

    def test_sub_is_the_user(self):
        named = self.handshake("/ws?user_id=jane", *self.bearer(make(self.claims("jane"))))
        self.assertIsInstance(named, WsClient)
        unnamed = self.handshake("/ws", ("Sec-WebSocket-Protocol", "bearer, " + make(self.claims("jürgen"))))
        self.assertIsInstance(unnamed, WsClient)
        publisher = make(self.claims("service", trunkline_roles=["publish"]))
        for user in ("jane", "jürgen"):
            body = json.dumps({"user_id": user, "data": {"n": 1}}).encode()
            self.assertEqual(self.status("POST", PUSH, publisher, body).json()["status"], "success")

    def test_nobody_is_somebody_else(self):
        self.refused(self.handshake("/ws?user_id=boss", *self.bearer(make(self.claims("jane")))), 403, "sub")

    def test_a_user_may_listen_and_not_push(self):
        self.refused(self.status("POST", PUSH, make(self.claims("jane")), NOBODY), 403, "trunkline_roles", "publish")

    def test_what_is_wrong_is_said(self):
        token = make(self.claims("jane"))
        head, claims, signature = token.split(".")
        for bad, word in ((make(self.claims("jane", exp=soon(-1))), "expired"), (make(self.claims("jane", nbf=soon(60))), "nbf"),
                          (make(self.claims("jane", aud="shop")), "JWT_AUDIENCE"), (make({"sub": "jane"}), "JWT_AUDIENCE"),
                          (make({"aud": "hub"}), "sub"), (make(self.claims("jane"), SECRET + "x"), "signature"),
                          (make(self.claims("jane"), algorithm="HS384"), "alg"), (make(self.claims("jane"), None, "none"), ""),
                          (head + "." + claims + ".", "signature"), ("a.b.c", ""), (make(self.claims("x", trunkline_roles="root")), "roles")):
            with self.subTest(word=word):
                self.refused(self.handshake("/ws?user_id=jane", *self.bearer(bad)), 401, word)

    def test_the_url_carries_it_where_nothing_else_can(self):
        self.assertIsInstance(self.handshake("/ws?token=" + quote(make(self.claims("by-url")))), WsClient)

    def test_4401_when_it_expires_during_the_session(self):
        eye = make(self.claims("eye", trunkline_roles="observe"))
        before = self.status("GET", "/metrics", eye).json()["tokens_expired"]
        client = self.handshake("/ws", *self.bearer(make(self.claims("short", exp=soon(1.2)))))
        self.assertIsInstance(client, WsClient)
        self.assertEqual(client.closed(), (4401, "The token has expired"))
        self.assertEqual(self.status("GET", "/metrics", eye).json()["tokens_expired"], before + 1)

    def test_a_stream_ends_when_its_token_expires(self):
        token = make(self.claims("watcher", exp=soon(1.2), trunkline_roles="observe"))
        with self.hub.connect() as connection:
            connection.send_request("GET", "/admin/events", self.bearer(token))
            self.assertEqual(connection.start_stream().status, 200)
            connection.input.to_end()

    def test_an_event_stream_listens_as_sub_alone(self):
        token = make(self.claims("ann"))
        self.refused(self.hub.get("/sse/stream?user_id=boss&token=" + token), 403, "sub")
        for path in ("/sse/stream?user_id=ann&token=", "/sse/stream?token="):
            with self.hub.connect() as connection:
                connection.send_request("GET", path + token)
                self.assertEqual(connection.start_stream().status, 200)
                publisher = make(self.claims("service", trunkline_roles=["publish"]))
                body = json.dumps({"user_id": "ann", "data": {}}).encode()
                eventually(lambda: self.status("POST", PUSH, publisher, body).json()["status"] == "success", what="ann to be there")

    def test_nobody_answers_for_somebody_else(self):
        reply = json.dumps({"user_id": "boss", "correlation_id": "x", "is_final": True}).encode()
        self.refused(self.status("POST", "/sse/reply", make(self.claims("ann")), reply), 403, "sub")
        own = json.dumps({"user_id": "ann", "correlation_id": "x", "is_final": True}).encode()
        self.assertIn(self.status("POST", "/sse/reply", make(self.claims("ann")), own).status, (404, 409))


class PublicKeys(unittest.TestCase):
    """RS256 and ES256, and what a public key must not be taken for."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="trunkline-jwt-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)

    def pair(self, name, *arguments):
        private, public = (os.path.join(self.directory, name + end) for end in (".key", ".pub"))
        subprocess.run(["openssl", "genpkey", *arguments, "-out", private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
        with open(private, encoding="ascii") as file:
            return file.read(), public

    def hub(self, **settings):
        hub = Hub(**settings)
        self.addCleanup(hub.stop_cleanly)
        return hub

    def joined(self, hub, token):
        try:
            WsClient(hub.address, None, headers=[("Authorization", "Bearer " + token)]).leave()
            return 101
        except HandshakeRefused as refused:
            return refused.response.status

    def test_rs256(self):
        private, public = self.pair("rsa", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        stranger, _ = self.pair("rsa2", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        hub = self.hub(jwt_public_key=public)
        self.assertEqual(self.joined(hub, make({"sub": "r"}, private, "RS256")), 101)
        self.assertEqual(self.joined(hub, make({"sub": "r"}, stranger, "RS256")), 401)
        self.assertEqual(self.joined(hub, make({"sub": "r"}, private, "RS512")), 401)
        self.assertEqual(self.joined(hub, make({"sub": "r"}, SECRET, "HS256")), 401)
        # RS256's public key as HS256's secret; PyJWT refuses to make that, so by hand.
        self.assertEqual(self.joined(hub, forged(public)), 401)

    def test_es256_and_a_secret_beside_it(self):
        private, public = self.pair("ec", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        stranger, _ = self.pair("ec2", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        hub = self.hub(jwt_public_key=public, jwt_secret=SECRET)
        for token, status in ((make({"sub": "e"}, private, "ES256"), 101), (make({"sub": "e"}, SECRET, "HS256"), 101),
                              (make({"sub": "e"}, stranger, "ES256"), 401), (forged(public), 401)):
            self.assertEqual(self.joined(hub, token), status)

    def test_a_public_key_is_read_again_on_sighup(self):
        private, public = self.pair("old", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        newer, newer_public = self.pair("new", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        hub = self.hub(jwt_public_key=public)
        client = WsClient(hub.address, None, headers=[("Authorization", "Bearer " + make({"sub": "stays"}, private, "ES256"))])
        self.addCleanup(client.leave)
        shutil.copy(newer_public, public)
        hub.reload()
        self.assertEqual(self.joined(hub, make({"sub": "e"}, private, "ES256")), 401)
        self.assertEqual(self.joined(hub, make({"sub": "e"}, newer, "ES256")), 101)
        self.assertTrue(client.nothing_came())
        with open(public, "w", encoding="ascii") as file:
            file.write("not a key")
        hub.reload("stays as it was")
        self.assertEqual(self.joined(hub, make({"sub": "e"}, newer, "ES256")), 101)


def forged(public):
    import base64
    import hashlib
    import hmac
    with open(public, "rb") as file:
        key = file.read()
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"HS256"}', b'{"sub":"forger"}'))
    return (head + b"." + base64.urlsafe_b64encode(hmac.new(key, head, hashlib.sha256).digest()).rstrip(b"=")).decode()


class TokensFile(unittest.TestCase):
    def test_the_file_is_read_again_on_sighup(self):
        directory = tempfile.mkdtemp(prefix="trunkline-tokens-")
        self.addCleanup(shutil.rmtree, directory)
        path = os.path.join(directory, "tokens")

        def write(text):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)

        write("# ours\nfirst:publish\n\n")
        hub = Hub(auth_tokens_file=path)
        self.addCleanup(hub.stop_cleanly)

        def push(token):
            return hub.request("POST", PUSH, [("Authorization", "Bearer " + token)], NOBODY).status

        self.assertEqual((push("first"), push("second")), (200, 401))
        write("second:publish\n")
        hub.reload()
        self.assertEqual((push("first"), push("second")), (401, 200))
        write("third\n")
        hub.reload("stays as it was")
        self.assertEqual((push("first"), push("second")), (401, 200))


class Secrecy(unittest.TestCase):
    """A token is in no log line, journal entry, capture, snapshot, metric or answer, whatever way it came, right or wrong."""

    def test_tokens_are_nowhere(self):
        good = make({"sub": "quiet-user", "exp": soon(), "trunkline_roles": "admin"})
        wrong = make({"sub": "loud-user", "exp": soon()}, SECRET + "-not")
        secrets = {"opaque-s3cret": "opaque", "unknown-s3cret": "wrong opaque", SECRET: "the JWT secret", good: "a JWT", wrong: "a wrong JWT"}
        directory = tempfile.mkdtemp(prefix="trunkline-capture-")
        self.addCleanup(shutil.rmtree, directory)
        capture = os.path.join(directory, "all.trunk")
        hub = Hub(arguments=("--record", capture), auth_tokens="opaque-s3cret:admin", jwt_secret=SECRET, log_level="DEBUG")
        seen = []
        for token in (good, wrong, "opaque-s3cret", "unknown-s3cret"):
            headers = [("Authorization", "Bearer " + token)]
            seen.append(hub.request("POST", PUSH, headers, NOBODY).body)
            seen.append(hub.get("/admin/snapshot?token=" + token).body)
            for path, more in (("/ws?user_id=quiet-user", headers), ("/ws?user_id=quiet-user&token=" + token, []),
                               ("/ws?user_id=quiet-user", [("Sec-WebSocket-Protocol", "bearer, " + token)])):
                try:
                    client = WsClient(hub.address, None, path=path, headers=more)
                    client.send({"correlation_id": "none"})
                    client.nothing_came()
                    client.leave()
                except HandshakeRefused as refused:
                    seen.append(refused.response.body)
        admin = [("Authorization", "Bearer opaque-s3cret")]
        for path in ("/admin/snapshot", "/admin/journal?after=0&max=1000", "/admin/exchanges?after=0&max=100", "/metrics", "/metrics?format=prometheus"):
            answer = hub.get(path, admin)
            self.assertEqual(answer.status, 200, path)
            seen.append(answer.body)
        config = subprocess.run([os.environ["TRUNKLINE_BIN"], "serve", "--check-config", "--jwt-secret", SECRET,
                                 "--auth-tokens", "opaque-s3cret:admin"], capture_output=True, check=True)
        seen += [config.stdout, config.stderr]
        hub.stop_cleanly()
        with open(capture, "rb") as file:
            seen.append(file.read())
        self.assertIn(b"quiet-user", seen[-1])
        log = hub.log_after_stop.encode()
        self.assertIn(b"401", log)
        for secret, what in secrets.items():
            for place in [log, *seen]:
                self.assertNotIn(secret.encode(), place, what)
                # Nor a JWT's parts.
                for part in secret.split("."):
                    if len(part) > 40:
                        self.assertNotIn(part.encode(), place, what)

    def test_bad_secrets_are_not_repeated(self):
        for name, value in (("--jwt-secret", "short-s3cret"), ("--auth-tokens", "s3cret-without-role")):
            run = subprocess.run([os.environ["TRUNKLINE_BIN"], "serve", name, value], capture_output=True, check=False, timeout=20)
            self.assertEqual(run.returncode, 2)
            self.assertNotIn(b"s3cret", run.stdout + run.stderr)
            self.assertIn(name[2:].upper().replace("-", "_").encode(), run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
