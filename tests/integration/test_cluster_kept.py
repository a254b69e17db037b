# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, history and what waits for a user, where several hubs keep them in one Redis."""
import json
import threading
import time
import unittest

from cluster import BATCH, SEND, ClusterTestCase, Proxy, as_body, eventually
from sse_client import SseClient


class Keeping(ClusterTestCase):
    shared = True
    settings = {"history_size": 10, "offline_queue": 5}

    def test_numbers_and_history_move_with_the_user(self):
        user = self.join(self.a, None, path="/ws?user_id=roamer&sequence=1")
        numbers = []
        for n in range(3):
            answer = self.push(self.all[n % 2], "roamer", {"n": n}).json()
            message = user.json()
            self.assertEqual((message["n"], message["_seq"]), (n, answer["seq"]))
            numbers.append(message["_seq"])
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 3)))
        user.leave()
        eventually(lambda: self.push(self.a, "roamer", {"n": 3}).json()["status"] == "queued", what="the message to wait")
        again = self.join(self.b, None, path="/ws?user_id=roamer&last_event_id=%d" % numbers[0])
        got = [again.json()["n"] for _ in range(3)]
        self.assertEqual(got[:2], [1, 2])
        self.assertEqual(got[2], 3)

    def test_what_waits_is_delivered_by_whichever_hub_the_user_comes_to_and_once(self):
        for n in range(4):
            answer = self.push(self.all[n % 2], "sleeper", {"n": n}).json()
            self.assertEqual((answer["status"], answer["sessions"]), ("queued", 0))
        user = self.join(self.b, "sleeper")
        self.assertEqual([user.json()["n"] for _ in range(4)], [0, 1, 2, 3])
        self.assertEqual(self.push(self.a, "sleeper", {"n": 4}).json()["status"], "success")
        self.assertEqual(user.json()["n"], 4)
        eventually(lambda: self.redis.command("XLEN", "trunkline:q:sleeper") == "0", what="the queue to be confirmed")
        user.leave()
        again = self.join(self.a, "sleeper")
        self.assertTrue(again.nothing_came())

    def test_a_full_queue_takes_no_more(self):
        answers = [self.push(self.a, "full", {"n": n}).json()["status"] for n in range(6)]
        self.assertEqual(answers, ["queued"] * 5 + ["partial"])

    def test_nothing_that_was_answered_with_success_is_lost_while_a_user_comes(self):
        """Posted while the handshake is under way: between subscription and what is read from Redis."""
        stop, sent = threading.Event(), {}

        def post(hub):
            n = 0
            while not stop.is_set():
                n += 1
                answer = self.push(hub, "comer-%d" % self.round, {"n": "%d-%d-%d" % (self.round, hub.port, n)}).json()
                sent["%d-%d-%d" % (self.round, hub.port, n)] = answer["status"]

        for self.round in range(8):
            stop.clear()
            threads = [threading.Thread(target=post, args=(hub,)) for hub in self.all]
            for thread in threads:
                thread.start()
            query = ("", "&sequence=1", "&last_event_id=0")[self.round % 3]
            user = self.join(self.all[self.round % 2], None, path="/ws?user_id=comer-%d%s" % (self.round, query))
            messages = [user.json() for _ in range(10)]
            stop.set()
            for thread in threads:
                thread.join()
            user.send_frame(9, b"end")      # a ping: its pong comes behind everything
            while (piece := user.frame())[0] & 15 != 10:
                messages.append(json.loads(piece[1]))
            # One who comes late may be told that some of what nobody took is not kept any more.
            got = [message["n"] for message in messages if message.get("type") != "gap"]
            wanted = [n for n, status in sent.items() if n.startswith("%d-" % self.round) and status == "success"]
            self.assertEqual([n for n in wanted if n not in got], [])
            self.assertEqual(len(set(got)), len(got), "nothing came twice")
            user.leave()

    def test_a_late_reply_to_a_request_of_the_same_hub_ends_there(self):
        user, late = self.join(self.a, "local"), self.a.metrics()["replies_late"]
        connection = self.a.connect()
        connection.send_request("POST", SEND, (), as_body({"user_id": "local", "data": {"correlation_id": "hung-up"}}))
        connection.start_stream()
        user.json()
        connection.close()
        eventually(lambda: self.a.metrics()["requests_cancelled"] >= 1, what="the hang-up to be seen")
        received = self.a.metrics()["backplane"]["published"]
        user.send({"correlation_id": "hung-up", "token": 1})
        eventually(lambda: self.a.metrics()["replies_late"] == late + 1, what="the late reply")
        self.assertEqual(self.a.metrics()["backplane"]["published"], received)

    def test_a_broadcast_is_numbered_and_kept(self):
        users = [self.join(hub, None, path="/ws?user_id=b-%d&sequence=1" % n) for n, hub in enumerate(self.all)]
        answer = self.a.post("/sse/broadcast", {"prefix": "b-", "data": {"n": 7}}).json()
        self.assertEqual((answer["users"], answer["sessions"], answer["slow"]), (2, 2, 0))
        numbers = [user.json()["_seq"] for user in users]
        users[0].leave()
        again = self.join(self.b, None, path="/ws?user_id=b-0&last_event_id=%d" % (numbers[0] - 1))
        self.assertEqual(again.json()["n"], 7)

    def test_a_gap_is_told(self):
        user = self.join(self.a, None, path="/ws?user_id=gap&sequence=1")
        first = self.push(self.b, "gap", {"n": 0}).json()["seq"]
        user.leave()
        eventually(lambda: not self.b.get("/presence/gap").json()["connected"], what="the user to be gone")
        for n in range(1, 20):
            self.push(self.a, "gap", {"n": n})
        again = self.join(self.b, None, path="/ws?user_id=gap&last_event_id=%d" % first)
        got = [again.json() for _ in range(16)]
        self.assertEqual([message.get("n", message.get("reason")) for message in got], [1, 2, 3, 4, 5, "expired", *range(10, 20)])


