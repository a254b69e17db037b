# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept for users: history and resume (Last-Event-ID), gaps, the offline queue in memory. In SQLite: test_store.py."""
import threading
import unittest

from hub import HubTestCase, eventually
from sse_client import SseClient


def numbers(events):
    return [event.json()["n"] for event in events]


class KeepingTestCase(HubTestCase):
    def listen(self, user, query="", **keywords):
        client = SseClient(self.hub.address, user, query, **keywords)
        self.addCleanup(client.close)
        return client

    def hang_up(self, client):
        before = self.hub.connections()
        client.close()
        eventually(lambda: self.hub.connections() == before - 1, what="the session to end")

    def push(self, user, first, last=None):
        """Pushes numbered messages; the status of the last one."""
        for n in range(first, (last or first) + 1):
            response = self.hub.post("/sse/push", {"user_id": user, "data": {"n": n}})
        return response.json()["status"]


class History(KeepingTestCase):
    settings = {"history_size": 5}

    def test_field_resumes_behind_it(self):
        client = self.listen("field")
        client.greeting()
        self.push("field", 1, 3)
        events = client.take(3)
        self.hang_up(client)
        self.assertEqual(self.push("field", 4), "partial")      # nobody promised anything, and still it is kept
        again = self.listen("field", headers=[("Last-Event-ID", str(events[0].id))])
        self.assertNotIn(b"id", again.greeting().fields)
        replayed = again.take(3)
        self.assertEqual(numbers(replayed), [2, 3, 4])
        self.assertEqual([event.id for event in replayed], [events[0].id + n for n in (1, 2, 3)])
        self.push("field", 5)
        self.assertEqual(numbers([again.event()]), [5])

    def test_query_resumes_and_the_field_wins(self):
        client = self.listen("query")
        start = client.greeting().id
        self.push("query", 1, 3)
        client.take(3)
        self.hang_up(client)
        again = self.listen("query", "&last_event_id=%d" % (start + 1))
        self.assertEqual(numbers(again.take(2)), [2, 3])
        self.hang_up(again)
        again = self.listen("query", "&last_event_id=%d" % (start + 1), headers=[("Last-Event-ID", str(start + 2))])
        self.assertEqual(numbers([again.event()]), [3])

    def test_greeting_is_a_place_to_resume_from(self):
        client = self.listen("greeted")
        start = client.greeting().id
        self.hang_up(client)
        self.push("greeted", 1, 2)
        again = self.listen("greeted", "&last_event_id=%d" % start)
        self.assertEqual(numbers(again.take(2)), [1, 2])

    def test_zero_means_from_the_oldest(self):
        self.push("zero", 1, 7)
        client = self.listen("zero", "&last_event_id=0")
        self.assertEqual(numbers(client.take(5)), [3, 4, 5, 6, 7])

    def test_without_an_id_only_new_messages_come(self):
        self.push("fresh", 1, 3)
        client = self.listen("fresh")
        client.greeting()
        socket = self.join("fresh2")
        self.push("fresh", 4)
        self.assertEqual(numbers([client.event()]), [4])
        self.assertTrue(socket.nothing_came())

    def test_gap_is_told_before_what_is_left(self):
        client = self.listen("gap")
        client.greeting()
        self.push("gap", 1)
        seen = client.event().id
        self.hang_up(client)
        self.push("gap", 2, 8)
        before = self.hub.metrics()["gaps"]
        again = self.listen("gap", "&last_event_id=%d" % seen)
        gap = again.event()
        self.assertEqual((gap.name, gap.json()), ("gap", {"type": "gap", "user_id": "gap", "after": seen, "next": seen + 3, "reason": "expired"}))
        self.assertEqual(gap.id, seen + 2)
        self.assertEqual(numbers(again.take(5)), [4, 5, 6, 7, 8])
        self.counted("gaps", before)
        self.hang_up(again)
        once_more = self.listen("gap", headers=[("Last-Event-ID", str(gap.id))])
        self.assertEqual(numbers(once_more.take(5)), [4, 5, 6, 7, 8])       # the gap is known

    def test_unknown_ids_are_gaps(self):
        self.push("strange", 1)
        for query in ("&last_event_id=abc", "&last_event_id=99999999999999999999", "&last_event_id=17"):
            client = self.listen("strange", query)
            gap = client.event()
            self.assertEqual((gap.name, gap.json()["reason"]), ("gap", "expired" if query.endswith("=17") else "unknown"))
            self.assertEqual(numbers([client.event()]), [1])
            self.hang_up(client)

    def test_websocket_resumes_too(self):
        socket = self.hub.join(None, path="/ws?user_id=ws&sequence=1")
        self.push("ws", 1, 3)
        messages = [socket.json() for _ in range(3)]
        self.assertEqual([message["_seq"] - messages[0]["_seq"] for message in messages], [0, 1, 2])
        socket.leave()
        self.push("ws", 4)
        again = self.hub.join(None, path="/ws?user_id=ws&sequence=1&last_event_id=%d" % messages[1]["_seq"])
        self.addCleanup(again.leave)
        self.assertEqual([again.json()["n"] for _ in range(2)], [3, 4])
        self.assertTrue(again.nothing_came())

    def test_websocket_header_and_gap(self):
        self.push("wsgap", 1, 9)
        client = self.join("wsgap", headers=[("Last-Event-ID", "5")])
        gap = client.json()
        self.assertEqual((gap["type"], gap["after"], gap["reason"]), ("gap", 5, "expired"))
        messages = [client.receive() for _ in range(5)]
        self.assertNotIn(b"_seq", b"".join(messages))       # only those who asked see numbers

    def test_requests_are_replayed(self):
        client = self.listen("asked")
        start = client.greeting().id
        stream = self.stream({"user_id": "asked", "data": {"correlation_id": "as"}})
        client.event()
        self.hang_up(client)
        stream.events()
        again = self.listen("asked", "&last_event_id=%d" % start)
        self.assertEqual(again.event().json()["correlation_id"], "as")

    def test_nothing_is_lost_or_doubled_while_messages_flow(self):
        count, seen, last = 3000, [], 0
        def publish():
            for first in range(1, count + 1, 5):
                batch = [{"user_id": "flow", "data": {"n": n}} for n in range(first, first + 5)]
                self.hub.post("/sse/push/batch", batch)
                behind.wait(0.002)
        behind = threading.Event()
        client = self.listen("flow")
        last = client.greeting().id
        publisher = threading.Thread(target=publish)
        publisher.start()
        gaps = 0
        while not seen or seen[-1] < count:
            event = client.event()
            last = event.id
            if event.name == "gap":
                gaps += 1
                continue
            seen.append(event.json()["n"])
            if len(seen) % 100 == 0:        # comes back at once, in the middle of the flow
                client.close()
                client = self.listen("flow", headers=[("Last-Event-ID", str(last))])
                if client.stream.status != 200:
                    self.fail(client.stream)
        publisher.join()
        self.assertEqual(seen, sorted(set(seen)))       # once each and in order
        if gaps == 0:
            self.assertEqual(seen, list(range(1, count + 1)))


