# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hubs on one real Redis: the contract holds for users who are connected to the other one."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

from cluster import BATCH, PUSH, ClusterTestCase, Redis, as_body, eventually, free_port
from http_client import HttpConnection
from hub import WsClient, binary, clean_environment
from sse_client import SseClient


class Across(ClusterTestCase):
    shared = True

    def test_a_push_reaches_a_user_of_another_hub(self):
        for holder, asker in ((self.a, self.b), (self.b, self.a)):
            user = self.join(holder, "user-%d" % holder.port)
            answer = self.push(asker, "user-%d" % holder.port, {"n": 1})
            self.assertEqual((answer.status, answer.json()), (200, {"status": "success", "message": "Message delivered", "sessions": 1}))
            message = user.json()
            self.assertEqual((message["n"], message["user_id"]), (1, "user-%d" % holder.port))

    def test_the_bytes_arrive_as_they_were_sent(self):
        user = self.join(self.a, "bytes")
        data = b'{"big":123456789012345678901234567890,"text":"\\u0000\\ud83d\\ude00 \xf0\x9f\x98\x80","spaced" : [1 ,\n 2]}'
        body = b'{"user_id":"bytes","data":' + data + b',"event_type":"kind","timestamp":1.50}'
        self.assertEqual(self.b.post(PUSH, body).json()["status"], "success")
        message = user.receive()
        self.assertIn(b'"big":123456789012345678901234567890', message)
        self.assertIn(b'\\u0000\\ud83d\\ude00 \xf0\x9f\x98\x80', message)
        self.assertIn(b'"spaced" : [1 ,\n 2]', message)
        self.assertIn(b'"timestamp":1.50', message.replace(b'"timestamp": ', b'"timestamp":'))

    def test_nobody_is_not_connected(self):
        answer = self.push(self.a, "nobody")
        self.assertEqual((answer.status, answer.json()["status"], answer.json()["message"]), (200, "partial", "User not connected"))

    def test_what_nobody_took_is_counted_and_in_the_journal_of_the_hub_that_was_asked(self):
        before = self.a.metrics()["pushes_not_connected"]
        self.push(self.a, "nobody-at-all")
        self.assertEqual(self.a.metrics()["pushes_not_connected"], before + 1)
        admin = [("Authorization", "Bearer " + self.a.ready["token"])]
        entries = self.a.get("/admin/journal?after=0&max=10000", admin).json()["entries"]
        self.assertEqual([entry["status"] for entry in entries if entry["user"] == "nobody-at-all"], ["not_connected"])

    def test_a_user_is_reachable_everywhere_as_soon_as_the_handshake_is_answered(self):
        for n in range(20):
            user = self.join(self.a, "quick-%d" % n)
            self.assertEqual(self.push(self.b, "quick-%d" % n, {"n": n}).json()["status"], "success")
            self.assertEqual(user.json()["n"], n)

    def test_one_who_left_is_not_connected(self):
        user = self.join(self.a, "leaver")
        user.leave()
        eventually(lambda: self.push(self.b, "leaver").json()["status"] == "partial", what="the user to be gone")

    def test_a_batch_keeps_its_order_and_its_answers(self):
        near, far = self.join(self.a, "near"), self.join(self.b, "far")
        users = ["far", "near", "nobody", "far", "near"] * 20
        answer = self.a.post(BATCH, [{"user_id": user, "data": {"n": n}} for n, user in enumerate(users)]).json()["results"]
        self.assertEqual([result["success"] for result in answer], [user != "nobody" for user in users])
        self.assertEqual([result["index"] for result in answer], list(range(len(users))))
        for name, client in (("near", near), ("far", far)):
            self.assertEqual([client.json()["n"] for user in users if user == name], [n for n, user in enumerate(users) if user == name])

    def test_mentions_reroute_across_hubs(self):
        bot = self.join(self.b, "ci_bot")
        self.assertEqual(self.push(self.a, "whoever", {"message": "hello @ci_bot"}).json()["status"], "success")
        self.assertEqual(bot.json()["message"], "hello @ci_bot")

    def test_replies_stream_back_to_the_hub_that_was_asked(self):
        user, before = self.join(self.a, "answerer"), self.b.metrics()
        stream = self.stream(self.b, "answerer", message="hi", correlation_id="order-7")
        self.assertEqual(user.json()["correlation_id"], "order-7")
        for n in range(3):
            user.send({"correlation_id": "order-7", "n": n})
            self.assertEqual(json.loads(stream.event())["n"], n)
        user.send({"correlation_id": "order-7", "done": True, "is_final": True})
        self.assertEqual(json.loads(stream.event())["done"], True)
        self.assertIsNone(stream.event())
        metrics = self.b.metrics()
        self.assertEqual([metrics[name] - before[name] for name in ("replies", "requests_finished", "open_requests")], [4, 1, 0])

    def test_a_request_to_nobody_ends_with_the_contract_s_error(self):
        stream = self.stream(self.a, "nobody", correlation_id="n1")
        self.assertEqual(json.loads(stream.event()), {"error": "User not connected", "correlation_id": "n1"})
        self.assertIsNone(stream.event())

    def test_a_user_who_goes_ends_its_requests(self):
        user = self.join(self.a, "goer")
        stream = self.stream(self.b, "goer", correlation_id="g1")
        user.json()
        user.leave()
        self.assertEqual(json.loads(stream.event()), {"error": "User disconnected", "correlation_id": "g1"})
        self.assertIsNone(stream.event())

    def test_late_and_foreign_replies_reach_nobody(self):
        user, other = self.join(self.a, "asked"), self.join(self.a, "other")
        before, late = self.b.metrics()["replies_refused"], self.a.metrics()["replies_late"]
        stream = self.stream(self.b, "asked", correlation_id="x1")
        user.json()
        other.send({"correlation_id": "x1", "forged": True})
        eventually(lambda: self.b.metrics()["replies_refused"] == before + 1, what="the foreign reply to be refused")
        user.send({"correlation_id": "x1", "is_final": True})
        self.assertEqual(json.loads(stream.event()), {"correlation_id": "x1", "is_final": True})
        self.assertIsNone(stream.event())
        user.send({"correlation_id": "x1", "again": True})
        eventually(lambda: self.a.metrics()["replies_late"] == late + 1, what="the late reply")

    def test_an_id_that_is_open_on_another_hub_is_a_conflict(self):
        one, two = self.join(self.a, "one"), self.join(self.b, "two")
        stream = self.stream(self.a, "two", correlation_id="same")
        two.json()
        refused = self.ask(self.b, "one", correlation_id="same").response()
        self.assertEqual((refused.status, refused.json()["detail"]), (409, "The correlation_id is already open"))
        two.send({"correlation_id": "same", "is_final": True})
        stream.event()
        self.assertIsNone(stream.event())
        again = self.stream(self.b, "one", correlation_id="same")
        self.assertEqual(one.json()["correlation_id"], "same")
        one.send({"correlation_id": "same", "is_final": True})
        self.assertEqual(json.loads(again.event())["is_final"], True)

    def test_an_id_is_free_on_the_other_hub_once_its_stream_has_ended(self):
        users = {self.a: self.join(self.a, "here"), self.b: self.join(self.b, "there")}
        hubs, conflicts = [self.a, self.b], 0
        for n in range(300):
            hub = hubs[n % 2]
            stream = self.ask(hub, "here" if hub is self.a else "there", correlation_id="again")
            head = stream.start_stream()
            if head.status != 200:
                conflicts += 1
                continue
            users[hub].receive()
            users[hub].send({"correlation_id": "again", "is_final": True})
            stream.event()
            self.assertIsNone(stream.event())
        self.assertEqual(conflicts, 0)

    def test_a_broadcast_reaches_everybody_once(self):
        clients = [self.join(hub, "all-%d-%d" % (hub.port, n)) for hub in self.all for n in range(3)]
        answer = self.a.post("/sse/broadcast", {"prefix": "all-", "data": {"n": 9}}).json()
        self.assertEqual((answer["status"], answer["users"], answer["sessions"]), ("success", 6, 6))
        for client in clients:
            self.assertEqual(client.json()["n"], 9)
            self.assertTrue(client.nothing_came())
        named = self.b.post("/sse/broadcast", {"users": ["all-%d-0" % self.a.port, "nobody"], "data": {}}).json()
        self.assertEqual((named["users"], named["not_connected"]), (1, 1))

    def test_a_receipt_crosses_hubs(self):
        user = self.join(self.a, "acker")
        connection = self.b.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", PUSH + "?wait=ack&timeout=20s", (), as_body({"user_id": "acker", "data": {"n": 1}}))
        message = user.json()
        user.send({"type": "ack", "correlation_id": message["correlation_id"]})
        self.assertEqual(connection.response().json(), {"status": "success", "message": "Message delivered", "sessions": 1, "acknowledged": True})
        silent = self.push(self.b, "acker", query="?wait=ack&timeout=300ms").json()
        self.assertEqual((silent["status"], silent["acknowledged"]), ("success", False))

    def test_an_idempotency_key_counts_on_all_hubs(self):
        user = self.join(self.a, "once")
        headers = [("Idempotency-Key", "key-1")]
        first = self.push(self.a, "once", {"n": 1}, headers=headers)
        again = self.push(self.b, "once", {"n": 1}, headers=headers)
        self.assertEqual((first.json(), again.json()), (first.json(), first.json()))
        self.assertEqual(again.header("Idempotency-Replayed"), "true")
        other = self.push(self.b, "once", {"n": 2}, headers=headers)
        self.assertEqual(other.status, 422)
        user.json()
        self.assertTrue(user.nothing_came())

    def test_a_listener_may_reply_by_any_hub(self):
        listener = SseClient(self.a.address, "browser")
        self.addCleanup(listener.close)
        listener.greeting()
        stream = self.stream(self.b, "browser", correlation_id="e1")
        self.assertEqual(listener.event().json()["correlation_id"], "e1")
        answer = self.b.post("/sse/reply", {"user_id": "browser", "correlation_id": "e1", "is_final": True})
        self.assertEqual(answer.json()["status"], "success")
        self.assertEqual(json.loads(stream.event())["is_final"], True)
        nobody = self.b.post("/sse/reply", {"user_id": "nobody", "correlation_id": "e1"})
        self.assertEqual((nobody.status, nobody.json()["detail"]), (409, "user_id has no open event stream"))

    def test_metrics_name_the_backplane(self):
        self.push(self.a, "nobody")
        state = self.a.metrics()["backplane"]
        self.assertTrue(state["up"] and state["hub"].startswith("hub-a#"))
        eventually(lambda: self.a.metrics()["backplane"]["ping_microseconds"] > 0, what="a ping")
        text = self.a.get("/metrics?format=prometheus").body.decode()
        for name in ("trunkline_backplane_up 1", "trunkline_backplane_hubs 2", 'trunkline_backplane_info{hub="hub-a#'):
            self.assertIn(name, text)


