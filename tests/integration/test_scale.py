# SPDX-License-Identifier: GPL-3.0-or-later
"""Many users at once, and how long a round trip takes (printed, not judged)."""
import json
import resource
import selectors
import socket
import statistics
import struct
import threading
import time
import unittest

from hub import Closed, Hub, HubTestCase, eventually

USERS = 1000


def raise_file_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class ThousandUsers(HubTestCase):
    @classmethod
    def setUpClass(cls):
        if raise_file_limit() < USERS + 200:
            raise unittest.SkipTest("too few file descriptors for %d users" % USERS)
        super().setUpClass()

    def connect_all(self):
        """Opens all connections before the first handshake is read: they arrive at once."""
        clients, selector = {}, selectors.DefaultSelector()
        for n in range(USERS):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(self.hub.address)
            clients[client] = [n, b"GET /ws?user_id=user-%d HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                  b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % n, b""]
            selector.register(client, selectors.EVENT_WRITE)
            self.addCleanup(client.close)
        waiting, deadline = len(clients), time.monotonic() + 30
        while waiting:
            self.assertLess(time.monotonic(), deadline, "%d users are not connected yet" % waiting)
            for key, events in selector.select(1):
                state = clients[key.fileobj]
                if events & selectors.EVENT_WRITE:
                    key.fileobj.sendall(state[1])
                    selector.modify(key.fileobj, selectors.EVENT_READ)
                else:
                    state[2] += key.fileobj.recv(4096)
                    self.assertTrue(state[2].startswith(b"HTTP/1.1 101 "[:len(state[2])]), state[2])
                    if b"\r\n\r\n" in state[2]:
                        self.assertTrue(state[2].endswith(b"\r\n\r\n"))
                        waiting -= 1
                        selector.unregister(key.fileobj)
        selector.close()
        return clients

    def one_frame(self, client):
        client.settimeout(15)
        data = b""
        while len(data) < 2 or len(data) < self.frame_length(data):
            piece = client.recv(4096)
            self.assertTrue(piece, "closed")
            data += piece
        self.assertEqual(len(data), self.frame_length(data))
        return json.loads(data[4 if data[1] == 126 else 2:])

    def frame_length(self, data):
        if data[1] < 126:
            return 2 + data[1]
        return 4 + struct.unpack("!H", data[2:4])[0] if len(data) >= 4 else 5

    def test_all_get_their_message(self):
        started = time.monotonic()
        clients = self.connect_all()
        self.assertEqual(self.hub.connections(), USERS)
        print("\n%d users connected in %.2f s" % (USERS, time.monotonic() - started))
        started = time.monotonic()
        with self.hub.connect() as connection:
            for n in range(USERS):
                body = b'{"user_id":"user-%d","data":{"n":%d}}' % (n, n)
                self.assertEqual(connection.request("POST", "/sse/push", body=body).json()["status"], "success")
        for client, state in clients.items():
            self.assertEqual(self.one_frame(client)["n"], state[0])
        print("%d pushes one after another in %.2f s" % (USERS, time.monotonic() - started))
        batch = [{"user_id": "user-%d" % n, "data": {"n": -n}} for n in range(USERS)]
        results = self.hub.post("/sse/push/batch", batch).json()["results"]
        self.assertTrue(all(result["success"] for result in results))
        for client, state in clients.items():
            self.assertEqual(self.one_frame(client)["n"], -state[0])
            client.close()
        eventually(lambda: self.hub.connections() == 0, 20, "all users to be forgotten")


class SlowReaders(HubTestCase):
    settings = {"send_queue_bytes": 262144}

    def test_a_reader_that_stopped_is_dropped_and_the_others_go_on(self):
        stuck, good = self.hub.join("stuck", receive_buffer=4096), self.join("good")
        pad, delivered = "x" * 100_000, 0
        while delivered < 2000 and self.hub.push("stuck", {"pad": pad}):
            delivered += 1
        self.assertLess(delivered, 2000, "the queue of a stuck session has no bound")
        self.assertTrue(self.hub.push("good", {"n": 1}))
        self.assertEqual(good.json()["n"], 1)
        stuck.vanish()


class RoundTrip(unittest.TestCase):
    def test_echo_round_trip(self):
        hub = Hub()
        user = hub.join("echo")

        def echo():
            try:
                while True:
                    user.send({"correlation_id": user.json()["correlation_id"], "is_final": True})
            except Closed:
                pass
        thread = threading.Thread(target=echo, daemon=True)
        thread.start()
        body, times = b'{"user_id":"echo","data":{"message":"hi"}}', []
        with hub.connect() as connection:
            for _ in range(600):
                started = time.perf_counter()
                connection.send_request("POST", "/sse/send", body=body)
                connection.start_stream()
                self.assertEqual(len(connection.events()), 1)
                times.append((time.perf_counter() - started) * 1000)
        times = sorted(times[100:])
        print("\necho round trip over 500 requests: p50 %.2f ms, p99 %.2f ms" % (statistics.median(times), times[int(len(times) * 0.99)]))
        hub.stop_cleanly()
        thread.join(10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
