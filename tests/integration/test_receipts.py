# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender learns: sessions, acknowledgements that it waits for, repeats with an Idempotency-Key."""
import json
import unittest

from hub import HubTestCase, as_body, eventually
from sse_client import SseClient

PUSH, BATCH = "/sse/push", "/sse/push/batch"


def ack(client, message):
    client.send({"type": "ack", "correlation_id": message["correlation_id"]})


class Waiting(HubTestCase):
    """Helpers around POSTs that are not answered at once."""

    def post_later(self, path, value, headers=()):
        """Sends a POST and returns its connection, the answer still to come."""
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", path, headers, as_body(value))
        return connection

    def waiting(self, count):
        eventually(lambda: self.hub.metrics()["waiting_receipts"] == count, what="%d waiting receipts" % count)


class Sessions(HubTestCase):
    settings = {"duplicate_policy": "allow"}

    def test_push_and_batch_say_how_many_sessions_took_it(self):
        one, two, other = self.join("twice"), self.join("twice"), self.join("once")
        self.assertEqual(self.hub.post(PUSH, {"user_id": "twice", "data": {}}).json()["sessions"], 2)
        self.assertEqual(self.hub.post(PUSH, {"user_id": "once", "data": {}}).json()["sessions"], 1)
        self.assertEqual(self.hub.post(PUSH, {"user_id": "never", "data": {}}).json()["sessions"], 0)
        results = self.hub.post(BATCH, [{"user_id": user, "data": {}} for user in ("twice", "never", "once")]).json()["results"]
        self.assertEqual([result["sessions"] for result in results], [2, 0, 1])
        for client, count in ((one, 2), (two, 2), (other, 2)):
            for _ in range(count):
                client.receive()


