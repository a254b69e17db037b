# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the gate waits. These limits are constants, so the test really waits: head 10 s; body 30 s and an idle connection
75 s only with TRUNKLINE_SLOW_TESTS=1. All of them wait at the same time."""
import os
import threading
import time
import unittest

from hub import HubTestCase

SLOW = os.environ.get("TRUNKLINE_SLOW_TESTS", "") not in ("", "0")


class Deadlines(HubTestCase):
    def waits(self, first, seconds, trickle=b""):
        """Sends `first`, then `trickle` byte by byte; (seconds until the hub closed, what it said)."""
        connection = self.hub.connect(timeout=seconds + 15)
        result = {}

        def run():
            started = time.monotonic()
            connection.send(first)
            if trickle:
                threading.Thread(target=self.drip, args=(connection, trickle), daemon=True).start()
            result["said"] = connection.input.to_end()
            result["took"] = time.monotonic() - started
            connection.close()
        thread = threading.Thread(target=run)
        thread.start()
        return thread, result, seconds

    def drip(self, connection, data):
        for n in range(len(data)):
            time.sleep(0.5)                     # a slow client's pace, on purpose
            try:
                connection.send(data[n:n + 1])
            except OSError:
                return

    def test_deadlines(self):
        host = b"Host: 127.0.0.1:%d\r\n" % self.hub.port
        cases = {
            "half a head": self.waits(b"GET /health HTTP/1.1\r\n", 10),
            "a dripping head": self.waits(b"GET /health HTTP/1.1\r\n" + host + b"X: ", 10, b"x" * 100),
            "half a handshake": self.waits(b"GET /ws?user_id=slow HTTP/1.1\r\n" + host + b"Connection: Upgrade\r\nUpgrade: websocket\r\n", 10),
        }
        if SLOW:
            body = b"POST /sse/push HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            cases["half a body"] = self.waits(body, 30)
            cases["a dripping body"] = self.waits(body, 30, b" " * 200)
            cases["an idle connection"] = self.waits(b"GET /health HTTP/1.1\r\n" + host + b"\r\n", 75)
        for name, (thread, result, seconds) in cases.items():
            with self.subTest(name=name):
                thread.join()
                self.assertTrue(seconds - 1 <= result["took"] <= seconds + 4, result)
                if "idle" in name:
                    self.assertTrue(result["said"].startswith(b"HTTP/1.1 200 "), result)
                else:
                    self.assertTrue(result["said"].startswith(b"HTTP/1.1 408 "), result)


if __name__ == "__main__":
    unittest.main(verbosity=2)
