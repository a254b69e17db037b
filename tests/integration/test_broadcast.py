# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /sse/broadcast, a push to *, and who is there: GET /presence and presence events."""
import datetime
import json
import unittest
from urllib.parse import quote

import raw_json
from hub import HandshakeRefused, HubTestCase, eventually

BROADCAST, PUSH, BATCH, SEND = "/sse/broadcast", "/sse/push", "/sse/push/batch", "/sse/send"


class Broadcasts(HubTestCase):
    def cast(self, **body):
        return self.hub.post(BROADCAST, body)

    def test_everybody_gets_the_same_bytes(self):
        clients = [self.join("all-%d" % n) for n in range(5)]
        response = self.hub.post(BROADCAST, b'{"data":{"big":12345678901234567890123, "a" : 1.50},"event_type":"t"}')
        self.assertEqual((response.status, response.json()),
                         (200, {"status": "success", "message": "Message delivered", "users": 5, "sessions": 5,
                                "not_connected": 0, "slow": 0}))
        messages = {client.receive() for client in clients}
        self.assertEqual(len(messages), 1)
        message = messages.pop()
        self.assertEqual(raw_json.value(message, "big"), b"12345678901234567890123")
        self.assertEqual(json.loads(message)["user_id"], "*")
        self.assertEqual(json.loads(message)["original_sender"], {"user_id": "*", "timestamp": None})
        self.assertEqual(json.loads(message)["event_type"], "t")

    def test_a_prefix(self):
        team, other = [self.join("team-%d" % n) for n in range(3)], self.join("other")
        self.assertEqual(self.cast(data={"n": 1}, prefix="team-").json()["users"], 3)
        for client in team:
            self.assertEqual(client.json()["n"], 1)
        self.assertTrue(other.nothing_came())

    def test_named_users(self):
        one, two, three = self.join("named-1"), self.join("named-2"), self.join("named-3")
        answer = self.cast(data={"n": 1}, users=["named-1", "named-3", "named-1", "gone"]).json()
        self.assertEqual((answer["users"], answer["not_connected"]), (2, 1))
        self.assertEqual((one.json()["n"], three.json()["n"]), (1, 1))
        self.assertTrue(one.nothing_came() and two.nothing_came())

    def test_nobody(self):
        for body in ({"users": ["gone"]}, {"users": []}, {"prefix": "nobody-"}):
            answer = self.cast(data={}, **body)
            self.assertEqual((answer.status, answer.json()["status"], answer.json()["users"]), (200, "partial", 0))

    def test_it_is_ordered_with_pushes(self):
        client = self.join("ordered")
        for n in range(0, 50, 2):
            self.hub.push("ordered", {"n": n})
            self.cast(data={"n": n + 1}, prefix="ordered")
        self.assertEqual([client.json()["n"] for _ in range(50)], list(range(50)))

    def test_wrong_bodies(self):
        for body, loc in (({}, ["body", "data"]), ({"data": []}, ["body", "data"]), ({"data": {}, "users": "x"}, ["body", "users"]),
                          ({"data": {}, "users": ["a", 5]}, ["body", "users", 1]), ({"data": {}, "prefix": 5}, ["body", "prefix"]),
                          ({"data": {}, "users": ["a"], "prefix": "b"}, ["body", "prefix"]),
                          ({"data": {}, "user_id": "bob"}, ["body", "user_id"]), ([], ["body"])):
            with self.subTest(body=body):
                self.assertUnprocessable(self.hub.post(BROADCAST, body), loc)
        self.assertJsonInvalid(self.hub.post(BROADCAST, b'{"data":'), b'{"data":')
        self.assertUnprocessable(self.hub.post(BROADCAST + "?wait=ack", {"data": {}}), ["query", "wait"])

    def test_star_is_no_user_of_a_push(self):
        client = self.join("quiet")
        for path, body, loc in ((PUSH, {"user_id": "*", "data": {}}, ["body", "user_id"]),
                                (PUSH + "?timeout=1s", {"user_id": "*", "data": {}}, ["body", "user_id"]),
                                (SEND, {"user_id": "*", "data": {}}, ["body", "user_id"]),
                                (BATCH, [{"user_id": "quiet", "data": {}}, {"user_id": "*", "data": {}}], ["body", 1, "user_id"])):
            with self.subTest(path=path):
                response = self.hub.post(path, body)
                self.assertUnprocessable(response, loc)
        self.assertTrue(client.nothing_came())

    def test_counters_and_methods(self):
        self.join("counted")
        before = self.hub.metrics()
        self.cast(data={}, prefix="counted")
        after = self.hub.metrics()
        for name in ("broadcasts", "broadcast_deliveries", "messages_delivered"):
            self.assertEqual(after[name], before[name] + 1, name)
        self.assertEqual(after["pushes"], before["pushes"])
        self.assertDetail(self.hub.get(BROADCAST), 405)