class Acknowledgements(Waiting):
    def test_the_answer_comes_with_the_acknowledgement(self):
        user = self.join("ack")
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "ack", "data": {"n": 1}})
        message = user.json()
        self.waiting(1)
        ack(user, message)
        answer = post.response().json()
        self.assertEqual(answer, {"status": "success", "message": "Message delivered", "sessions": 1, "acknowledged": True})
        self.waiting(0)

    def test_the_given_correlation_id_is_acknowledged(self):
        user = self.join("ackid")
        for raw, key in ((b'"order-7"', "order-7"), (b"7", 7), ('"идент"'.encode(), "идент")):
            body = b'{"user_id":"ackid","data":{"correlation_id":%s}}' % raw
            post = self.post_later(PUSH + "?wait=ack&timeout=30s", body)
            self.assertEqual(user.json()["correlation_id"], key)
            user.send({"type": "ack", "correlation_id": key})
            self.assertTrue(post.response().json()["acknowledged"])

    def test_without_an_acknowledgement_the_time_runs_out(self):
        user = self.join("silent")
        before = self.hub.metrics()
        answer = self.hub.post(PUSH + "?wait=ack&timeout=300ms", {"user_id": "silent", "data": {}})
        self.assertEqual((answer.status, answer.json()["status"], answer.json()["acknowledged"]), (200, "success", False))
        self.counted("ack_timeouts", before["ack_timeouts"])
        # It comes all the same, and is late.
        ack(user, user.json())
        self.counted("replies_late", before["replies_late"])

    def test_nobody_there_is_answered_at_once(self):
        answer = self.hub.post(PUSH + "?wait=ack&timeout=10m", {"user_id": "nobody", "data": {}}).json()
        self.assertEqual((answer["status"], answer["sessions"], answer["acknowledged"]), ("partial", 0, False))

    def test_only_the_receiver_can_acknowledge(self):
        user, other = self.join("receiver"), self.join("other")
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "receiver", "data": {}})
        message = user.json()
        orphans = self.hub.metrics()["replies_orphan"]
        ack(other, message)
        self.counted("replies_orphan", orphans)
        user.send({"correlation_id": message["correlation_id"], "text": "a reply is no receipt"})
        self.counted("replies_orphan", orphans, 2)
        self.waiting(1)
        ack(user, message)
        self.assertTrue(post.response().json()["acknowledged"])

    def test_a_batch_waits_for_all_of_its_own(self):
        one, two = self.join("batch-1"), self.join("batch-2")
        messages = [{"user_id": user, "data": {"n": n}} for n, user in enumerate(("batch-1", "batch-2", "gone", "batch-1"))]
        post = self.post_later(BATCH + "?wait=ack&timeout=1s", messages)
        first, second = one.json(), two.json()
        self.waiting(3)
        ack(one, first)
        ack(two, second)
        results = post.response().json()["results"]
        self.assertEqual([result["acknowledged"] for result in results], [True, True, False, False])
        self.assertEqual([result["sessions"] for result in results], [1, 1, 0, 1])
        post = self.post_later(BATCH + "?wait=ack&timeout=30s", messages[:1])
        self.assertEqual(one.json()["n"], 3)
        ack(one, one.json())
        self.assertEqual([result["acknowledged"] for result in post.response().json()["results"]], [True])
        self.assertEqual(self.hub.post(BATCH + "?wait=ack", []).json(), {"results": []})

    def test_answers_keep_the_order_of_the_requests(self):
        user = self.join("order")
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        for n, path in enumerate((PUSH + "?wait=ack&timeout=30s", PUSH, "/health")):
            connection.send_request("POST" if "push" in path else "GET", path, (),
                                    as_body({"user_id": "order", "data": {"n": n}}) if "push" in path else None)
        message = user.json()
        self.waiting(1)
        self.assertTrue(user.nothing_came())        # the second waits for the first one's answer
        ack(user, message)
        self.assertTrue(connection.response().json()["acknowledged"])
        self.assertNotIn("acknowledged", connection.response().json())
        self.assertEqual(user.json()["n"], 1)
        self.assertEqual(connection.response().json()["status"], "healthy")

    def test_much_that_is_pipelined_behind_it_is_answered_too(self):
        user = self.join("behind")
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", PUSH + "?wait=ack&timeout=30s", (), as_body({"user_id": "behind", "data": {}}))
        message = user.json()
        large = as_body({"user_id": "behind", "data": {"text": "x" * 20_000}})
        for _ in range(5):
            connection.send_request("POST", PUSH, (), large)
        self.waiting(1)
        ack(user, message)
        self.assertTrue(connection.response().json()["acknowledged"])
        for _ in range(5):
            self.assertEqual(connection.response().json()["sessions"], 1)
            user.receive()

    def test_a_sender_that_hangs_up_is_forgotten(self):
        user = self.join("hangup")
        for leave in ("close", "reset", "half_close"):
            post = self.post_later(PUSH + "?wait=ack&timeout=10m", {"user_id": "hangup", "data": {}})
            message = user.json()
            self.waiting(1)
            getattr(post, leave)()
            self.waiting(0)
            orphans = self.hub.metrics()["replies_orphan"]
            ack(user, message)
            self.counted("replies_orphan", orphans)

    def test_http_1_0_waits_too(self):
        user = self.join("old")
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", PUSH + "?wait=ack&timeout=30s", (), as_body({"user_id": "old", "data": {}}), version="HTTP/1.0")
        ack(user, user.json())
        self.assertTrue(connection.response().json()["acknowledged"])
        self.assertTrue(connection.at_end())

    def test_connection_close_is_honored_after_the_wait(self):
        user = self.join("closing")
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "closing", "data": {}}, [("Connection", "close")])
        ack(user, user.json())
        self.assertTrue(post.response().json()["acknowledged"])
        self.assertTrue(post.at_end())

    def test_other_senders_are_served_meanwhile(self):
        user = self.join("busy")
        posts = [self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "busy", "data": {"n": n}}) for n in range(20)]
        messages = [user.json() for _ in posts]
        self.assertTrue(self.hub.push("busy", {"n": 99}))
        self.assertEqual(user.json()["n"], 99)
        for message in reversed(messages):
            ack(user, message)
        self.assertTrue(all(post.response().json()["acknowledged"] for post in posts))

    def test_a_receiver_may_come_back_and_acknowledge(self):
        user = self.join("back")
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "back", "data": {}})
        message = user.json()
        user.leave()
        self.waiting(1)
        ack(self.join("back"), message)
        self.assertTrue(post.response().json()["acknowledged"])

    def test_an_ack_to_a_stream_is_a_reply_as_before(self):
        user = self.join("stream")
        stream = self.stream({"user_id": "stream", "data": {"correlation_id": "s"}})
        user.receive()
        user.send({"type": "ack", "correlation_id": "s"})
        self.assertEqual(json.loads(stream.event()), {"type": "ack", "correlation_id": "s"})

    def test_bad_waits_and_durations(self):
        for query, where in (("wait=yes", "wait"), ("wait=", "wait"), ("wait=ack&timeout=soon", "timeout"),
                             ("timeout=-1s", "timeout"), ("timeout=0", "timeout"), ("timeout=11m", "timeout"),
                             ("timeout=", "timeout"), ("timeout=2 parsecs", "timeout"), ("timeout=1e3", "timeout")):
            for path, body in ((PUSH, {"user_id": "u", "data": {}}), (BATCH, [])):
                with self.subTest(query=query, path=path):
                    response = self.hub.post(path + "?" + query.replace(" ", "%20"), body)
                    self.assertUnprocessable(response, ["query", where])
        message = self.hub.post(PUSH + "?timeout=soon", {"user_id": "u", "data": {}}).json()["detail"][0]["msg"]
        for words in ("300ms", "2s", "5m", "10m"):
            self.assertIn(words, message)

    def test_durations(self):
        self.join("durations")
        for text in ("1ms", "0.2", "300ms", "0.005m", "0.1s"):
            with self.subTest(text=text):
                answer = self.hub.post(PUSH + "?wait=ack&timeout=" + text, {"user_id": "durations", "data": {}})
                self.assertFalse(answer.json()["acknowledged"])

    def test_a_wrong_body_is_refused_before_anything_waits(self):
        self.assertUnprocessable(self.hub.post(PUSH + "?wait=ack&timeout=10m", {"data": {}}), ["body", "user_id"])
        self.assertUnprocessable(self.hub.post(BATCH + "?wait=ack&timeout=10m", [{"user_id": "u"}]), ["body", 0, "data"])
        self.waiting(0)


