# SPDX-License-Identifier: GPL-3.0-or-later
"""How a hub starts and ends: ready file, signals under load, a port that is taken."""
import json
import os
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
import unittest

from hub import Closed, Hub, REPORTS, binary, clean_environment, eventually
from http_client import WireError


class ReadyFile(unittest.TestCase):
    def test_members_mode_and_removal(self):
        hub = Hub()
        self.assertEqual(stat.S_IMODE(os.stat(hub.ready_file).st_mode), 0o600)
        self.assertLessEqual({"pid", "port", "url", "ws_url", "token"}, set(hub.ready))
        self.assertEqual(hub.ready["pid"], hub.process.pid)
        self.assertEqual(hub.ready["url"].rstrip("/"), "http://127.0.0.1:%d" % hub.port)
        self.assertEqual(hub.ready["ws_url"], "ws://127.0.0.1:%d/ws" % hub.port)
        self.assertGreaterEqual(len(hub.ready["token"]), 16)
        self.assertEqual(hub.get("/ready").status, 200)
        self.assertNotIn(hub.ready["token"], hub.log())
        self.assertEqual(hub.stop(), 0)
        self.assertFalse(os.path.exists(hub.ready_file))
        hub.kill()

    def test_each_start_has_its_own_token_and_port(self):
        hubs = [Hub(), Hub()]
        self.assertNotEqual(hubs[0].ready["token"], hubs[1].ready["token"])
        self.assertNotEqual(hubs[0].port, hubs[1].port)
        for hub in hubs:
            hub.stop_cleanly()

    def test_file_appears_whole(self):
        """Whoever sees the file can parse it: it is written aside and renamed."""
        for _ in range(3):
            with tempfile.TemporaryDirectory() as directory:
                path = os.path.join(directory, "ready.json")
                process = subprocess.Popen([binary(), "serve", "--port", "0", "--ready-file", path], cwd=directory,
                                           env=clean_environment(directory), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    eventually(lambda: os.path.exists(path), 20, "the ready file")
                    with open(path, encoding="utf-8") as file:
                        port = json.load(file)["port"]
                    socket.create_connection(("127.0.0.1", port), 5).close()
                    if "TSAN_OPTIONS" in os.environ and "tsan" in binary():
                        time.sleep(0.5)         # ThreadSanitizer's runtime loses a signal now and then before the loop waits: no handler is called
                finally:
                    process.terminate()         # at once: it knows how to end by now
                    self.assertEqual(process.wait(15), 0)
                    self.assertFalse(os.path.exists(path))


class Ports(unittest.TestCase):
    def test_port_in_use_ends_with_3(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with tempfile.TemporaryDirectory() as directory:
                ready = os.path.join(directory, "ready.json")
                done = subprocess.run([binary(), "serve", "--port", str(port), "--ready-file", ready], cwd=directory,
                                      env=clean_environment(directory), capture_output=True, timeout=20)
                self.assertFalse(os.path.exists(ready))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(str(port), (done.stdout + done.stderr).decode())

    def test_port_can_be_used_again_at_once(self):
        hub = Hub()
        client = hub.join("lingering")
        port = hub.port
        self.assertEqual(hub.stop(), 0)
        client.closed()
        hub.kill()
        for _ in range(2):
            again = Hub(arguments=("--port", str(port)))
            self.assertEqual(again.port, port)
            again.get("/health")
            again.stop_cleanly()


class Load:
    """Threads that push, echo and stream until the hub goes away."""

    def __init__(self, hub, users=20):
        self.hub, self.sent, self.open, self.problems = hub, 0, 0, []
        self.users = [hub.join("load-%d" % n) for n in range(users)]
        self.closes, self.ends = [], []
        self.threads = []
        for user in self.users:
            self.start(self.echo, user)
        for _ in range(2):
            self.start(self.pushes)
        for number in range(4):
            self.start(self.sends, number)

    def start(self, function, *arguments):
        thread = threading.Thread(target=self.guard, args=(function, *arguments), daemon=True)
        self.threads.append(thread)
        thread.start()

    def guard(self, function, *arguments):
        try:
            function(*arguments)
        except (OSError, WireError):
            pass                        # the hub went away in the middle of a request: it may
        except Exception as problem:    # noqa: BLE001  (everything else is a finding)
            self.problems.append(repr(problem))

    def echo(self, user):
        try:
            while True:
                request = user.json()
                if "ask" in request:
                    user.send({"correlation_id": request["correlation_id"], "is_final": request["ask"] != "open"})
        except Closed as closed:
            self.closes.append((closed.code, closed.reason))

    def pushes(self):
        with self.hub.connect() as connection:
            while True:
                body = json.dumps({"user_id": "load-%d" % (self.sent % len(self.users)), "data": {"n": self.sent}}).encode()
                connection.request("POST", "/sse/push", body=body)
                self.sent += 1

    def sends(self, number):
        """Each asks once for a stream that stays open, then goes on with ones that end."""
        stay = self.hub.open_stream({"user_id": "load-%d" % number, "data": {"ask": "open"}})
        self.open += 1
        self.start(lambda: self.ends.append(stay.events()[-1].get("error")))
        with self.hub.connect() as connection:
            while True:
                body = json.dumps({"user_id": "load-%d" % (4 + number), "data": {"ask": "once"}}).encode()
                connection.send_request("POST", "/sse/send", body=body)
                connection.start_stream()
                connection.events()
                self.sent += 1

    def join(self):
        for thread in list(self.threads):
            thread.join(20)
        return [thread for thread in self.threads if thread.is_alive()]


class Signals(unittest.TestCase):
    def ends_clean_under_load(self, signal_number):
        hub = Hub()
        load = Load(hub)
        eventually(lambda: load.sent > 300 and load.open == 4, 60, "some load")
        started = time.monotonic()
        hub.process.send_signal(signal_number)
        code = hub.process.wait(15)
        took = time.monotonic() - started
        self.assertEqual(code, 0, hub.log())
        self.assertLess(took, 5)
        self.assertEqual(load.join(), [])
        self.assertEqual(load.problems, [])
        self.assertEqual(set(load.closes), {(1001, "Server shutting down")})
        self.assertEqual(len(load.closes), len(load.users))
        self.assertEqual(load.ends, ["Server shutting down"] * 4)
        self.assertFalse(os.path.exists(hub.ready_file))
        self.assertIsNone(REPORTS.search(hub.log()), hub.log())
        hub.kill()

    def test_sigterm_under_load(self):
        self.ends_clean_under_load(signal.SIGTERM)

    def test_sigint_under_load(self):
        self.ends_clean_under_load(signal.SIGINT)

    def test_hub_without_clients_ends_at_once(self):
        hub = Hub()
        hub.join("was-here").leave()
        hub.join("was-here-too").vanish()
        hub.get("/health")
        with hub.connect() as idle:             # an idle connection holds nothing up either
            self.assertEqual(idle.request("GET", "/health").status, 200)
            eventually(lambda: hub.connections() == 0, what="the sessions to be gone")
            started = time.monotonic()
            hub.stop_cleanly()
            self.assertLess(time.monotonic() - started, 2)

    def deaf(self):
        """A hub with a session that never answers a close, and a kept connection."""
        hub = Hub()
        user = hub.join("deaf")
        connection = hub.connect()
        self.assertEqual(connection.request("GET", "/ready").status, 200)
        return hub, user, connection

    def test_a_peer_that_never_answers_does_not_hold_the_end(self):
        hub, user, connection = self.deaf()
        started = time.monotonic()
        hub.process.terminate()
        self.assertEqual(hub.process.wait(15), 0)
        self.assertLess(time.monotonic() - started, 5)
        user.http.close()
        connection.close()
        hub.kill()

    def test_draining_hub_is_not_ready_and_takes_nobody(self):
        hub, user, connection = self.deaf()
        hub.process.terminate()
        first, payload = user.frame()                   # the close frame: the hub is draining now, and we don't answer
        self.assertEqual((first & 15, payload[2:]), (8, b"Server shutting down"))
        try:
            self.assertEqual(connection.request("GET", "/ready").status, 503)
        except (WireError, OSError):
            pass                                        # a hub that has closed the connection is not ready either
        with self.assertRaises((WireError, OSError)):
            hub.get("/health")
        user.http.close()
        connection.close()
        self.assertEqual(hub.process.wait(15), 0)
        hub.kill()

    def test_second_signal_ends_at_once(self):
        hub, user, connection = self.deaf()
        hub.process.terminate()
        user.frame()
        started = time.monotonic()
        hub.process.terminate()
        hub.process.wait(15)
        self.assertLess(time.monotonic() - started, 1)
        user.http.close()
        connection.close()
        hub.kill()

    def test_a_reader_that_has_stopped_does_not_hold_the_end(self):
        hub = Hub()
        user = hub.join("stuck", receive_buffer=4096)
        for _ in range(40):
            hub.push("stuck", {"pad": "x" * 10000})
        started = time.monotonic()
        hub.process.terminate()
        self.assertEqual(hub.process.wait(15), 0)
        self.assertLess(time.monotonic() - started, 5)
        user.http.close()
        hub.kill()

    def test_kill_9_and_a_new_start(self):
        hub = Hub()
        load = Load(hub, users=10)
        eventually(lambda: load.sent > 50, 60, "some load")
        os.kill(hub.process.pid, signal.SIGKILL)
        hub.process.wait(15)
        self.assertEqual(load.join(), [])
        self.assertEqual({code for code, _ in load.closes}, {1006})
        again = Hub(arguments=("--port", str(hub.port)), ready_file=hub.ready_file)
        user = again.join("load-0")
        self.assertTrue(again.push("load-0", {}))
        user.leave()
        again.stop_cleanly()
        hub.kill()


if __name__ == "__main__":
    unittest.main(verbosity=2)