class Coming(ClusterTestCase):
    def test_presence_is_that_of_all_hubs(self):
        self.join(self.a, "p-one"), self.join(self.b, "p-two")
        watcher = self.join(self.a, None, path="/ws?user_id=watcher&presence=1")
        listing = eventually(lambda: (lambda page: page if page["total"] == 3 else None)(self.b.get("/presence").json()), what="three users")
        self.assertEqual([entry["user_id"] for entry in listing["users"]], ["p-one", "p-two", "watcher"])
        self.assertTrue(listing["users"][0]["hubs"][0].startswith("hub-a#"))
        self.assertTrue(self.a.get("/presence/p-two").json()["connected"])
        self.assertFalse(self.a.get("/presence/p-none").json()["connected"])
        page = self.a.get("/presence?limit=2").json()
        self.assertEqual(([entry["user_id"] for entry in page["users"]], page["next"]), (["p-one", "p-two"], "p-two"))
        rest = self.a.get("/presence?limit=2&after=p-two").json()
        self.assertEqual(([entry["user_id"] for entry in rest["users"]], rest["next"]), (["watcher"], None))
        late = self.join(self.b, "p-late")
        news = watcher.json()
        self.assertEqual((news["type"], news["user_id"], news["event"]), ("presence", "p-late", "online"))
        late.leave()
        news = watcher.json()
        self.assertEqual((news["user_id"], news["event"]), ("p-late", "offline"))

    def test_a_stopping_hub_gives_its_users_back(self):
        user = self.join(self.a, "mover")
        watcher = self.join(self.b, None, path="/ws?user_id=watcher&presence=1")
        stream = self.stream(self.b, "mover", correlation_id="m1")
        user.json()
        self.a.terminate()
        self.assertEqual(user.closed(), (1001, "Server shutting down"))
        self.assertEqual(json.loads(stream.event()), {"error": "User disconnected", "correlation_id": "m1"})
        again = self.join(self.b, "mover")
        self.assertEqual(self.push(self.b, "mover", {"n": 2}).json()["status"], "success")
        self.assertEqual(again.json()["n"], 2)
        self.assertEqual(watcher.json()["user_id"], "mover")