class KeptWhileAway(ClusterTestCase):
    settings = {"history_size": 50, "offline_queue": 10}

    def test_users_who_came_meanwhile_go_on_with_redis_numbers(self):
        first = self.join(self.a, None, path="/ws?user_id=numbered&sequence=1")
        before = self.push(self.b, "numbered", {"n": 1}).json()["seq"]
        self.assertEqual(first.json()["_seq"], before)
        first.leave()
        self.redis.pause()
        self.wait_unready(self.a)
        again = self.join(self.a, None, path="/ws?user_id=numbered&sequence=1")
        self.assertEqual(self.push(self.a, "numbered", {"n": 2}).json()["status"], "success")
        message = again.json()
        self.assertEqual((message["n"], message.get("_seq")), (2, None))
        self.redis.resume()
        for hub in self.all:
            self.wait_ready(hub)
        answer = self.push(self.b, "numbered", {"n": 3}).json()
        message = again.json()
        self.assertEqual((answer["status"], message["n"], message["_seq"]), ("success", 3, answer["seq"]))
        self.assertEqual(answer["seq"], before + 1)

    def test_requests_to_local_users_go_on(self):
        near, far, goer = self.join(self.a, "near"), self.join(self.b, "far"), self.join(self.a, "goer")
        streams = [self.stream(self.a, user, correlation_id=user) for user in ("near", "far", "goer")]
        for client in (near, far, goer):
            client.json()
        near.send({"correlation_id": "near", "n": 0})
        self.assertEqual(json.loads(streams[0].event())["n"], 0)
        self.redis.pause()
        self.wait_unready(self.a)
        self.assertEqual(json.loads(streams[1].event()), {"error": "Backplane unavailable", "correlation_id": "far"})
        for n in (1, 2):
            near.send({"correlation_id": "near", "n": n})
            self.assertEqual(json.loads(streams[0].event())["n"], n)
        goer.leave()
        self.assertEqual(json.loads(streams[2].event()), {"error": "User disconnected", "correlation_id": "goer"})
        self.redis.resume()
        for hub in self.all:
            self.wait_ready(hub)
        near.send({"correlation_id": "near", "n": 3, "is_final": True})
        self.assertEqual(json.loads(streams[0].event())["n"], 3)
        for stream in streams:
            self.assertIsNone(stream.event())
        self.assertTrue(near.nothing_came())
        self.assertEqual(self.a.metrics()["open_requests"], 0)

    def test_only_what_was_missed_is_read_again(self):
        users = [self.join(self.a, "reader-%d" % n) for n in range(20)]
        text = "x" * 2000
        for n in range(30):
            self.b.post(BATCH, [{"user_id": "reader-%d" % k, "data": {"n": n, "text": text}} for k in range(20)])
        for client in users:
            self.assertEqual([client.json()["n"] for _ in range(30)], list(range(30)))
        before = self.redis.sent_bytes()
        self.redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        eventually(lambda: all(hub.metrics()["backplane"]["reconnects"] == 1 for hub in self.all), what="both to lose Redis")
        for hub in self.all:
            self.wait_ready(hub)
        self.assertLess(self.redis.sent_bytes() - before, 200_000, "of 1.2 MB that are kept nothing was missed")
        self.assertEqual(self.push(self.b, "reader-0", {"n": 30}).json()["status"], "success")
        self.assertEqual(users[0].json()["n"], 30)

    def test_what_was_missed_comes_in_its_order_and_once(self):
        proxy = Proxy(self, self.redis.port)
        far = self.start_hub("hub-far", url="redis://127.0.0.1:%d" % proxy.port)
        self.wait_ready(far)
        user = self.join(far, None, path="/ws?user_id=missing&sequence=1")
        first = self.push(self.a, "missing", {"n": 0}).json()["seq"]
        proxy.refuses = True            # before they end: the hub comes again at once
        proxy.drop()
        self.wait_unready(far)
        eventually(lambda: self.redis.command("PUBSUB", "NUMSUB", "trunkline:u:missing").split()[-1] == "0", what="Redis to notice, too")
        for n in range(1, 6):
            self.assertIn(self.push(self.a, "missing", {"n": n}).json()["status"], ("queued",))
        proxy.refuses = False
        self.wait_ready(far)
        self.assertEqual(self.push(self.a, "missing", {"n": 6}).json()["status"], "success")
        got = [user.json() for _ in range(7)]
        self.assertEqual([(message["n"], message["_seq"]) for message in got], [(n, first + n) for n in range(7)])
        self.assertTrue(user.nothing_came())
        eventually(lambda: self.redis.command("XLEN", "trunkline:q:missing") == "0", what="what waited to be confirmed")

    def test_users_are_read_again_some_at_a_time(self):
        proxy = Proxy(self, self.redis.port)
        far = self.start_hub("hub-far", url="redis://127.0.0.1:%d" % proxy.port)
        self.wait_ready(far)
        users = [self.join(far, "some-%d" % n) for n in range(300)]
        self.assertEqual(self.push(self.a, "some-299", {"n": 1}).json()["status"], "success")
        users[299].json()
        proxy.mute_after(b"trunkline:n:some-")
        proxy.drop()
        eventually(lambda: proxy.asked(b"trunkline:n:some-") > 0, what="the hub to read again")
        time.sleep(0.3)
        self.assertLessEqual(proxy.asked(b"trunkline:n:some-"), 100, "asked before the first of them were answered")
        proxy.unmute()
        self.wait_ready(far)
        self.assertEqual(proxy.asked(b"trunkline:n:some-"), 300)
        for n in (0, 150, 299):
            self.assertEqual(self.push(self.a, "some-%d" % n, {"n": 2}).json()["status"], "success")
            self.assertEqual(users[n].json()["n"], 2)

    def test_scripts_that_were_flushed_are_loaded_again(self):
        user = self.join(self.a, "flushed")
        self.redis.command("SCRIPT", "FLUSH")
        self.push(self.b, "flushed", {"n": 0})
        eventually(lambda: self.push(self.b, "flushed", {"n": 1}).status == 200, what="the scripts to be back")
        while user.json()["n"] != 1:
            pass


