# SPDX-License-Identifier: GPL-3.0-or-later
"""SLOW_CONSUMER: what happens when a listener, or the upstream of a stream, does not read."""
import itertools
import json
import threading
import unittest

from hub import Closed, HubTestCase, as_body, eventually, lean_sanitizer
from sse_client import SseClient

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
TEXT = "x" * 8000
LIMIT = 64 * 1024


class Slow(HubTestCase):
    """A queue of 64 KiB, and messages of 8 KB."""

    settings = {"send_queue_bytes": LIMIT, "journal_bytes": "256KiB"}
    environment = lean_sanitizer()
    names = itertools.count()

    def stop_reading(self, user, **keywords):
        """A listener that takes little and then nothing until it is asked to."""
        return self.join(user, receive_buffer=4096, **keywords)

    def push(self, user, n, query=""):
        return self.hub.post(PUSH + query, {"user_id": user, "data": {"n": n, "text": TEXT}})

    def fill(self, user, count=4000):
        """Pushes until one is not taken; returns how many were."""
        for n in range(count):
            response = self.push(user, n)
            if response.status != 200 or response.json()["status"] != "success":
                return n
        self.fail("%d messages were taken for one who does not read" % count)

    def others_are_served(self):
        name = "other-%d" % next(self.names)
        other = self.join(name)
        for n in range(20):
            self.assertTrue(self.hub.push(name, {"n": n}))
            self.assertEqual(other.json()["n"], n)

    def queued(self, user):
        return sum(session["queued_bytes"] for session in self.hub.get("/presence/" + user).json()["sessions"])

    def leave(self, client):
        if client.http.socket.fileno() >= 0:
            client.vanish()


class Closing(Slow):
    def test_a_listener_that_does_not_read_is_closed_with_1013(self):
        client = self.stop_reading("slow")
        before = self.hub.metrics()["messages_overflowed"]
        self.fill("slow")
        self.others_are_served()
        with self.assertRaises(Closed) as end:
            while True:
                client.receive()
        self.assertIn(end.exception.code, (1013, 1006))      # the close frame may come behind more than it still takes
        self.counted("messages_overflowed", before)


class DroppingOldest(Slow):
    settings = {**Slow.settings, "slow_consumer": "drop-oldest", "ws_ping_interval": "0"}

    def test_the_newest_messages_are_kept_in_order(self):
        client = self.stop_reading("slow")
        memory, dropped = self.hub.resident_kib(), self.hub.metrics()["messages_dropped"]
        for n in range(1500):                                # 12 MB
            self.assertEqual(self.push("slow", n).json()["status"], "success")
        self.assertLess(self.hub.resident_kib() - memory, 8 * 1024)
        self.assertLessEqual(self.queued("slow"), LIMIT)
        self.others_are_served()
        dropped = self.hub.metrics()["messages_dropped"] - dropped
        self.assertGreater(dropped, 500)
        seen = []
        while not seen or seen[-1] != 1499:
            seen.append(client.json()["n"])
        self.assertEqual(seen, sorted(set(seen)))
        self.assertEqual(len(seen) + dropped, 1500)
        # What waited longest made place: the newest are there without a hole.
        self.assertEqual(seen[-3:], [1497, 1498, 1499])
        self.assertEqual(self.queued("slow"), 0)
        self.assertTrue(self.push("slow", 2000).json()["status"] == "success")
        self.assertEqual(client.json()["n"], 2000)

    def test_it_goes_on_after_every_stop(self):
        client = self.stop_reading("stops")
        last = -1
        for round_ in range(3):
            for n in range(300):
                self.push("stops", round_ * 1000 + n)
            while last != round_ * 1000 + 299:
                now = client.json()["n"]
                self.assertGreater(now, last)
                last = now

    def test_an_upstream_that_does_not_read_loses_its_oldest_events(self):
        bot = self.join("bot")
        stream = self.hub.connect(receive_buffer=4096)
        self.addCleanup(stream.close)
        stream.send_request("POST", SEND, (), as_body({"user_id": "bot", "data": {"correlation_id": "c"}}))
        stream.start_stream()
        bot.receive()
        memory = self.hub.resident_kib()
        before = self.hub.metrics()
        dropped, replies = before["messages_dropped"], before["replies"]
        for n in range(1500):
            if n % 50 == 0:     # what the hub has yet to read is no part of this
                eventually(lambda sent=n: self.hub.metrics()["replies"] == replies + sent, what="the replies")
            bot.send({"correlation_id": "c", "n": n, "text": TEXT, "is_final": n == 1499})
        eventually(lambda: self.hub.metrics()["open_requests"] == 0, what="the final reply")
        self.assertLess(self.hub.resident_kib() - memory, 8 * 1024)
        dropped = self.hub.metrics()["messages_dropped"] - dropped
        self.assertGreater(dropped, 500)
        seen = [event["n"] for event in stream.events()]
        self.assertEqual(seen, sorted(set(seen)))
        self.assertEqual(seen[-1], 1499)
        self.assertEqual(len(seen) + dropped, 1500)

    def test_a_listener_on_an_event_stream_keeps_the_newest(self):
        client = SseClient(self.hub.address, "page", "", receive_buffer=4096)
        self.addCleanup(client.close)
        client.greeting()
        dropped = self.hub.metrics()["messages_dropped"]
        for n in range(1500):
            self.assertEqual(self.push("page", n).json()["status"], "success")
        dropped = self.hub.metrics()["messages_dropped"] - dropped
        self.assertGreater(dropped, 500)
        self.assertLessEqual(self.queued("page"), LIMIT)
        seen = []
        while not seen or seen[-1] != 1499:
            seen.append(client.event().json()["n"])
        self.assertEqual((seen, len(seen) + dropped), (sorted(set(seen)), 1500))


