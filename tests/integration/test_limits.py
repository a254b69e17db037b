# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits with names: each at its value and one past it, and the answer that names the setting. Rates are off by default."""
import json
import unittest

from hub import Closed, HubTestCase, eventually
from http_client import HttpConnection
from ws_client import WsClient

PUSH, BATCH = "/sse/push", "/sse/push/batch"
NOBODY = {"user_id": "nobody", "data": {}}
BODY = json.dumps(NOBODY).encode()


class LimitCase(HubTestCase):
    def names(self, response, status, setting):
        self.assertDetail(response, status)
        self.assertIn(setting, response.json()["detail"])
        if status in (429, 503):
            self.assertGreaterEqual(int(response.header("Retry-After")), 1)


class Defaults(LimitCase):
    def test_rates_and_batches_are_free(self):
        with self.hub.connect() as connection:
            for _ in range(300):
                self.assertEqual(connection.request("POST", PUSH, body=BODY).status, 200)
        self.assertEqual(self.hub.post(BATCH, [NOBODY] * 3000).status, 200)
        user = self.join("chatty")
        for _ in range(300):
            user.send({"n": 1})
        self.assertTrue(user.nothing_came())


class Sizes(LimitCase):
    settings = {"max_head_bytes": 2048, "max_headers": 12, "max_url_bytes": 200, "max_json_depth": 5, "max_batch_messages": 3,
                "max_body_bytes": 4096}

    def head_of(self, size):
        """A request head of that many bytes."""
        start = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: "
        return start + b"x" * (size - len(start) - 4) + b"\r\n\r\n"

    def test_head(self):
        with self.hub.connect() as connection:
            self.assertEqual(connection.exchange(self.head_of(2048)).status, 200)
            self.names(connection.exchange(self.head_of(2049)), 431, "MAX_HEAD_BYTES=2048")

    def test_header_count(self):
        fields = [("X-%d" % number, "x") for number in range(11)]      # and Host
        self.assertEqual(self.hub.get("/health", fields).status, 200)
        self.names(self.hub.get("/health", [*fields, ("X-11", "x")]), 431, "MAX_HEADERS=12")

    def test_url_length(self):
        self.assertEqual(self.hub.get("/health?" + "x" * 192).status, 200)
        self.names(self.hub.get("/health?" + "x" * 193), 414, "MAX_URL_BYTES=200")

    def test_json_depth(self):
        def body(depth):      # the message is 1, data 2
            return b'{"user_id":"n","data":{"a":' + b"[" * (depth - 2) + b"]" * (depth - 2) + b"}}"
        self.assertEqual(self.hub.post(PUSH, body(5)).status, 200)
        response = self.hub.post(PUSH, body(6))
        self.assertJsonInvalid(response, body(6))
        self.assertIn("MAX_JSON_DEPTH", response.json()["detail"][0]["msg"])

    def test_json_depth_of_replies(self):
        user = self.join("deep")
        before = self.hub.metrics()
        user.send(b'{"a":[[[[]]]]}')
        self.counted("texts_without_id", before["texts_without_id"])
        user.send(b'{"a":[[[[[]]]]]}')
        self.counted("texts_malformed", before["texts_malformed"])

    def test_batch_length(self):
        self.assertEqual(len(self.hub.post(BATCH, [NOBODY] * 3).json()["results"]), 3)
        pushes = self.hub.metrics()["pushes"]
        self.names(self.hub.post(BATCH, [NOBODY] * 4), 413, "MAX_BATCH_MESSAGES=3")
        self.assertEqual(self.hub.metrics()["pushes"], pushes)

    def test_body(self):
        padding = 4096 - len(BODY)
        self.assertEqual(self.hub.post(PUSH, BODY + b" " * padding).status, 200)
        self.names(self.hub.post(PUSH, BODY + b" " * (padding + 1)), 413, "MAX_BODY_BYTES=4096")

    def test_they_are_counted(self):
        before = self.hub.metrics()["refused_too_large"]
        self.hub.get("/health?" + "x" * 500)
        self.hub.post(BATCH, [NOBODY] * 4)
        self.assertEqual(self.hub.metrics()["refused_too_large"], before + 2)


