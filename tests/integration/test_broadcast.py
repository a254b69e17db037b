# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /sse/broadcast, a push to *, and who is there: GET /presence and presence events."""
import datetime
import json
import unittest
from urllib.parse import quote

import raw_json
from hub import HandshakeRefused, HubTestCase, eventually
from sse_client import SseClient

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

    def test_an_event_stream_is_a_session_of_its_kind(self):
        client = SseClient(self.hub.address, "listener", "")
        self.addCleanup(client.close)
        eventually(lambda: self.hub.get("/presence/listener").json()["connected"], what="the listener")
        self.assertEqual(self.hub.get("/presence/listener").json()["sessions"][0]["kind"], "sse")


class PresenceEvents(HubTestCase):
    settings = {"presence_watchers": 2}

    def watch(self, user):
        client = self.hub.join(None, path="/ws?user_id=%s&presence=1" % user)
        self.addCleanup(client.leave)
        return client

    def event_of(self, watcher, user):
        """The next event about that user: those who left in the test before may still be told of."""
        while True:
            event = watcher.json()
            if event["user_id"] == user:
                return event

    def test_a_watcher_hears_who_comes_and_goes(self):
        bot = self.watch("bot")
        client = self.hub.join("comes")
        event = self.event_of(bot, "comes")
        self.assertLessEqual({"type": "presence", "user_id": "comes", "event": "online"}.items(), event.items())
        self.assertIsInstance(event["timestamp"], float)
        self.assertTrue(client.nothing_came())
        client.leave()
        self.assertLessEqual({"user_id": "comes", "event": "offline"}.items(), self.event_of(bot, "comes").items())
        self.assertGreaterEqual(self.hub.metrics()["presence_events"], 2)

    def test_an_event_stream_may_watch_too(self):
        watcher = SseClient(self.hub.address, "watching", "&presence=1")
        self.addCleanup(watcher.close)
        eventually(lambda: self.hub.get("/presence/watching").json()["connected"], what="the watcher")
        client = self.join("seen")
        event = watcher.event()
        while event.json()["user_id"] != "seen":        # who left the test before may still be told
            event = watcher.event()
        self.assertEqual((event.name, event.json()["event"]), ("presence", "online"))
        self.assertTrue(client.nothing_came())

    def test_only_so_many_watch(self):
        eventually(lambda: self.hub.connections() == 0, what="the sessions of other tests to go")
        one, two = self.watch("one"), self.watch("two")
        third = self.hub.join(None, path="/ws?user_id=three&presence=1")
        self.assertEqual(third.closed()[0], 1013)
        two.leave()
        self.watch("four")
        self.assertEqual(self.event_of(one, "two")["event"], "online")
        self.assertEqual(self.event_of(one, "two")["event"], "offline")


class PresenceTokens(HubTestCase):
    environment = {"AUTH_TOKENS": "ears:subscribe,eyes:subscribe+observe"}

    def test_watching_needs_observe(self):
        with self.assertRaises(HandshakeRefused) as refused:
            self.hub.join(None, path="/ws?user_id=u&presence=1&token=ears")
        self.assertEqual(refused.exception.response.status, 403)
        self.hub.join(None, path="/ws?user_id=u&presence=1&token=eyes").vanish()
        self.assertEqual(self.hub.get("/presence", [("Authorization", "Bearer ears")]).status, 403)
        self.assertEqual(self.hub.get("/presence", [("Authorization", "Bearer eyes")]).status, 200)
        self.assertEqual(self.hub.get("/sse/stream?user_id=u&presence=1&token=ears").status, 403)


class Kept(HubTestCase):
    settings = {"history_size": 10}

    def test_a_broadcast_is_numbered_and_kept_for_each_user(self):
        first, second = self.join("first"), self.hub.join(None, path="/ws?user_id=second&sequence=1")
        self.addCleanup(second.vanish)
        answer = self.hub.post(BROADCAST, {"data": {"n": 1}}).json()
        self.assertEqual((answer["users"], answer["sessions"]), (2, 2))
        self.assertEqual(first.json()["n"], 1)
        number = second.json()["_seq"]
        seq = self.hub.post(PUSH, {"user_id": "second", "data": {"n": 2}}).json()["seq"]
        self.assertEqual((seq, second.json()["_seq"]), (number + 1, number + 1))
        first.leave()
        again = self.hub.join(None, path="/ws?user_id=first&last_event_id=0")
        self.addCleanup(again.vanish)
        self.assertEqual(again.json()["n"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