class SeveralSessions(KeepingTestCase):
    settings = {"history_size": 10, "duplicate_policy": "allow"}

    def test_new_messages_wait_behind_what_one_of_them_catches_up(self):
        live = self.listen("two")
        start = live.greeting().id
        for n in range(1, 4):
            self.hub.post("/sse/push", {"user_id": "two", "data": {"n": n, "x": 900_000 * "x"}})
        self.assertEqual(numbers(live.take(3)), [1, 2, 3])
        # It does not read yet, while the other one takes what is new at once.
        late = self.listen("two", "&last_event_id=%d" % start, receive_buffer=4096)
        self.push("two", 4)
        self.assertEqual(numbers(live.take(1)), [4])
        self.assertEqual(numbers(late.take(4)), [1, 2, 3, 4])
        self.push("two", 5)
        self.assertEqual(numbers(live.take(1) + late.take(1)), [5, 5])


class NoHistory(KeepingTestCase):
    def test_resume_is_a_gap_when_something_was_missed(self):
        client = self.listen("none")
        client.greeting()
        self.push("none", 1)
        seen = client.event().id
        self.hang_up(client)
        again = self.listen("none", headers=[("Last-Event-ID", str(seen))])
        again.greeting()
        self.push("none", 2)
        self.assertEqual(numbers([again.event()]), [2])
        self.hang_up(again)
        self.push("none", 3)
        again = self.listen("none", headers=[("Last-Event-ID", str(seen + 1))])
        self.assertEqual(again.event().name, "gap")
        self.push("none", 4)
        event = again.event()
        self.assertEqual(numbers([event]), [4])
        self.assertGreater(event.id, seen)

    def test_sequence_only_for_those_who_ask(self):
        asking, other = self.hub.join(None, path="/ws?user_id=asking&sequence=1"), self.join("other")
        self.addCleanup(asking.leave)
        for user in ("asking", "other"):
            self.push(user, 1, 2)
        first, second = asking.json(), asking.json()
        self.assertEqual(second["_seq"], first["_seq"] + 1)
        self.assertNotIn(b"_seq", other.receive() + other.receive())

    def test_absent_users_are_dropped_as_ever(self):
        self.assertEqual(self.push("absent", 1), "partial")
        self.assertTrue(self.join("absent").nothing_came())