class Rejecting(ClusterTestCase):
    shared = True

    def test_a_second_session_anywhere_is_refused(self):
        first = self.join(self.a, "single")
        second = self.join(self.b, "single")
        self.assertEqual(second.closed(), (1008, "User already connected"))
        self.assertEqual(self.push(self.b, "single", {"n": 1}).json()["status"], "success")
        self.assertEqual(first.json()["n"], 1)
        first.leave()
        third = self.join(self.b, "single")
        self.assertEqual(self.push(self.a, "single", {"n": 2}).json()["status"], "success")
        self.assertEqual(third.json()["n"], 2)


class Replacing(ClusterTestCase):
    settings = {"duplicate_policy": "replace"}

    def test_a_second_session_anywhere_takes_over(self):
        first = self.join(self.a, "single")
        second = self.join(self.b, "single")
        self.assertEqual(first.closed(), (4001, "Replaced by a newer connection"))
        eventually(lambda: self.a.connections() == 0, what="the first one to be gone")
        self.assertEqual(self.push(self.a, "single", {"n": 1}).json()["sessions"], 1)
        self.assertEqual(second.json()["n"], 1)


class Allowing(ClusterTestCase):
    hubs = 3
    shared = True
    settings = {"duplicate_policy": "allow"}

    def test_each_session_gets_the_message_once(self):
        clients = [self.join(hub, "several") for hub in (self.a, self.a, self.b)]
        for hub in self.all:
            self.assertEqual(self.push(hub, "several", {"n": 1}).json()["sessions"], 3)
        for client in clients:
            for _ in self.all:
                self.assertEqual(client.json()["n"], 1)
            self.assertTrue(client.nothing_came())

    def test_the_request_lives_as_long_as_one_of_them(self):
        one, two = self.join(self.a, "many"), self.join(self.b, "many")
        stream = self.stream(self.a, "many", correlation_id="w1")
        one.json(), two.json()
        one.leave()
        two.send({"correlation_id": "w1", "is_final": True})
        self.assertEqual(json.loads(stream.event()), {"correlation_id": "w1", "is_final": True})


    def test_a_posted_reply_counts_once(self):
        """The user streams on two hubs, the reply is posted to a third."""
        listeners = [SseClient(hub.address, "twice") for hub in (self.b, self.c)]
        for listener in listeners:
            self.addCleanup(listener.close)
            listener.greeting()
        self.join(self.a, "twice")
        stream = self.stream(self.a, "twice", correlation_id="p1")
        for listener in listeners:
            self.assertEqual(listener.event().json()["correlation_id"], "p1")
        before = self.a.metrics()["replies"]
        for n in range(3):
            answer = self.a.post("/sse/reply", {"user_id": "twice", "correlation_id": "p1", "n": n})
            self.assertEqual((answer.status, answer.json()), (200, {"status": "success", "message": "Reply forwarded"}))
        self.a.post("/sse/reply", {"user_id": "twice", "correlation_id": "p1", "is_final": True})
        got = []
        while (event := stream.event()) is not None:
            got.append(json.loads(event))
        self.assertEqual([reply.get("n") for reply in got], [0, 1, 2, None])
        self.assertEqual(self.a.metrics()["replies"], before + 4)
        late = self.a.post("/sse/reply", {"user_id": "twice", "correlation_id": "p1"})
        self.assertEqual(late.status, 409)

    def test_a_reply_finds_the_hub_that_streams_among_those_that_have_the_user(self):
        self.join(self.b, "mixed")
        listener = SseClient(self.c.address, "mixed")
        self.addCleanup(listener.close)
        listener.greeting()
        stream = self.stream(self.a, "mixed", correlation_id="x2")
        listener.event()
        answer = self.a.post("/sse/reply", {"user_id": "mixed", "correlation_id": "x2", "is_final": True})
        self.assertEqual(answer.json()["status"], "success")
        self.assertEqual(json.loads(stream.event())["is_final"], True)
        self.assertIsNone(stream.event())
        nobody = self.a.post("/sse/reply", {"user_id": "nobody", "correlation_id": "x2"})
        self.assertEqual((nobody.status, nobody.json()["detail"]), (409, "user_id has no open event stream"))


