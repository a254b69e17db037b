# SPDX-License-Identifier: GPL-3.0-or-later
"""STORE=file: history and offline queue survive the end of the hub, kill -9 under load included."""
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
from contextlib import closing

from hub import Hub, binary, clean_environment, eventually
from http_client import HttpConnection, WireError
from sse_client import SseClient
from ws_client import Closed, HandshakeRefused, WsClient

KILLS = int(os.environ.get("TRUNKLINE_KILLS", "10"))


class StoreTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="trunkline-store-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "hub.sqlite")

    def start(self, **settings):
        settings = {"offline_queue": 100000, "history_size": 0, "store": self.path, **settings}
        hub = Hub(**settings)
        self.addCleanup(hub.kill)
        return hub

    def crash(self, hub):
        hub.process.kill()
        hub.process.wait()

    def push(self, hub, user, n, **data):
        response = hub.post("/sse/push", {"user_id": user, "data": {"n": n, **data}})
        self.assertEqual(response.status, 200, response)
        return response.json()["status"]


class Restart(StoreTestCase):
    def test_queued_messages_survive_kill(self):
        hub = self.start()
        self.assertEqual([self.push(hub, "away", n) for n in range(5)], 5 * ["queued"])
        self.crash(hub)
        hub = self.start()
        self.assertEqual(hub.metrics()["queue_messages"], 5)
        client = hub.join("away")
        self.assertEqual([client.json()["n"] for _ in range(5)], [0, 1, 2, 3, 4])
        eventually(lambda: hub.metrics()["queue_messages"] == 0, what="the receipts")
        client.leave()
        hub.stop_cleanly()
        hub = self.start()
        again = hub.join("away")
        self.assertTrue(again.nothing_came())
        hub.stop_cleanly()

    def test_history_survives_kill(self):
        hub = self.start(history_size=100, offline_queue=0)
        page = SseClient(hub.address, "reader")
        page.greeting()
        for n in range(10):
            self.assertEqual(self.push(hub, "reader", n), "success")
        events = page.take(10)
        self.crash(hub)
        page.close()
        hub = self.start(history_size=100, offline_queue=0)
        page = SseClient(hub.address, "reader", headers=[("Last-Event-ID", str(events[3].id))])
        self.push(hub, "reader", 10)
        replayed = page.take(7)
        self.assertEqual([event.json()["n"] for event in replayed], [4, 5, 6, 7, 8, 9, 10])
        self.assertEqual([event.id for event in replayed[:6]], [event.id for event in events[4:]])
        self.assertGreater(replayed[6].id, events[9].id)
        self.assertEqual(hub.metrics()["gaps"], 0)
        page.close()
        hub.stop_cleanly()

    def test_who_missed_nothing_is_told_no_gap(self):
        hub = self.start(history_size=3)
        page = SseClient(hub.address, "complete")
        page.greeting()
        for n in range(5):
            self.push(hub, "complete", n)
        last = page.take(5)[-1].id
        page.close()
        hub.stop_cleanly()
        hub = self.start(history_size=3)
        page = SseClient(hub.address, "complete", headers=[("Last-Event-ID", str(last))])
        page.greeting()
        self.push(hub, "complete", 5)
        self.assertEqual(page.event().json()["n"], 5)
        page.close()
        page = SseClient(hub.address, "complete", headers=[("Last-Event-ID", str(last - 4))])
        self.assertEqual(page.event().name, "gap")
        page.close()
        hub.stop_cleanly()

    def test_expiry_and_smaller_limits_hold_after_a_restart(self):
        hub = self.start(history_size=50)
        for n in range(20):
            self.push(hub, "few", n)
        self.crash(hub)
        hub = self.start(history_size=5, offline_ttl="1ms")
        metrics = hub.metrics()
        self.assertEqual((metrics["history_messages"], metrics["queue_messages"]), (5, 0))
        self.assertEqual(metrics["messages_expired"], 20)
        hub.stop_cleanly()

    def test_file_is_bounded_by_the_limits(self):
        hub = self.start(history_size=10, offline_queue=0)
        batch = [{"user_id": "busy", "data": {"n": n, "x": 100 * "x"}} for n in range(1000)]
        for _ in range(10):
            hub.post("/sse/push/batch", batch)
        hub.stop_cleanly()
        with closing(sqlite3.connect(self.path)) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM messages").fetchone(), (10,))
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.assertLess(os.path.getsize(self.path), 1 << 20)


class Answers(StoreTestCase):
    def test_messages_are_in_the_file_when_they_are_answered(self):
        for round in range(3):
            hub = self.start()
            batch = [{"user_id": "user%d" % (n % 50), "data": {"n": n, "x": 500 * "x"}} for n in range(3000)]
            body = json.dumps(batch).encode()
            with hub.connect() as connection:
                connection.send_request("POST", "/sse/push/batch", body=body)
                self.assertEqual(connection.head().status, 200)
                self.crash(hub)         # the moment the answer begins
            with closing(sqlite3.connect(self.path)) as database:
                self.assertEqual(database.execute("SELECT count(*) FROM messages WHERE queue = 1").fetchone(), (3000 * (round + 1),))

    def test_answers_come_in_order_and_others_need_not_wait(self):
        hub = self.start()
        here = hub.join("here")
        with hub.connect() as connection:       # pipelined: some wait for the file, some do not
            for n in range(20):
                connection.send_request("POST", "/sse/push", body=json.dumps({"user_id": "here" if n % 2 else "away", "data": {"n": n}}).encode())
            answers = [connection.response().json()["status"] for _ in range(20)]
        self.assertEqual(answers, 10 * ["queued", "success"])
        self.assertEqual([here.json()["n"] for _ in range(10)], list(range(1, 20, 2)))
        here.leave()
        hub.stop_cleanly()

    def test_sender_that_hangs_up_meanwhile_leaves_nothing_behind(self):
        hub = self.start()
        for n in range(50):
            connection = hub.connect()
            connection.send_request("POST", "/sse/push", body=json.dumps({"user_id": "away", "data": {"n": n}}).encode())
            connection.reset()
        eventually(lambda: self.push(hub, "away", 50) == "queued", what="an answer")
        hub.stop_cleanly()


