# SPDX-License-Identifier: GPL-3.0-or-later
"""Many messages, and what they leave behind: memory at the end is within five percent of that after the warm-up.

TRUNKLINE_SOAK_MESSAGES says how many; a fifth more run before them as the warm-up. Among the pushes there are requests with
replies, sessions that come and go, and connections that are reset: each leaves something to be cleaned up.
"""
import os
import selectors
import socket
import struct
import threading
import time
import unittest

from hub import Hub, eventually, lean_sanitizer

MESSAGES = int(os.environ.get("TRUNKLINE_SOAK_MESSAGES", "60000"))
USERS, BATCH = 50, 500
RESET = struct.pack("ii", 1, 0)


class Listeners:
    """Users who only count what they get, on a thread of their own."""

    def __init__(self, hub, count):
        self.clients = [hub.join("soak-%02d" % n) for n in range(count)]
        self.received = 0
        self.selector = selectors.DefaultSelector()
        for client in self.clients:
            client.http.socket.setblocking(False)
            self.selector.register(client.http.socket, selectors.EVENT_READ)
        self.ended = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        buffer = bytearray(1 << 18)
        while not self.ended:
            for key, _ in self.selector.select(0.2):
                try:
                    self.received += key.fileobj.recv_into(buffer)
                except BlockingIOError:
                    pass

    def stop(self):
        self.ended = True
        self.thread.join(20)
        for client in self.clients:
            client.vanish()


class Soak(unittest.TestCase):
    def setUp(self):
        self.hub = Hub(env=lean_sanitizer(), ws_ping_interval="0", journal_entries=1000, journal_bytes="256KiB")
        self.bytes_each = 0
        self.asked = 0

    def batch(self):
        items = [b'{"user_id":"soak-%02d","data":{"n":1%03d,"text":"%s"}}' % (n % USERS, n, b"t" * 60) for n in range(BATCH)]
        return b"[" + b",".join(items) + b"]"

    def ask(self, upstream, user):
        self.asked += 1
        name = b"ask-%d" % self.asked
        upstream.send_request("POST", "/sse/send", body=b'{"user_id":"answering","data":{"correlation_id":"%s"}}' % name)
        upstream.start_stream()
        user.receive()
        for n in range(3):
            user.send(b'{"correlation_id":"%s","n":%d,"is_final":%s}' % (name, n, b"true" if n == 2 else b"false"))
        self.assertEqual(len(upstream.events()), 3)

    def cycle(self, number, upstream, user, body):
        """500 pushes, five requests, a session that leaves, one that vanishes, a connection that is reset in the middle."""
        response = upstream.request("POST", "/sse/push/batch", body=body)
        self.assertEqual(response.status, 200)
        for _ in range(5):
            self.ask(upstream, user)
        self.hub.join("come-%d" % number).leave()
        self.hub.join("gone-%d" % number).vanish()
        with socket.create_connection(self.hub.address) as half:
            half.sendall(b"POST /sse/push HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            half.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def test_memory_stays_flat(self):
        hub = self.hub
        listeners, user = Listeners(hub, USERS), hub.join("answering")
        body, warm = self.batch(), MESSAGES // 5
        with hub.connect() as upstream:
            upstream.request("POST", "/sse/push/batch", body=body)
            eventually(lambda: self.settled(listeners, 0), 20, "the first batch")
            size = listeners.received                   # of BATCH messages: ids have one length
            for _ in range(min(10_000, MESSAGES // 100)):      # what remembers requests is as full as it gets
                self.ask(upstream, user)
            started, sent, marks = time.monotonic(), 1, []
            total = (warm + MESSAGES) // BATCH
            for number in range(total):
                if number == warm // BATCH:
                    marks.append(self.resting(listeners, sent * size))
                    cpu, started = hub.cpu_seconds(), time.monotonic()
                self.cycle(number, upstream, user, body)
                sent += 1
            took, used = time.monotonic() - started, hub.cpu_seconds() - cpu
            marks.append(self.resting(listeners, sent * size))
        before, after = marks
        print("\n%d messages after a warm-up of %d: %.0f s, hub's CPU %.1f s, %d requests with replies\n"
              "resident memory %d KiB after the warm-up, %d KiB at the end: %+.2f %%"
              % (MESSAGES, warm, took, used, self.asked, before, after, 100 * (after - before) / before))
        self.assertEqual(listeners.received, sent * size, "not every message arrived once")
        self.assertLessEqual(after, before * 1.05)
        listeners.stop()
        user.leave()
        hub.stop_cleanly()

    def settled(self, listeners, least):
        before = listeners.received
        time.sleep(0.05)        # nothing more has come in this while
        return before > least and listeners.received == before

    def resting(self, listeners, wanted):
        """Resident memory once all has arrived and those who left are forgotten."""
        eventually(lambda: listeners.received >= wanted, 60, "every message to arrive")
        eventually(lambda: self.hub.connections() == USERS + 1, 20, "those who left to be forgotten")
        return self.hub.resident_kib()


if __name__ == "__main__":
    unittest.main(verbosity=2)