class Blocking(ClusterTestCase):
    settings = {"slow_consumer": "block-publisher", "send_queue_bytes": "64KiB", "push_timeout": "800ms"}

    def test_a_slow_reader_of_another_hub_makes_the_sender_wait(self):
        slow = self.join(self.a, "slow", receive_buffer=4096)
        text = "x" * 60000
        statuses = []
        for n in range(200):
            answer = self.push(self.b, "slow", {"n": n, "text": text})
            statuses.append(answer.status)
            if answer.status == 503:
                break
        self.assertEqual(statuses[-1], 503)
        self.assertIn("reads too slowly", answer.json()["detail"])
        done = []
        waiting = threading.Thread(target=lambda: done.append(self.push(self.b, "slow", {"last": True, "text": text}, query="?timeout=20s").json()))
        waiting.start()
        for n in range(len(statuses) - 1):
            self.assertEqual(slow.json()["n"], n)
        waiting.join(20)
        self.assertEqual(done[0]["status"], "success")
        self.assertTrue(slow.json()["last"])


    def fill(self, hub, user, text):
        """Pushes until there is no room. Gives how many were taken."""
        taken = 0
        while self.push(hub, user, {"n": taken, "text": text}, query="?timeout=200ms").status == 200:
            taken += 1
        return taken

    def test_a_request_with_an_id_of_its_own_waits_for_a_slow_reader_of_the_same_hub(self):
        slow, text = self.join(self.a, "slow", receive_buffer=4096), "x" * 60000
        taken = self.fill(self.a, "slow", text)
        in_vain = self.ask(self.a, "slow", query="?timeout=100ms", correlation_id="vain", text=text).response()
        self.assertEqual(in_vain.status, 503)
        self.assertIn("reads too slowly", in_vain.json()["detail"])
        waiting = self.ask(self.a, "slow", query="?timeout=30s", correlation_id="mine", text=text)
        eventually(lambda: self.a.metrics()["blocked_pushes"] == 1, what="the one that waits")
        # Its id is taken meanwhile, and that of the one that waited in vain is free again.
        self.assertEqual(self.ask(self.b, "other", correlation_id="mine").response().status, 409)
        self.assertEqual(self.ask(self.b, "other", correlation_id="vain").response().status, 200)
        gone = self.ask(self.a, "slow", query="?timeout=30s", correlation_id="gone", text=text)
        eventually(lambda: self.a.metrics()["blocked_pushes"] == 2, what="another one")
        gone.reset()
        eventually(lambda: self.a.metrics()["blocked_pushes"] == 1, what="it to be forgotten")
        eventually(lambda: self.ask(self.b, "other", correlation_id="gone").response().status == 200, what="its id to be free")
        self.assertEqual([slow.json()["n"] for _ in range(taken)], list(range(taken)))
        waiting.start_stream()
        self.assertEqual(slow.json()["correlation_id"], "mine")
        slow.send({"correlation_id": "mine", "is_final": True})
        self.assertEqual(json.loads(waiting.event())["is_final"], True)
        self.assertIsNone(waiting.event())
        self.assertTrue(slow.nothing_came())