class Blocking(Slow):
    settings = {**Slow.settings, "slow_consumer": "block-publisher", "ws_ping_interval": "0", "push_timeout": "200ms"}

    def test_the_post_waits_until_there_is_room(self):
        client = self.stop_reading("slow")
        taken = self.fill("slow")
        self.others_are_served()
        answers = []
        posts = [threading.Thread(target=lambda n=n: answers.append(self.push("slow", n, "?timeout=30s").status)) for n in range(5)]
        for post in posts:
            post.start()
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 5, what="five that wait")
        self.assertEqual(answers, [])
        self.others_are_served()
        seen = [client.json()["n"] for _ in range(taken + 5)]
        for post in posts:
            post.join()
        self.assertEqual(answers, [200] * 5)
        self.assertEqual(seen[:taken], list(range(taken)))
        self.assertEqual(sorted(seen[taken:]), list(range(5)))
        self.assertEqual(self.hub.metrics()["blocked_pushes"], 0)

    def test_in_vain(self):
        client = self.stop_reading("vain")
        before = self.hub.metrics()
        taken = self.fill("vain")
        response = self.push("vain", -1, "?timeout=100ms")
        self.assertDetail(response, 503)
        self.assertEqual(response.header("Retry-After"), "1")
        after = self.hub.metrics()
        self.assertEqual(after["pushes_blocked_out"] - before["pushes_blocked_out"], 2)
        self.assertEqual(after["messages_overflowed"], before["messages_overflowed"])
        self.assertEqual([client.json()["n"] for _ in range(taken)], list(range(taken)))
        self.assertTrue(client.nothing_came())

    def test_a_batch_waits_and_keeps_its_order(self):
        client = self.stop_reading("batch")
        count = 800                                          # 6 MB through a queue of 64 KiB
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        body = as_body([{"user_id": "batch", "data": {"n": n, "text": "x" * 4000}} for n in range(count)])
        connection.send_request("POST", BATCH + "?timeout=60s", (), body)
        self.assertEqual([client.json()["n"] for _ in range(count)], list(range(count)))
        results = connection.response().json()["results"]
        self.assertTrue(all(result["success"] for result in results))

    def test_a_batch_in_vain_says_what_was_delivered(self):
        client = self.stop_reading("half")
        body = [{"user_id": "half", "data": {"n": n, "text": "x" * 4000}} for n in range(900)]
        results = self.hub.post(BATCH + "?timeout=100ms", body).json()["results"]
        delivered = [result["index"] for result in results if result["success"]]
        self.assertEqual(delivered, list(range(len(delivered))))
        self.assertTrue(0 < len(delivered) < 900)
        self.assertTrue(all(result.get("slow") for result in results[len(delivered):]))
        self.assertEqual([client.json()["n"] for _ in delivered], delivered)
        self.assertTrue(client.nothing_came())

    def test_a_sender_that_hangs_up_does_not_deliver(self):
        client = self.stop_reading("gone")
        taken = self.fill("gone")
        connection = self.hub.connect()
        connection.send_request("POST", PUSH + "?timeout=10m", (), as_body({"user_id": "gone", "data": {"n": -1, "text": TEXT}}))
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 1, what="the one that waits")
        connection.reset()
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 0, what="it to be forgotten")
        self.assertEqual([client.json()["n"] for _ in range(taken)], list(range(taken)))
        self.assertTrue(client.nothing_came())

    def test_when_the_listener_leaves_the_post_is_told(self):
        client = self.stop_reading("leaver")
        self.fill("leaver")
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", PUSH + "?timeout=10m", (), as_body({"user_id": "leaver", "data": {"text": TEXT}}))
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 1, what="the one that waits")
        client.vanish()
        self.assertEqual(connection.response().json()["status"], "partial")

    def test_a_request_waits_for_room_too(self):
        client = self.stop_reading("asked")
        taken = self.fill("asked")
        self.assertDetail(self.hub.post(SEND + "?timeout=100ms", {"user_id": "asked", "data": {"text": TEXT}}), 503)
        connection = self.hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", SEND + "?timeout=30s", (),
                                as_body({"user_id": "asked", "data": {"correlation_id": "q", "n": -1, "text": TEXT}}))
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 1, what="the one that waits")
        for _ in range(taken):
            client.receive()
        self.assertEqual(client.json()["n"], -1)
        client.send({"correlation_id": "q", "is_final": True})
        self.assertEqual(connection.start_stream().status, 200)
        self.assertEqual(json.loads(connection.event()), {"correlation_id": "q", "is_final": True})

    def test_a_broadcast_leaves_a_slow_reader_out(self):
        client = self.stop_reading("cast-slow")
        self.fill("cast-slow")
        other = self.join("cast-quick")
        answer = self.hub.post("/sse/broadcast", {"data": {"n": 1, "text": TEXT}, "prefix": "cast-"}).json()
        self.assertEqual((answer["users"], answer["slow"]), (1, 1))
        self.assertEqual(other.json()["n"], 1)
        client.vanish()

    def test_a_listener_on_an_event_stream_makes_the_post_wait(self):
        client = SseClient(self.hub.address, "page", "", receive_buffer=4096)
        self.addCleanup(client.close)
        client.greeting()
        taken = self.fill("page")
        answers = []
        post = threading.Thread(target=lambda: answers.append(self.push("page", -1, "?timeout=30s").status))
        post.start()
        eventually(lambda: self.hub.metrics()["blocked_pushes"] == 1, what="the one that waits")
        self.assertEqual([client.event().json()["n"] for _ in range(taken + 1)], [*range(taken), -1])
        post.join()
        self.assertEqual(answers, [200])


if __name__ == "__main__":
    unittest.main(verbosity=2)