class BadFiles(StoreTestCase):
    def serve(self):
        command = [binary(), "serve", "--port", "0", "--offline-queue", "5", "--store", self.path]
        return subprocess.run(command, cwd=self.folder, env=clean_environment(self.folder), capture_output=True, text=True, timeout=30)

    def test_another_file_is_left_alone(self):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(200 * "not a database\n")
        ended = self.serve()
        self.assertEqual(ended.returncode, 2)
        self.assertIn("STORE=" + self.path, ended.stderr)
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), 200 * "not a database\n")

    def test_two_hubs_do_not_share_a_file(self):
        hub = self.start()
        ended = self.serve()
        self.assertEqual(ended.returncode, 2)
        self.assertIn("another hub", ended.stderr)
        hub.stop_cleanly()

    def test_only_the_owner_may_read(self):
        hub = self.start()
        self.push(hub, "secret", 1)
        for name in os.listdir(self.folder):
            self.assertEqual(os.stat(os.path.join(self.folder, name)).st_mode & 0o077, 0, name)
        hub.stop_cleanly()


class Publisher(threading.Thread):
    """Pushes numbered messages to one user until it is told to stop, through every death of the hub. `queued`: those so answered."""

    def __init__(self, user, lane):
        super().__init__(daemon=True)
        self.user, self.lane, self.queued, self.answered, self.sent = user, lane, [], 0, 0
        self.address, self.ends, self.problems = None, threading.Event(), []

    def run(self):
        connection = None
        while not self.ends.is_set():
            self.sent += 1
            n = "%s-%d" % (self.lane, self.sent)
            try:
                if connection is None:
                    connection = HttpConnection(self.address, timeout=10)
                response = connection.request("POST", "/sse/push", body=json.dumps({"user_id": self.user, "data": {"n": n, "x": 200 * "x"}}).encode())
                if response.status != 200:
                    self.problems.append(response)
                elif response.json()["status"] == "queued":
                    self.queued.append(n)
                self.answered += 1
            except (OSError, WireError):
                if connection:
                    connection.close()
                connection = None
                self.ends.wait(0.02)
        if connection:
            connection.close()


class Receiver(threading.Thread):
    """Listens as one user, comes back after every end. `sessions`: what each of its sessions got."""

    def __init__(self, user):
        super().__init__(daemon=True)
        self.user, self.address, self.ends, self.away = user, None, threading.Event(), threading.Event()
        self.sessions = []

    def run(self):
        while not self.ends.is_set():
            if self.away.is_set():
                time.sleep(0.01)
                continue
            try:
                client = WsClient(self.address, self.user, timeout=0.5)
            except (OSError, WireError, HandshakeRefused):
                time.sleep(0.02)
                continue
            got = []
            self.sessions.append(got)
            try:
                while not (self.ends.is_set() or self.away.is_set()):
                    try:
                        got.append(json.loads(client.receive())["n"])
                    except WireError as error:
                        if "no answer within" not in str(error):
                            raise
            except (OSError, WireError, Closed):
                pass
            client.http.close()


class Killed(StoreTestCase):
    """The promise: what was answered `queued` arrives, whenever the hub is killed."""

    def test_every_queued_message_arrives(self):
        hub = self.start()
        publishers = [Publisher("away", lane) for lane in range(4)]
        receiver = Receiver("away")
        for part in (*publishers, receiver):
            part.address = hub.address
        receiver.away.set()
        for part in (*publishers, receiver):
            part.start()
        for round in range(KILLS):
            answered = sum(publisher.answered for publisher in publishers)
            # Killed while messages are queued, while they are delivered, and while both happen.
            (receiver.away.clear if round % 3 else receiver.away.set)()
            eventually(lambda: sum(publisher.answered for publisher in publishers) > answered + 50 + 37 * (round % 7), 30, "load")
            self.crash(hub)
            hub = self.start()
            for part in (*publishers, receiver):
                part.address = hub.address
        for publisher in publishers:
            publisher.ends.set()
            publisher.join()
            self.assertEqual(publisher.problems, [])
        receiver.away.clear()
        promised = {n for publisher in publishers for n in publisher.queued}
        self.assertGreater(len(promised), 20 * KILLS)
        eventually(lambda: hub.metrics()["queue_messages"] == 0, 30, "the queue to empty")
        receiver.ends.set()
        receiver.join()
        arrived = {n for session in receiver.sessions for n in session}
        self.assertEqual(sorted(promised - arrived), [])
        for session in receiver.sessions:       # at most once in each session, and each lane in its order
            self.assertEqual(len(session), len(set(session)))
            for lane in range(4):
                own = [int(n.split("-")[1]) for n in session if n.startswith("%d-" % lane)]
                self.assertEqual(own, sorted(own))
        hub.stop_cleanly()
        with closing(sqlite3.connect(self.path)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))


if __name__ == "__main__":
    unittest.main(verbosity=2)