@unittest.skipUnless(sys.platform == "linux", "the system spreads connections over processes on Linux only")
class Workers(unittest.TestCase):
    """`serve --workers N`: one command, one port, several hubs."""

    def setUp(self):
        self.redis = Redis()
        self.addCleanup(self.redis.kill)
        directory = tempfile.TemporaryDirectory(prefix="trunkline-test-")
        self.addCleanup(directory.cleanup)
        self.directory, self.port = directory.name, free_port()
        self.ready = os.path.join(self.directory, "ready.json")
        self.log = open(os.path.join(self.directory, "log"), "w+b")
        self.addCleanup(self.log.close)
        self.process = self.start("--workers", "3", "--port", str(self.port), "--redis-url", "redis://127.0.0.1:%d" % self.redis.port,
                                  "--ready-file", self.ready)
        self.addCleanup(lambda: self.process.poll() is None and (self.process.terminate(), self.process.wait(20)))
        self.address = ("127.0.0.1", self.port)

    def start(self, *arguments):
        return subprocess.Popen([binary(), "serve", *arguments], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
                                cwd=self.directory, env=clean_environment(self.directory))

    def workers(self):
        found = []
        for name in ("ready.json", "ready.json.2", "ready.json.3"):
            try:
                with open(os.path.join(self.directory, name), encoding="utf-8") as file:
                    found.append(json.load(file)["pid"])
            except FileNotFoundError:
                pass
        return found

    def get(self, path):
        with HttpConnection(self.address) as connection:
            return connection.request("GET", path)

    def push(self, user, n):
        with HttpConnection(self.address) as connection:
            return connection.request("POST", PUSH, (), as_body({"user_id": user, "data": {"n": n}})).json()

    def all_are_up(self):
        def are_up():
            state = [self.get("/metrics").json()["backplane"] for _ in range(12)]
            return all(one["up"] and one["hubs"] == 3 for one in state) and len({one["hub"] for one in state}) == 3
        eventually(lambda: len(self.workers()) == 3, 20, "three ready files")
        eventually(are_up, 20, "three workers behind one port")

    def test_three_hubs_share_a_port_and_their_users(self):
        self.all_are_up()
        clients = [WsClient(self.address, "user-%d" % n) for n in range(12)]
        for n, client in enumerate(clients):
            self.addCleanup(client.leave)
            for _ in range(3):
                self.assertEqual(self.push("user-%d" % n, n)["status"], "success")
                self.assertEqual(client.json()["n"], n)

    def test_one_that_dies_is_started_again_and_all_end_together(self):
        self.all_are_up()
        before = self.workers()
        os.kill(before[1], signal.SIGKILL)
        eventually(lambda: len(self.workers()) == 3 and self.workers()[1] != before[1], 20, "another worker in its place")
        self.all_are_up()
        pids = self.workers()
        self.process.terminate()
        self.assertEqual(self.process.wait(20), 0)
        for pid in pids:
            self.assertFalse(os.path.exists("/proc/%d" % pid))

    def test_what_does_not_go_together_is_said(self):
        for arguments, said in ((["--workers", "0"], "--workers"), (["--workers", "2", "--port", "0"], "PORT must not be 0"),
                                (["--workers", "2", "--record", "x.trunk"], "--record")):
            result = subprocess.run([binary(), "serve", *arguments], capture_output=True, text=True, timeout=20, cwd=self.directory,
                                    env=clean_environment(self.directory))
            self.assertEqual(result.returncode, 2)
            self.assertIn(said, result.stderr)


if __name__ == "__main__":
    unittest.main()