class Expiry(KeepingTestCase):
    settings = {"history_size": 10, "history_ttl": "400ms", "offline_queue": 10, "offline_ttl": "400ms"}

    def test_what_is_too_old_is_gone(self):
        before = self.hub.metrics()["messages_expired"]
        self.assertEqual(self.push("old", 1, 2), "queued")
        eventually(lambda: self.hub.metrics()["messages_expired"] == before + 2, what="both to expire")
        self.assertEqual(self.hub.metrics()["history_messages"], 0)
        self.assertTrue(self.join("old").nothing_came())


class Queue(KeepingTestCase):
    settings = {"offline_queue": 4}

    def test_absent_user_gets_what_waited(self):
        self.assertEqual(self.push("away", 1, 3), "queued")
        metrics = self.hub.metrics()
        self.assertEqual((metrics["queue_messages"], metrics["queue_users"]), (3, 1))
        client = self.join("away")
        self.assertEqual([client.json()["n"] for _ in range(3)], [1, 2, 3])
        self.assertEqual(self.push("away", 4), "success")
        self.assertEqual(client.json()["n"], 4)
        client.leave()
        self.assertTrue(self.join("away").nothing_came())       # they were received
        eventually(lambda: self.hub.metrics()["queue_messages"] == 0, what="an empty queue")

    def test_listener_gets_what_waited(self):
        self.push("page", 1, 2)
        client = self.listen("page")
        start = client.greeting().id
        events = client.take(2)
        self.assertEqual(numbers(events), [1, 2])
        self.assertEqual([event.id for event in events], [start + 1, start + 2])
        self.hang_up(client)
        again = self.listen("page", headers=[("Last-Event-ID", str(events[1].id))])
        self.push("page", 3)
        self.assertEqual(numbers([again.event()]), [3])

    def test_full_queue_says_so(self):
        before = self.hub.metrics()["queue_refusals"]
        self.assertEqual(self.push("full", 1, 4), "queued")
        self.assertEqual(self.push("full", 5), "partial")
        self.counted("queue_refusals", before)
        client = self.join("full")
        self.assertEqual([client.json()["n"] for _ in range(4)], [1, 2, 3, 4])
        self.assertTrue(client.nothing_came())

    def test_batch_says_which_wait(self):
        here = self.join("here")
        batch = [{"user_id": user, "data": {"n": n}} for n, user in enumerate(("here", "gone", "here"))]
        results = self.hub.post("/sse/push/batch", batch).json()["results"]
        self.assertEqual([result["success"] for result in results], [True, True, True])
        self.assertEqual([result.get("status") for result in results], [None, "queued", None])
        self.assertEqual([here.json()["n"] for _ in range(2)], [0, 2])

    def test_mentioned_account_waits_as_well(self):
        self.hub.push("someone", {"message": "hi @email_bot"})
        self.assertEqual(self.join("email_bot").json()["user_id"], "someone")

    def test_request_does_not_wait(self):
        stream = self.stream({"user_id": "gone2", "data": {"correlation_id": "go"}})
        self.assertEqual([event["error"] for event in stream.events()], ["User not connected"])
        self.assertTrue(self.join("gone2").nothing_came())

    def test_reader_that_is_cut_off_gets_them_again(self):
        def socket():
            return self.hub.join("cut", receive_buffer=4096)
        def page():
            return SseClient(self.hub.address, "cut", receive_buffer=4096)
        ends = ((socket, lambda client: client.vanish()), (socket, lambda client: client.shut_socket()),
                (page, lambda client: client.http.reset()), (page, lambda client: client.close()))
        others = self.hub.metrics()["queue_messages"]
        for connect, vanish in ends:
            for n in range(3):
                self.assertEqual(self.hub.post("/sse/push", {"user_id": "cut", "data": {"n": n, "x": 700_000 * "x"}}).json()["status"], "queued")
            vanish(connect())       # without having read anything
            eventually(lambda: self.hub.connections() == 0, what="the session to end")
            again = self.join("cut")
            self.assertEqual([again.json()["n"] for _ in range(3)], [0, 1, 2])
            again.leave()
            eventually(lambda: self.hub.metrics()["queue_messages"] == others, what="the receipts")

    def test_large_backlog_reaches_a_slow_reader(self):
        for n in range(3):
            self.assertEqual(self.hub.post("/sse/push", {"user_id": "large", "data": {"n": n, "x": 900_000 * "x"}}).json()["status"], "queued")
        client = self.join("large", receive_buffer=4096)
        # It does not read yet: what is new waits behind what is old.
        self.assertEqual(self.push("large", 3), "success")
        self.assertEqual([client.json()["n"] for _ in range(4)], [0, 1, 2, 3])
        self.assertTrue(client.nothing_came())


if __name__ == "__main__":
    unittest.main(verbosity=2)