class MissedMoreThanIsKept(ClusterTestCase):
    """A hub loses Redis, and its users are sent more than their history holds: who asked for numbers is told of the gap."""

    settings = {"history_size": 5, "offline_queue": 3}

    def setUp(self):
        super().setUp()
        self.proxy = Proxy(self, self.redis.port)
        self.far = self.start_hub("hub-far", url="redis://127.0.0.1:%d" % self.proxy.port)
        self.wait_ready(self.far)

    def cut(self, *users):
        self.proxy.refuses = True       # before they end: the hub comes again at once
        self.proxy.drop()
        self.wait_unready(self.far)
        for user in users:
            eventually(lambda user=user: self.redis.command("PUBSUB", "NUMSUB", "trunkline:u:" + user).split()[-1] == "0", what="Redis to notice, too")

    def mend(self):
        self.proxy.refuses = False
        self.wait_ready(self.far)

    def seen(self, client, count):
        """Numbers of messages, and what was said of gaps."""
        messages = [client.json() for _ in range(count)]
        return [message["n"] if "n" in message else {name: message[name] for name in ("type", "after", "next", "reason")} for message in messages]

    def test_who_asked_for_numbers_is_told_in_its_order_and_others_are_not(self):
        user = self.join(self.far, None, path="/ws?user_id=numbered&sequence=1")
        plain = self.join(self.far, "plain")
        listener = SseClient(self.far.address, "streamed")
        self.addCleanup(listener.close)
        listener.greeting()
        names = ("numbered", "plain", "streamed")
        first = {name: self.push(self.a, name, {"n": 0}).json()["seq"] for name in names}
        self.cut(*names)
        for n in range(1, 21):
            self.a.post(BATCH, [{"user_id": name, "data": {"n": n}} for name in names])
        self.mend()
        for name in names:
            self.assertEqual(self.push(self.a, name, {"n": 21}).json()["status"], "success")

        def gap(name):
            return {"type": "gap", "after": first[name] + 3, "next": first[name] + 16, "reason": "expired"}

        # Three waited in the queue, five are in the history.
        self.assertEqual(self.seen(user, 11), [0, 1, 2, 3, gap("numbered"), 16, 17, 18, 19, 20, 21])
        self.assertEqual(self.seen(plain, 10), [0, 1, 2, 3, 16, 17, 18, 19, 20, 21])
        events = listener.take(11)
        self.assertEqual([event.json().get("n") for event in events], [0, 1, 2, 3, None, 16, 17, 18, 19, 20, 21])
        told = events[4]
        self.assertEqual((told.name, told.id), ("gap", first["streamed"] + 15))
        self.assertEqual({name: told.json()[name] for name in gap("streamed")}, gap("streamed"))
        for client in (user, plain):
            self.assertTrue(client.nothing_came())
        self.assertEqual(self.far.metrics()["gaps"], 2)

    def test_the_gap_is_told_also_when_nothing_is_left_and_only_once(self):
        user = self.join(self.far, None, path="/ws?user_id=emptied&sequence=1")
        first = self.push(self.a, "emptied", {"n": 0}).json()["seq"]
        self.cut("emptied")
        for n in range(1, 4):
            self.push(self.a, "emptied", {"n": n})
        self.redis.command("DEL", "trunkline:hist:emptied", "trunkline:q:emptied")      # as their time to live does
        self.mend()
        self.assertEqual(self.seen(user, 2), [0, {"type": "gap", "after": first, "next": first + 4, "reason": "expired"}])
        self.cut("emptied")
        self.mend()
        self.assertEqual(self.push(self.a, "emptied", {"n": 4}).json()["seq"], first + 4)
        self.assertEqual(self.seen(user, 1), [4])
        self.assertTrue(user.nothing_came())

    def test_nothing_is_said_where_nothing_was_missed(self):
        users = {name: self.join(self.far, None, path="/ws?user_id=%s&sequence=1" % name) for name in ("quiet", "forgotten", "kept")}
        for name, user in users.items():
            self.push(self.a, name, {"n": 0})
            self.assertEqual(user.json()["n"], 0)
        self.cut(*users)
        # Nobody sent it anything for so long that Redis has forgotten its number.
        self.redis.command("DEL", "trunkline:n:forgotten", "trunkline:hist:forgotten")
        for n in range(1, 6):
            self.push(self.a, "kept", {"n": n})
        self.mend()
        self.assertEqual(self.seen(users["kept"], 5), [1, 2, 3, 4, 5])
        for name, user in users.items():
            self.assertEqual(self.push(self.a, name, {"n": 6}).json()["status"], "success")
            self.assertEqual(self.seen(user, 1), [6])
            self.assertTrue(user.nothing_came())

    def test_a_redis_that_was_emptied_may_have_lost_something(self):
        user = self.join(self.far, None, path="/ws?user_id=erased&sequence=1")
        first = self.push(self.a, "erased", {"n": 0}).json()["seq"]
        self.assertEqual(self.seen(user, 1), [0])
        self.cut("erased")
        self.assertEqual(self.push(self.a, "erased", {"n": 1}).json()["status"], "queued")
        self.redis.command("FLUSHALL")
        self.mend()
        gap = self.seen(user, 1)[0]
        self.assertEqual((gap["type"], gap["after"], gap["reason"]), ("gap", first, "expired"))
        answer = self.push(self.a, "erased", {"n": 2}).json()
        self.assertEqual((answer["status"], self.seen(user, 1)), ("success", [2]))
        self.assertGreaterEqual(answer["seq"], gap["next"])