class OtherListeners(Waiting):
    settings = {"offline_queue": 10}

    def test_a_listener_on_an_event_stream_acknowledges_by_post(self):
        client = SseClient(self.hub.address, "page", "")
        self.addCleanup(client.close)
        client.greeting()
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "page", "data": {}})
        message = client.event()
        reply = {"user_id": "page", "type": "ack", "correlation_id": message.json()["correlation_id"]}
        self.assertEqual(self.hub.post("/sse/reply", reply).json()["message"], "Acknowledged")
        answer = post.response().json()
        self.assertEqual((answer["acknowledged"], answer["seq"]), (True, message.id))

    def test_a_message_that_waits_may_be_acknowledged_in_time(self):
        post = self.post_later(PUSH + "?wait=ack&timeout=30s", {"user_id": "away", "data": {}})
        self.waiting(1)
        client = self.join("away")
        ack(client, client.json())
        answer = post.response().json()
        self.assertEqual((answer["status"], answer["sessions"], answer["acknowledged"]), ("queued", 0, True))

    def test_numbers_of_pushes(self):
        client = self.join("numbers")
        first = self.hub.post(PUSH, {"user_id": "numbers", "data": {}}).json()["seq"]
        results = self.hub.post(BATCH, [{"user_id": "numbers", "data": {}}] * 2).json()["results"]
        self.assertEqual([result["seq"] for result in results], [first + 1, first + 2])
        for _ in range(3):
            client.receive()


class Stored(Waiting):
    """What is answered must be in the file first, also when the answer had to wait for other things."""

    def test_wait_and_keys_with_a_store(self):
        from hub import Hub
        hub = Hub(offline_queue=10, store="store.sqlite")
        self.addCleanup(hub.stop_cleanly)
        client = hub.join("stored")
        connection = hub.connect()
        connection.send_request("POST", PUSH + "?wait=ack&timeout=30s", [("Idempotency-Key", "k")], as_body({"user_id": "stored", "data": {}}))
        ack(client, client.json())
        first = connection.response()
        self.assertTrue(first.json()["acknowledged"])
        connection.send_request("POST", PUSH + "?wait=ack&timeout=30s", [("Idempotency-Key", "k")], as_body({"user_id": "stored", "data": {}}))
        self.assertEqual(connection.response().body, first.body)
        queued = hub.post(BATCH + "?timeout=1s", [{"user_id": "gone", "data": {}}]).json()["results"][0]
        self.assertEqual((queued["status"], queued["success"], queued["sessions"]), ("queued", True, 0))
        connection.close()
        client.vanish()


