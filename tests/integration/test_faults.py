# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hub has to survive: peers that are slow, deaf, gone or mad, a clock that jumps, and no descriptors left."""
import json
import os
import random
import resource
import socket
import struct
import tempfile
import threading
import time
import unittest

from hub import Closed, Hub, HubTestCase, WsClient, eventually, lean_sanitizer
from http_client import WireError
from test_scale import raise_file_limit
from ws_client import PONG, TEXT, frame

HOST = b"Host: localhost\r\n"
RESET = struct.pack("ii", 1, 0)


def raw(hub, data=b""):
    """A bare connection that has sent `data`."""
    connection = socket.create_connection(hub.address, timeout=20)
    if data:
        connection.sendall(data)
    return connection


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


class SlowPeers(HubTestCase):
    """A thousand connections that never finish their request."""

    @classmethod
    def setUpClass(cls):
        if raise_file_limit() < 1300:
            raise unittest.SkipTest("too few file descriptors")
        super().setUpClass()

    def test_a_thousand_slow_heads_and_bodies_hold_nobody_up(self):
        users = [self.join("good-%d" % n) for n in range(10)]
        head = b"POST /sse/push HTTP/1.1\r\n" + HOST + b"X-Slow: "
        body = b"POST /sse/push HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 30\r\n\r\n{"
        slow = [raw(self.hub, head if n % 2 else body) for n in range(1000)]
        eventually(lambda: self.hub.descriptors() > 1000, what="all of them to be let in")
        with self.hub.connect() as upstream:
            for n in range(200):
                for connection in slow[n % 5::50]:      # they drip on meanwhile
                    connection.send(b" ")
                message = json.dumps({"user_id": "good-%d" % (n % 10), "data": {"n": n}}).encode()
                self.assertEqual(upstream.request("POST", "/sse/push", body=message).json()["status"], "success")
        for number, user in enumerate(users):
            self.assertEqual([user.json()["n"] for _ in range(20)], list(range(number, 200, 10)))
        stream = self.stream({"user_id": "good-0", "data": {"correlation_id": "among-slow"}})
        users[0].receive()
        users[0].send({"correlation_id": "among-slow", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        for connection in slow:
            reset(connection)
        eventually(lambda: self.hub.descriptors() < 100, 20, "the slow connections to be forgotten")


class ComeAndGo(HubTestCase):
    environment = lean_sanitizer()

    def settled(self):
        eventually(lambda: self.hub.connections() == 0, 20, "every session to be forgotten")
        return self.hub.descriptors()

    def test_ten_thousand_connects_and_resets(self):
        key = b"dGhlIHNhbXBsZSBub25jZQ=="
        shake = (b"GET /ws?user_id=reset-%d HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
                 b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n")
        ask = b'{"user_id":"nobody","data":{}}'
        post = b"POST /sse/send HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ask) + ask
        self.hub.get("/health")
        before, memory = self.settled(), None
        for n in range(10_000):
            connection = raw(self.hub, (b"", b"GET /hea", shake % n, post, b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n")[n % 5])
            if n % 10 == 2:
                connection.recv(4096)       # some have seen the answer
            reset(connection)
            if n == 5_000:
                self.settled()
                memory = self.hub.resident_kib()
        eventually(lambda: self.settled() <= before, 20, "the descriptors to come back")
        self.assertLess(self.hub.resident_kib() - memory, 8 * 1024)


class HalfOpen(HubTestCase):
    settings = {"ws_ping_interval": "300ms", "ws_ping_timeout": "500ms"}

    def test_peers_that_are_gone_without_a_word_are_noticed(self):
        """Nothing comes from them any more, not even a FIN: only the missing pong tells."""
        good = self.join("good")
        gone = [WsClient(self.hub.address, "gone-%d" % n) for n in range(100)]
        self.addCleanup(lambda: [client.vanish() for client in gone])
        self.assertEqual(self.hub.connections(), 101)
        threading.Thread(target=self.answer, args=(good,), daemon=True).start()
        eventually(lambda: self.hub.connections() == 1, 20, "the half-open sessions to be noticed")
        self.assertTrue(self.hub.push("good", {"n": 1}))

    def answer(self, client):
        try:
            while True:
                client.receive()
        except (Closed, WireError, OSError):
            pass

    def test_peers_that_closed_their_half(self):
        clients = [WsClient(self.hub.address, "half-%d" % n) for n in range(100)]
        for client in clients:
            client.http.half_close()
        eventually(lambda: self.hub.connections() <= 1, 20, "the half-closed sessions to end")
        for client in clients:
            client.http.close()


class MidStream(HubTestCase):
    settings = {"send_queue_bytes": 65536}
    environment = lean_sanitizer()

    def flowing(self, name, receive_buffer=None, replies=500):
        """A stream whose user sends reply after reply; (user, connection, thread that sends)."""
        user = self.hub.join(name)
        connection = self.hub.connect(receive_buffer=receive_buffer)
        connection.send_request("POST", "/sse/send", body=b'{"user_id":"%s","data":{"correlation_id":"%s"}}' % (name.encode(), name.encode()))
        connection.start_stream()
        user.receive()
        reply = frame(TEXT, b'{"correlation_id":"%s","text":"%s"}' % (name.encode(), b"x" * 2000))

        def flow():
            try:
                for _ in range(replies):
                    user.http.socket.sendall(reply)
            except OSError:
                pass
        thread = threading.Thread(target=flow, daemon=True)
        thread.start()
        return user, connection, thread

    def test_upstream_gone_while_replies_flow(self):
        before = self.hub.metrics()
        for n in range(20):
            user, connection, thread = self.flowing("flow-%d" % n)
            connection.event()
            connection.reset() if n % 2 else connection.close()
            thread.join(20)
            self.assertTrue(self.hub.push("flow-%d" % n, {"n": n}))        # the user is unharmed
            self.assertEqual(user.json()["n"], n)
            user.leave()
        eventually(lambda: self.hub.metrics()["requests_cancelled"] == before["requests_cancelled"] + 20, what="every request to be closed")

    def test_user_gone_while_replies_flow(self):
        for n in range(20):
            user, connection, thread = self.flowing("leave-%d" % n)
            connection.event()
            user.vanish() if n % 2 else user.shut_socket()
            thread.join(20)
            events = connection.events()
            self.assertEqual(events[-1].get("error"), "User disconnected", events[-1:])
            self.assertEqual(connection.request("GET", "/health").status, 200)      # the connection is unharmed
            connection.close()

    def test_an_upstream_that_never_reads_its_events(self):
        before = self.hub.resident_kib()
        user, connection, thread = self.flowing("deaf-upstream", receive_buffer=4096, replies=8000)
        thread.join(30)
        self.assertFalse(thread.is_alive(), "the user was held up by an upstream that does not read")
        eventually(lambda: self.hub.metrics()["requests_cancelled"] >= 1, what="the stream to be closed")
        self.assertTrue(self.hub.push("deaf-upstream", {"n": 1}))
        self.assertEqual(user.json()["n"], 1)
        self.assertLess(self.hub.resident_kib() - before, 32 * 1024)
        user.leave()
        connection.close()


class Noise(HubTestCase):
    settings = {"echo_endpoint": "true", "max_body_bytes": 65536}

    def test_a_hundred_thousand_random_bytes(self):
        """Seeded: the same noise each time. Alone, behind the start of a request, and as frames of a session."""
        noise = random.Random(6455)
        starts = (b"", b"POST /echo HTTP/1.1\r\n", b"POST /echo HTTP/1.1\r\n" + HOST,
                  b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n", b"POST /sse/push HTTP/1.1\r\n" + HOST
                  + b"Content-Type: application/json\r\nContent-Length: 65536\r\n\r\n")
        for start in starts:
            sent = 0
            while sent < 100_000:
                piece = noise.randbytes(noise.choice((1, 10, 100, 1000, 10_000, 100_000)))
                with self.hub.connect() as connection:
                    connection.send(start + piece)
                    connection.half_close()
                    for line in connection.input.to_end().split(b"\r\n"):
                        if line.startswith(b"HTTP/"):
                            self.assertRegex(line, rb"^HTTP/1\.1 (200|4\d\d|501|505) ")
                sent += len(piece)
        for path, user in (("/echo", None), ("/ws", "noisy")):
            sent = 0
            while sent < 100_000:
                piece = noise.randbytes(noise.choice((2, 20, 200, 2000)))
                client = WsClient(self.hub.address, user, path=path)
                client.http.send(piece)
                client.http.half_close()
                client.http.input.to_end()
                client.http.close()
                sent += len(piece)
        self.assertEqual(self.hub.get("/health").status, 200)


@unittest.skipUnless(os.environ.get("TRUNKLINE_CLOCK_JUMP"), "not built")
class ClockJump(unittest.TestCase):
    """The civil time jumps (a suspended laptop, NTP, a hand): nothing that counts durations may notice."""

    def setUp(self):
        self.offset = tempfile.NamedTemporaryFile(prefix="trunkline-clock-")
        self.addCleanup(self.offset.close)
        self.jump(0)
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.hub = Hub(env={"LD_PRELOAD": os.environ["TRUNKLINE_CLOCK_JUMP"], "TRUNKLINE_CLOCK_OFFSET": self.offset.name, "ASAN_OPTIONS": asan},
                       ws_ping_interval="200ms", ws_ping_timeout="5s", sse_response_timeout="4s")

    def jump(self, seconds):
        self.offset.seek(0)
        self.offset.write(struct.pack("q", seconds))
        self.offset.flush()

    def taken_at(self):
        token = [("Authorization", "Bearer " + self.hub.ready["token"])]
        return self.hub.get("/admin/snapshot", token).json()["taken_at_ms"] / 1000

    def test_a_day_ahead_and_a_day_back(self):
        hub, day = self.hub, 86_400
        user, pinged = hub.join("patient"), hub.join("pinged")
        threading.Thread(target=HalfOpen.answer, args=(self, pinged), daemon=True).start()
        for seconds in (day, -day, 10 * 365 * day, 0):
            stream = hub.open_stream({"user_id": "patient", "data": {"correlation_id": "at-%d" % seconds}})
            user.receive()
            self.jump(seconds)
            self.assertAlmostEqual(self.taken_at() - time.time(), seconds, delta=60)       # the hub does see it
            pings = pinged.pings
            eventually(lambda: pinged.pings >= pings + 3, what="pings to go on at their pace")
            self.assertTrue(hub.push("patient", {"n": 1}))
            self.assertEqual(user.json()["n"], 1)
            user.send({"correlation_id": "at-%d" % seconds, "n": 1, "is_final": True})
            self.assertEqual([event.get("n") for event in stream.events()], [1])
            stream.close()
            self.assertLess(hub.get("/health").json()["uptime_seconds"], 300)
        self.assertEqual(hub.connections(), 2)
        stream = hub.open_stream({"user_id": "patient", "data": {"correlation_id": "timeout"}})
        self.jump(-10 * day)
        started = time.monotonic()
        self.assertEqual(stream.events()[-1]["error"], "Timeout waiting for response")
        self.assertTrue(3 < time.monotonic() - started < 10)
        for client in (user, pinged):
            client.vanish()
        hub.stop_cleanly()


class Descriptors(unittest.TestCase):
    """None left: those who come are told, or wait; nobody spins, and the others go on."""

    def take_all(self, hub, most):
        held = []
        for _ in range(most):
            connection = socket.create_connection(hub.address, timeout=1)
            held.append(connection)
        return held

    def idle_cpu(self, hub):
        """CPU seconds that the hub uses in one second in which nobody asks anything."""
        before = hub.cpu_seconds()
        time.sleep(1)           # the stretch that is measured
        return hub.cpu_seconds() - before

    def test_the_last_ones_are_kept_and_those_who_come_are_told(self):
        hub = Hub(wrapper=("sh", "-c", 'ulimit -n 200 && exec "$@"', "sh"))
        user = hub.join("early")
        held = self.take_all(hub, 180)
        with hub.connect() as connection:
            response = connection.request("GET", "/health")
            self.assertEqual((response.status, response.header("Retry-After")), (503, "1"))
            self.assertIn("out of file descriptors", response.json()["detail"])
            self.assertTrue(connection.at_end())
        self.assertLess(self.idle_cpu(hub), 0.5)
        user.send_frame(9, b"still there")
        self.assertEqual(user.frame(), (0x80 | PONG, b"still there"))
        for connection in held:
            connection.close()
        eventually(lambda: self.serves(hub), what="room for a connection")
        user.leave()
        hub.stop_cleanly()

    def serves(self, hub):
        try:
            return hub.get("/health").status == 200
        except (WireError, OSError):
            return False

    def test_with_none_left_at_all_the_hub_says_so_and_does_not_spin(self):
        hub = Hub()
        if hub.is_sanitized():
            hub.stop_cleanly()
            self.skipTest("UBSan looks at objects through a pipe, and cannot open one")
        user = hub.join("early")
        self.assertEqual(hub.get("/health").status, 200)        # Qt's lane has been there too
        soft, hard = resource.prlimit(hub.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(hub.process.pid, resource.RLIMIT_NOFILE, (hub.descriptors() + 20, hard))
        held = self.take_all(hub, 60)           # the kernel takes them all, the hub some
        eventually(lambda: "Out of file descriptors" in hub.log(), what="the hub to say so")
        self.assertLess(self.idle_cpu(hub), 0.5)
        # Once each time that it stops: one descriptor that comes free in between lets it accept once more.
        log = hub.log()
        self.assertEqual(log.count("Out of file descriptors"), log.count("Accepting again") + 1)
        self.assertLess(log.count("Out of file descriptors"), 5)
        user.send_frame(9, b"still there")
        self.assertEqual(user.frame(), (0x80 | PONG, b"still there"))
        resource.prlimit(hub.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
        eventually(lambda: self.serves(hub), what="those who waited to be served")
        self.assertIn("Accepting again", hub.log())
        for connection in held:
            connection.close()
        user.leave()
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
