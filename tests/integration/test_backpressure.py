# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that ask more than they read, and answers that take their time."""
import base64
import json
import os
import socket
import time
import unittest

from hub import HubTestCase, eventually

HOST = b"Host: localhost\r\n"


class Readers(HubTestCase):
    def raw(self):
        return socket.create_connection(("127.0.0.1", self.hub.port), timeout=20)

    def test_a_client_that_never_reads_its_answers_is_not_read_either(self):
        before = self.hub.resident_kib()
        request = b"GET /metrics?format=prometheus HTTP/1.1\r\n" + HOST + b"\r\n"
        with self.raw() as client:
            client.settimeout(1)
            sent = 0
            try:
                while sent < 24 * 1024 * 1024:
                    sent += client.send(request * 500)
            except TimeoutError:
                pass                        # what was to be shown: the hub stopped reading
            self.assertLess(sent, 24 * 1024 * 1024)
            self.assertLess(self.hub.resident_kib() - before, 64 * 1024)
            self.assertEqual(self.hub.get("/health").status, 200)

    def test_pipelined_answers_all_come_to_one_who_reads_late(self):
        request = b"GET /metrics?format=prometheus HTTP/1.1\r\n" + HOST + b"\r\n"
        count = 1500                        # some 6 MB of answers, more than may be queued
        with self.raw() as client:
            client.sendall(request * count)
            time.sleep(0.3)                 # the reader is late, nothing is awaited
            got = b""
            while got.count(b"HTTP/1.1 200 OK") < count:
                piece = client.recv(1 << 20)
                self.assertTrue(piece, "closed after %d answers" % got.count(b"HTTP/1.1 200 OK"))
                got += piece

    def test_a_large_last_answer_arrives_whole_although_it_is_read_late(self):
        batch = json.dumps([{"user_id": "nobody", "data": {}}] * 60000).encode()
        with self.raw() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            client.sendall(b"POST /sse/push/batch HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Type: application/json\r\n"
                           + b"Content-Length: %d\r\n\r\n" % len(batch) + batch)
            time.sleep(3.5)                 # longer than the linger time of a refusal
            got = b""
            while piece := client.recv(1 << 20):
                got += piece
        head, body = got.split(b"\r\n\r\n", 1)
        self.assertIn(b"Content-Length: %d\r\n" % len(body), head)
        self.assertEqual(len(json.loads(body)["results"]), 60000)


class Handshakes(HubTestCase):
    def handshake(self, before=b"", extra=b""):
        key = base64.b64encode(os.urandom(16))
        with socket.create_connection(("127.0.0.1", self.hub.port), timeout=10) as client:
            client.sendall(before + b"GET /ws?user_id=cookie HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n" + extra + b"\r\n")
            status = client.recv(4096).split(b"\r\n")[0]
        eventually(lambda: self.hub.connections() == 0, what="the session to be forgotten")
        return status

    def test_heads_that_qt_alone_would_not_read(self):
        for before, extra in ((b"", b""), (b"\r\n", b""), (b"", b"Cookie: a=" + b"x" * 9000 + b"\r\n"),
                              (b"", b"Cookie: a=" + b"x" * 15000 + b"\r\n")):
            self.assertEqual(self.handshake(before, extra), b"HTTP/1.1 101 Switching Protocols", (before, len(extra)))

    def test_options_of_the_whole_server(self):
        with socket.create_connection(("127.0.0.1", self.hub.port), timeout=10) as client:
            client.sendall(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n")
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