class Stopping(Waiting):
    def test_those_who_wait_are_answered_when_the_hub_stops(self):
        user = self.join("stopping")
        post = self.post_later(PUSH + "?wait=ack&timeout=10m", {"user_id": "stopping", "data": {}})
        user.json()
        self.waiting(1)
        self.hub.terminate()
        self.assertFalse(post.response().json()["acknowledged"])
        self.assertTrue(post.at_end())


class Idempotency(Waiting):

    def key(self, name):
        return [("Idempotency-Key", name)]

    def test_a_repeat_is_answered_alike_and_delivered_once(self):
        user = self.join("once")
        body = {"user_id": "once", "data": {"n": 1}}
        first = self.hub.post(PUSH, body, self.key("a"))
        again = self.hub.post(PUSH, body, self.key("a"))
        self.assertEqual((first.status, first.body), (again.status, again.body))
        self.assertIsNone(first.header("Idempotency-Replayed"))
        self.assertEqual(again.header("Idempotency-Replayed"), "true")
        self.assertEqual(user.json()["n"], 1)
        self.assertTrue(user.nothing_came())
        self.assertEqual(self.hub.metrics()["idempotent_replays"], 1)

    def test_batches_and_broadcasts_too(self):
        user = self.join("many")
        for path, body in ((BATCH, [{"user_id": "many", "data": {"n": n}} for n in range(3)]),
                           ("/sse/broadcast", {"data": {"n": 0}, "users": ["many"]})):
            first = self.hub.post(path, body, self.key("b"))
            again = self.hub.post(path, body, self.key("b"))
            self.assertEqual((first.status, first.body), (200, again.body))
            for n in range(3 if path == BATCH else 1):
                self.assertEqual(user.json()["n"], n)
            self.assertTrue(user.nothing_came())

    def test_another_body_is_refused(self):
        user = self.join("other")
        self.hub.post(PUSH, {"user_id": "other", "data": {"n": 1}}, self.key("c"))
        for body, query in (({"user_id": "other", "data": {"n": 2}}, ""), ({"user_id": "other", "data": {"n": 1}}, "?timeout=3s")):
            response = self.hub.post(PUSH + query, body, self.key("c"))
            self.assertEqual(response.status, 422)
            self.assertIn("Idempotency-Key", response.json()["detail"])
        self.assertEqual(user.json()["n"], 1)
        self.assertTrue(user.nothing_came())

    def test_a_key_belongs_to_one_path(self):
        user = self.join("paths")
        self.assertEqual(self.hub.post(PUSH, {"user_id": "paths", "data": {}}, self.key("d")).status, 200)
        self.assertEqual(self.hub.post(BATCH, [{"user_id": "paths", "data": {}}], self.key("d")).status, 200)
        user.receive()
        user.receive()

    def test_concurrent_repeats_wait_for_the_first(self):
        user = self.join("slow")
        body = {"user_id": "slow", "data": {}}
        posts = [self.post_later(PUSH + "?wait=ack&timeout=30s", body, self.key("e")) for _ in range(5)]
        message = user.json()
        eventually(lambda: self.hub.metrics()["idempotent_replays"] >= 4, what="the repeats")
        self.assertTrue(user.nothing_came())
        leaver = posts.pop()
        leaver.close()
        ack(user, message)
        answers = [post.response() for post in posts]
        self.assertEqual({answer.body for answer in answers}, {answers[0].body})
        self.assertTrue(answers[0].json()["acknowledged"])
        self.assertEqual(sorted(answer.header("Idempotency-Replayed") or "" for answer in answers)[1:], ["true"] * 3)

    def test_the_first_may_hang_up_and_its_repeat_still_learns_the_end(self):
        user = self.join("impatient")
        body = {"user_id": "impatient", "data": {}}
        first = self.post_later(PUSH + "?wait=ack&timeout=30s", body, self.key("f"))
        message = user.json()
        self.waiting(1)
        first.close()
        repeat = self.post_later(PUSH + "?wait=ack&timeout=30s", body, self.key("f"))
        self.assertTrue(user.nothing_came())
        ack(user, message)
        self.assertTrue(repeat.response().json()["acknowledged"])
        self.assertTrue(self.hub.post(PUSH + "?wait=ack&timeout=30s", body, self.key("f")).json()["acknowledged"])

    def test_what_was_refused_may_be_mended_under_the_same_key(self):
        user = self.join("mended")
        self.assertUnprocessable(self.hub.post(PUSH, {"user_id": "mended"}, self.key("g")), ["body", "data"])
        self.assertEqual(self.hub.post(PUSH, {"user_id": "mended", "data": {}}, self.key("g")).status, 200)
        user.receive()

    def test_keys_are_printable_and_short(self):
        body = {"user_id": "nobody", "data": {}}
        for name in ("", "k" * 256, "caf\xe9", "a\tb"):
            with self.subTest(name=name):
                self.assertDetail(self.hub.post(PUSH, body, self.key(name)), 400)
        for name in ("k" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "a b"):
            with self.subTest(name=name):
                self.assertEqual(self.hub.post(PUSH, body, self.key(name)).status, 200)

    def test_a_stream_ignores_the_key(self):
        body = {"user_id": "nobody", "data": {}}
        for _ in range(2):
            stream = self.stream(body, headers=self.key("h"))
            self.assertEqual([event["error"] for event in stream.events()], ["User not connected"])


