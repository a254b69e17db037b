# SPDX-License-Identifier: GPL-3.0-or-later
"""X-Request-ID and traceparent: kept or made, and found again in answers, log, journal, exchanges and captures."""
import json
import os
import re
import subprocess
import tempfile
import unittest

import raw_json
from hub import Hub, HubTestCase, binary, clean_environment, eventually, main

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
MADE = re.compile("[0-9a-f]{16}")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MESSAGE = {"user_id": "nobody", "data": {"message": "hi"}}


class Answers(HubTestCase):
    settings = {"log_level": "DEBUG", "log_format": "json", "echo_endpoint": "on"}

    def setUp(self):
        super().setUp()
        self.admin = [("Authorization", "Bearer " + self.hub.ready["token"])]

    def journal(self):
        return self.hub.get("/admin/journal?after=0", self.admin).json()["entries"]

    def exchange(self, correlation):
        page = self.hub.get("/admin/exchanges?after=0", self.admin).json()
        return next(one for one in page["exchanges"] if one["correlation"] == correlation)

    def test_every_answer_has_one(self):
        for method, path, body in (("GET", "/health", None), ("GET", "/metrics", None), ("GET", "/", None), ("POST", PUSH, MESSAGE),
                                   ("POST", BATCH, [MESSAGE]), ("POST", "/sse/broadcast", {"data": {}}), ("POST", PUSH, {}),
                                   ("GET", "/nowhere", None), ("DELETE", PUSH, None), ("OPTIONS", PUSH, None), ("POST", "/echo", MESSAGE),
                                   ("GET", "/ws", None), ("POST", PUSH + "?wait=ack&timeout=50ms", MESSAGE)):
            with self.subTest(method=method, path=path):
                body = None if body is None else json.dumps(body).encode()
                response = self.hub.request(method, path, body=body)
                self.assertEqual(len(response.all("X-Request-ID")), 1, response)
                self.assertRegex(response.header("X-Request-ID"), MADE)
                kept = self.hub.request(method, path, [("x-request-ID", "Mine-17")], body)
                self.assertEqual(kept.all("X-Request-ID"), ["Mine-17"])
                self.assertEqual((kept.status, kept.body if path not in ("/metrics", "/health") else 0),
                                 (response.status, response.body if path not in ("/metrics", "/health") else 0))

    def test_made_ids_differ_on_one_connection(self):
        """Also when answers wait for each other: three requests in one packet."""
        body = json.dumps(MESSAGE).encode()
        request = b"POST /sse/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        named = request.replace(b"Host", b"X-Request-ID: between\r\nHost")
        with self.hub.connect() as connection:
            connection.send(request + request + named + request)
            ids = [connection.response().header("X-Request-ID") for _ in range(4)]
            ids.append(connection.request("POST", PUSH, (), body).header("X-Request-ID"))
        self.assertEqual(ids[2], "between")
        self.assertEqual(len(set(ids)), 5)

    def test_ids_that_could_forge_something_are_replaced(self):
        for bad in ("a b", "a,b", '"', "<b>", "x" * 129, "\xe4", ""):
            with self.subTest(bad=bad):
                self.assertRegex(self.hub.request("GET", "/health", [("X-Request-ID", bad)]).header("X-Request-ID"), MADE)
        self.assertEqual(self.hub.request("GET", "/health", [("X-Request-ID", "x" * 128)]).header("X-Request-ID"), "x" * 128)

    def test_heads_that_cannot_be_read_get_a_made_one(self):
        with self.hub.connect() as connection:
            connection.send(b"GET / HTTP/1.1\r\nX-Request-ID: mine\r\nBad Field: x\r\n\r\n")
            self.assertRegex(connection.response().header("X-Request-ID"), MADE)

    def test_a_body_in_pieces_keeps_it(self):
        body = json.dumps(MESSAGE).encode()
        with self.hub.connect() as connection:
            response = connection.request("POST", PUSH, [("X-Request-ID", "slow"), ("traceparent", TRACE)], body, bytewise=True)
        self.assertEqual(response.header("X-Request-ID"), "slow")

    def test_streams_and_exchanges_have_it(self):
        user = self.join("traced")
        stream = self.stream({"user_id": "traced", "data": {"correlation_id": "t1"}},
                             headers=[("X-Request-ID", "ask-1"), ("traceparent", TRACE)])
        message = user.receive()
        self.assertEqual(json.loads(message)["traceparent"], TRACE)
        self.assertEqual(raw_json.names(message).count("traceparent"), 1)
        exchange = self.exchange("t1")
        self.assertEqual((exchange["request_id"], exchange["traceparent"]), ("ask-1", TRACE))
        entry = next(one for one in self.journal() if one.get("correlation") == "t1")
        self.assertEqual(entry["request_id"], "ask-1")
        user.send({"correlation_id": "t1", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        self.stream({"user_id": "nobody", "data": {"correlation_id": "t2"}})
        exchange = self.exchange("t2")
        self.assertRegex(exchange["request_id"], MADE)
        self.assertNotIn("traceparent", exchange)

    def test_stream_heads_say_it(self):
        with self.hub.connect() as connection:
            connection.send_request("POST", SEND, [("X-Request-ID", "ask-2")], json.dumps(MESSAGE).encode())
            self.assertEqual(connection.head().all("X-Request-ID"), ["ask-2"])

    def test_pushes_are_found_again_in_the_journal(self):
        self.join("journal")
        for headers, path, body in (([], PUSH, {"user_id": "journal", "data": {}}), ([("X-Request-ID", "p1")], PUSH, MESSAGE),
                                    ([("X-Request-ID", "b1")], BATCH, [MESSAGE, {"user_id": "journal", "data": {}}]),
                                    ([("X-Request-ID", "all1")], "/sse/broadcast", {"data": {}}),
                                    ([], PUSH + "?timeout=1s", {"user_id": "journal", "data": {}})):
            with self.subTest(path=path):
                response = self.hub.post(path, body, headers)
                wanted = response.header("X-Request-ID")
                found = [one for one in self.journal() if one.get("request_id") == wanted]
                self.assertEqual(len(found), len(body) if isinstance(body, list) else 1, wanted)

    def test_traceparent_goes_along_with_every_kind_of_message(self):
        user = self.join("parent")
        headers = [("traceparent", TRACE)]
        for path, body in ((PUSH, {"user_id": "parent", "data": {}}), (BATCH, [{"user_id": "parent", "data": {"a": 1}}]),
                           ("/sse/broadcast", {"users": ["parent"], "data": {}}), (PUSH + "?timeout=1s", {"user_id": "parent", "data": {}})):
            with self.subTest(path=path):
                self.assertEqual(self.hub.post(path, body, headers).status, 200)
                self.assertEqual(user.json()["traceparent"], TRACE)

    def test_traceparent_of_data_stays(self):
        user = self.join("own")
        self.hub.post(PUSH, b'{"user_id":"own","data":{"trace\\u0070arent":7}}', [("traceparent", TRACE)])
        self.assertEqual(user.receive().count(b"trace"), 1)

    def test_what_is_no_traceparent_goes_nowhere(self):
        user = self.join("bad")
        for headers in ([("traceparent", TRACE.upper())], [("traceparent", "00-0")], [("traceparent", "%s\r\nTraceparent: %s" % (TRACE, TRACE))], []):
            self.hub.post(PUSH, {"user_id": "bad", "data": {}}, headers)
            self.assertNotIn("traceparent", user.json())

    def test_the_log_names_it(self):
        self.hub.request("POST", PUSH + "?token=secret", [("X-Request-ID", "log-1")], b"{")
        self.hub.request("POST", PUSH, [("X-Request-ID", "log-2"), ("Origin", "https://evil.example")], b"{}")
        with self.hub.connect() as connection:
            connection.send_request("POST", SEND, [("X-Request-ID", "log-3")], json.dumps(MESSAGE).encode())
            connection.head()
        lines = [json.loads(line) for line in self.hub.log().splitlines()]
        said = "\n".join("%s: %s" % (one["request_id"], one["message"]) for one in lines if "request_id" in one)
        self.assertRegex(said, "log-1: POST /sse/push from 127.0.0.1:[0-9]+ answered with 422")
        self.assertRegex(said, "log-2: [0-9.:]+ refused with 403")
        self.assertIn("log-3: /sse/send streams", said)
        self.assertNotIn("secret", self.hub.log())


class Text(HubTestCase):
    def test_lines_of_text_end_with_it(self):
        self.hub.request("POST", PUSH, [("X-Request-ID", "text-1"), ("Origin", "https://evil.example")], b"{}")
        self.assertRegex(self.hub.log(), r"refused with 403: .*\[request text-1\]")


class Captures(unittest.TestCase):
    def test_a_capture_keeps_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "c.trunk")
            hub = Hub(arguments=["--record", path])
            user = hub.join("kept")
            with hub.open_stream({"user_id": "kept", "data": {"correlation_id": "c1"}}, headers=[("X-Request-ID", "cap-1")]) as stream:
                user.receive()
                user.send({"correlation_id": "c1", "is_final": True})
                stream.events()
            user.leave()
            hub.stop_cleanly()
            with open(path, encoding="utf-8") as file:
                lines = [json.loads(line) for line in file]
        named = [one for one in lines if one.get("rid") == "cap-1"]
        self.assertEqual({one["leg"] for one in named}, {"upstream", "client"})


if __name__ == "__main__":
    main()