class LongTalks(ClusterTestCase):
    hubs = 1
    settings = {"history_size": 10, "sse_response_timeout": "1s"}

    def test_a_user_of_the_same_hub_who_leaves_after_a_long_talk_ends_the_request(self):
        user = self.join(self.a, "talker")
        stream = self.stream(self.a, "talker", correlation_id="long")
        user.json()
        for n in range(11):
            user.send({"correlation_id": "long", "n": n})
            self.assertEqual(json.loads(stream.event())["n"], n)
            time.sleep(0.4)
        user.leave()
        self.assertEqual(json.loads(stream.event()), {"error": "User disconnected", "correlation_id": "long"})
        self.assertIsNone(stream.event())


class KeptForSeveralSessions(ClusterTestCase):
    shared = True
    settings = {"history_size": 10, "duplicate_policy": "allow"}

    def test_a_broadcast_is_numbered_once_for_each_user(self):
        both = [self.join(hub, None, path="/ws?user_id=all-both&sequence=1") for hub in self.all]
        near = self.join(self.a, None, path="/ws?user_id=all-near&sequence=1")
        numbers = []
        for hub in self.all:
            answer = hub.post("/sse/broadcast", {"prefix": "all-", "data": {"n": hub.port}}).json()
            self.assertEqual((answer["status"], answer["users"], answer["sessions"], answer["slow"]), ("success", 2, 3, 0))
            messages = [client.json() for client in both]
            self.assertEqual(messages[0], messages[1])
            self.assertEqual((messages[0]["n"], near.json()["n"]), (hub.port, hub.port))
            numbers.append(messages[0]["_seq"])
        self.assertEqual(numbers[1], numbers[0] + 1)
        for client in both + [near]:
            self.assertTrue(client.nothing_came())
        again = self.join(self.b, None, path="/ws?user_id=all-both&last_event_id=%d" % (numbers[0] - 1))
        self.assertEqual([again.json()["n"] for _ in self.all], [hub.port for hub in self.all])
        named = self.a.post("/sse/broadcast", {"users": ["all-both", "nobody"], "data": {}}).json()
        self.assertEqual((named["users"], named["sessions"], named["not_connected"]), (1, 3, 1))