class RequestRates(LimitCase):
    settings = {"rate_requests_per_address": 5, "rate_burst": "1s"}

    def test_429_with_retry_after_and_the_connection_stays(self):
        with self.hub.connect() as connection:
            statuses = [connection.request("POST", PUSH, body=BODY).status for _ in range(30)]
            self.assertEqual(statuses[0], 200)
            refused = [status for status in statuses if status != 200]
            self.assertTrue(refused and set(refused) == {429}, statuses)
            last = None
            while last is None or last.status == 200:
                last = connection.request("GET", "/health")
            self.names(last, 429, "RATE_REQUESTS_PER_ADDRESS=5")
            # The bucket fills again while nothing is asked of it too often.
            eventually(lambda: connection.request("GET", "/health").status == 200, what="the bucket to fill")

    def test_handshakes_count_too(self):
        def refused():
            try:
                WsClient(self.hub.address, "often").leave()
                return None
            except Exception as error:      # noqa: BLE001 - HandshakeRefused; anything else fails below
                return error.response
        response = eventually(refused, what="a handshake to be refused")
        self.names(response, 429, "RATE_REQUESTS_PER_ADDRESS=5")


class UserRates(LimitCase):
    settings = {"auth_tokens": "one:publish,two:publish", "rate_requests_per_user": 3, "rate_burst": "30s"}

    def push(self, token):
        return self.hub.request("POST", PUSH, [("Authorization", "Bearer " + token)], BODY)

    def test_each_token_has_its_own_bucket(self):
        statuses = [self.push("one").status for _ in range(90)]
        self.assertEqual(statuses, [200] * 90)
        response = eventually(lambda: next((r for r in [self.push("one")] if r.status != 200), None), what="429")
        self.names(response, 429, "RATE_REQUESTS_PER_USER=3")
        self.assertEqual(self.push("two").status, 200)


class MessageRates(LimitCase):
    settings = {"rate_messages_per_user": 2, "rate_burst": "10s"}

    def test_1008_for_who_talks_too_much(self):
        before = self.hub.metrics()["refused_rates"]
        loud, calm = self.join("loud"), self.join("calm")
        for _ in range(60):
            loud.send({"n": 1})
        self.assertEqual(loud.closed(), (1008, "More messages a second than RATE_MESSAGES_PER_USER=2 allows"))
        self.assertEqual(self.hub.metrics()["refused_rates"], before + 1)
        for _ in range(10):
            calm.send({"n": 1})
        self.assertTrue(calm.nothing_came())


class AddressMessageRates(LimitCase):
    settings = {"rate_messages_per_address": 2, "rate_burst": "10s"}

    def test_users_of_one_address_share(self):
        first, second = self.join("first"), self.join("second")
        for _ in range(15):
            first.send({"n": 1})
        self.assertTrue(first.nothing_came())
        for _ in range(60):
            second.send({"n": 1})
        self.assertEqual(second.closed(), (1008, "More messages a second than RATE_MESSAGES_PER_ADDRESS=2 allows"))


class Connections(LimitCase):
    settings = {"max_connections_per_address": 3}

    def test_a_place_for_each_and_no_more(self):
        held = [self.hub.connect() for _ in range(3)]
        self.addCleanup(lambda: [connection.close() for connection in held])
        for connection in held:
            self.assertEqual(connection.request("GET", "/health").status, 200)
        with HttpConnection(self.hub.address) as fourth:
            self.names(fourth.response(), 429, "MAX_CONNECTIONS_PER_ADDRESS=3")
            self.assertTrue(fourth.at_end())
        held.pop().close()

        def served():
            with self.hub.connect() as connection:
                return connection.request("GET", "/health").status == 200
        eventually(served, what="a place to be free")


class AllConnections(LimitCase):
    settings = {"max_connections": 2}

    def test_503_names_the_setting(self):
        held = [self.hub.connect() for _ in range(2)]
        for connection in held:
            self.assertEqual(connection.request("GET", "/health").status, 200)
        with HttpConnection(self.hub.address) as third:
            self.names(third.response(), 503, "MAX_CONNECTIONS=2")
        for connection in held:
            connection.close()


class SessionsOfOneUser(LimitCase):
    settings = {"duplicate_policy": "allow", "max_sessions_per_user": 2}

    def test_the_third_is_closed(self):
        sessions = [self.join("many") for _ in range(2)]
        third = self.join("many")
        self.assertEqual(third.closed(), (1008, "More sessions than MAX_SESSIONS_PER_USER=2 allows"))
        self.assertEqual(self.hub.connections(), 2)
        sessions[0].leave()
        eventually(lambda: self.hub.connections() == 1, what="the place to be free")
        again = self.join("many")
        self.assertTrue(again.nothing_came())


class OpenCorrelations(LimitCase):
    settings = {"max_open_correlations": 1}

    def test_503_names_the_setting(self):
        self.join("asked")
        self.stream({"user_id": "asked", "data": {}})
        response = self.hub.post("/sse/send", {"user_id": "asked", "data": {}})
        self.names(response, 503, "MAX_OPEN_CORRELATIONS=1")


if __name__ == "__main__":
    unittest.main(verbosity=2)