class PushToAll(HubTestCase):
    settings = {"push_to_all": "true"}

    def test_star_means_everybody(self):
        clients = [self.join("u%d" % n) for n in range(3)]
        self.assertEqual(self.hub.post(PUSH, {"user_id": "*", "data": {"n": 1}}).json()["sessions"], 3)
        self.assertEqual(self.hub.post(BATCH, [{"user_id": "*", "data": {"n": 2}}]).json()["results"][0]["sessions"], 3)
        for client in clients:
            self.assertEqual([client.json()["n"], client.json()["n"]], [1, 2])
        self.assertUnprocessable(self.hub.post(PUSH + "?wait=ack", {"user_id": "*", "data": {}}), ["query", "wait"])
        self.assertUnprocessable(self.hub.post(SEND, {"user_id": "*", "data": {}}), ["body", "user_id"])


class Presence(HubTestCase):
    def presence(self, query=""):
        response = self.hub.get("/presence" + query)
        self.assertEqual(response.status, 200)
        return response.json()

    def test_one_user(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.join("алиса/?")
        answer = self.hub.get("/presence/" + quote("алиса/?", safe="")).json()
        self.assertEqual((answer["user_id"], answer["connected"], len(answer["sessions"])), ("алиса/?", True, 1))
        session = answer["sessions"][0]
        self.assertEqual((session["kind"], session["queued_bytes"]), ("websocket", 0))
        since = datetime.datetime.fromisoformat(session["since"].replace("Z", "+00:00"))
        self.assertLess(abs((since - now).total_seconds()), 30)
        self.assertEqual(self.hub.get("/presence/gone").json(), {"user_id": "gone", "connected": False, "sessions": []})
        for path in ("/presence/", "/presence/" + "u" * 257, "/presence/a%0Ab"):
            self.assertDetail(self.hub.get(path), 404)

    def test_pages(self):
        names = sorted("page-%02d" % n for n in range(25))
        for name in names:
            self.join(name)
        seen, after = [], ""
        while after is not None:
            answer = self.presence("?limit=10&prefix=page-&after=" + quote(after))
            self.assertLessEqual(len(answer["users"]), 10)
            seen += [user["user_id"] for user in answer["users"]]
            after = answer["next"]
        self.assertEqual(seen, names)
        self.assertEqual(self.presence()["total"], self.hub.connections())
        self.assertEqual(self.presence("?prefix=none-"), {"total": 25, "users": [], "next": None})

    def test_bad_limits(self):
        for limit in ("0", "-1", "1001", "x", ""):
            self.assertUnprocessable(self.hub.get("/presence?limit=" + limit), ["query", "limit"])

    def test_head_and_other_methods(self):
        self.assertEqual(self.hub.request("HEAD", "/presence").body, b"")
        self.assertDetail(self.hub.post("/presence", {}), 405)
        self.assertDetail(self.hub.post("/presence/x", {}), 405)


if __name__ == "__main__":
    unittest.main(verbosity=2)