class Bounded(ClusterTestCase):
    """HISTORY_BYTES and OFFLINE_BYTES are those of all users on all hubs."""

    settings = {"history_size": 100, "history_bytes": "64KiB", "offline_queue": 100, "offline_bytes": "32KiB", "history_ttl": "0", "offline_ttl": "0"}
    TEXT = "x" * 1000

    def kept(self, kind, user):
        return int(self.redis.command("XLEN", "trunkline:%s:%s" % (kind, user)))

    def fill(self, prefix, users, each):
        for k in range(users):
            for n in range(each):
                yield self.push(self.all[n % 2], "%s-%d" % (prefix, k), {"n": n, "text": self.TEXT}).json()["status"]

    def test_the_history_of_all_users_stays_within_its_bytes(self):
        clients = [self.join(self.all[k % 2], "reader-%d" % k) for k in range(20)]
        self.assertEqual(set(self.fill("reader", 20, 10)), {"success"})
        kept = [self.kept("hist", "reader-%d" % k) for k in range(20)]
        self.assertLessEqual(sum(kept) * 1200, 64 * 1024 + 1200)
        self.assertGreaterEqual(sum(kept), 30)
        # Who got nothing for the longest time has lost it first.
        self.assertEqual(kept, sorted(kept))
        self.assertEqual((kept[0], kept[19]), (0, 10))
        self.assertLess(int(self.redis.command("HGET", "trunkline:bytes:hist", "")), 64 * 1024 + 1)
        # What is lost is told.
        clients[0].leave()
        again = self.join(self.b, None, path="/ws?user_id=reader-0&last_event_id=1")
        self.assertEqual(again.json()["type"], "gap")

    def test_the_queue_of_all_users_stays_within_its_bytes(self):
        answers = list(self.fill("sleeper", 8, 5))
        queued = answers.count("queued")
        self.assertLessEqual(queued * 1200, 32 * 1024)
        self.assertGreaterEqual(queued, 11)
        self.assertEqual(answers, ["queued"] * queued + ["partial"] * (40 - queued))
        # What was delivered makes room.
        first = self.join(self.a, "sleeper-0")
        self.assertEqual([first.json()["n"] for _ in range(5)], list(range(5)))
        eventually(lambda: self.kept("q", "sleeper-0") == 0, what="the queue to be confirmed")
        self.assertEqual([self.push(self.b, "late", {"n": n, "text": self.TEXT}).json()["status"] for n in range(5)], ["queued"] * 5)

    def test_what_redis_let_expire_counts_no_more(self):
        self.assertIn("partial", set(self.fill("sleeper", 8, 5)))
        for k in range(8):
            self.redis.command("DEL", "trunkline:q:sleeper-%d" % k)     # as its time to live does
        self.assertEqual(self.push(self.a, "late", {"n": 1, "text": self.TEXT}).json()["status"], "queued")

    def test_names_that_nobody_has_leave_nothing_for_ever(self):
        for k in range(300):
            self.a.post(BATCH, [{"user_id": "ghost-%d-%d" % (k, n), "data": {"n": n, "text": self.TEXT}} for n in range(10)])
        forever = [key for key in self.redis.command("KEYS", "trunkline:n:*").split() if self.redis.command("TTL", key) == "-1"]
        # As many as the bytes of history and queue allow, and not 3,000.
        self.assertLess(len(forever), 100)
        self.assertLess(len(self.redis.command("KEYS", "trunkline:*").split()), 300)


if __name__ == "__main__":
    unittest.main()