class ShortMemory(HubTestCase):
    settings = {"idempotency_bytes": "4KiB", "idempotency_ttl": "1h"}

    def test_the_oldest_key_is_forgotten_first(self):
        user = self.join("memory")
        for n in range(40):
            body = {"user_id": "memory", "data": {"n": n}}
            self.hub.post(PUSH, body, [("Idempotency-Key", "key-%d" % n)])
            self.assertEqual(user.json()["n"], n)
        self.assertIsNotNone(self.hub.post(PUSH, body, [("Idempotency-Key", "key-39")]).header("Idempotency-Replayed"))
        self.hub.post(PUSH, {"user_id": "memory", "data": {"n": 0}}, [("Idempotency-Key", "key-0")])
        self.assertEqual(user.json()["n"], 0)

    def test_an_answer_too_large_to_keep_is_not_carried_out_again(self):
        body = [{"user_id": "nobody", "data": {}}] * 200
        self.assertEqual(self.hub.post(BATCH, body, [("Idempotency-Key", "large")]).status, 200)
        pushes = self.hub.metrics()["pushes"]
        self.assertDetail(self.hub.post(BATCH, body, [("Idempotency-Key", "large")]), 409)
        self.assertEqual(self.hub.metrics()["pushes"], pushes)


class NoMemory(HubTestCase):
    settings = {"idempotency_ttl": "0"}

    def test_keys_are_ignored(self):
        user = self.join("twice")
        for _ in range(2):
            response = self.hub.post(PUSH, {"user_id": "twice", "data": {}}, [("Idempotency-Key", "k")])
            self.assertIsNone(response.header("Idempotency-Replayed"))
            user.receive()


class Tokens(HubTestCase):
    environment = {"AUTH_TOKENS": "one:publish,two:publish,ears:subscribe"}

    def test_a_key_belongs_to_one_token(self):
        user = self.join("tokens", headers=[("Authorization", "Bearer ears")])
        for token in ("one", "two"):
            response = self.hub.post(PUSH, {"user_id": "tokens", "data": {}},
                                     [("Idempotency-Key", "k"), ("Authorization", "Bearer " + token)])
            self.assertEqual(response.status, 200)
            user.receive()
        self.assertDetail(self.hub.post(PUSH, {"user_id": "tokens", "data": {}}, [("Idempotency-Key", "k")]), 401)

    def leave(self, client):
        client.vanish()


if __name__ == "__main__":
    unittest.main(verbosity=2)
