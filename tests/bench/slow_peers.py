#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a thousand slow peers cost a hundred good users: prints the latency of pushes without and with them, in turn.

    TRUNKLINE_BIN=build/release/app/trunkline/trunkline python3 tests/bench/slow_peers.py [--rounds 5] [--pushes 4000]

A push is timed from the first byte of its POST to its last byte at the user's WebSocket. The slow peers are a process of their
own: a quarter drips a head, a quarter a body, a byte a second each; a quarter are users who are sent to and never read; a quarter
wait on an event stream and never read it. Exit code 1 when the median of the rounds' ratios of p99 is 1.5 or more.
"""
import argparse
import multiprocessing
import os
import random
import socket
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from hub import Hub  # noqa: E402

HOST = b"Host: localhost\r\n"
SHAKE = (b"GET /ws?user_id=slow-%d HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
USERS, SLOW = 100, 1000


class SlowPeer:
    def __init__(self, address, number):
        self.address, self.number, self.socket = address, number, None
        self.start()

    def start(self):
        if self.socket:
            self.socket.close()
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(self.address)
        kind = self.number % 4
        self.drips = kind < 2
        if kind == 0:
            first = b"GET /health HTTP/1.1\r\n" + HOST + b"X: "
        elif kind == 1:
            first = b"POST /sse/push HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        elif kind == 2:
            first = SHAKE % self.number
        else:
            body = b'{"user_id":"slow-%d","data":{"text":"%s"}}' % (self.number - 1, b"s" * 500)
            first = b"POST /sse/send HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        self.socket.sendall(first)
        self.socket.setblocking(False)

    def drip(self):
        """Another byte; anew when the hub has ended it."""
        try:
            if self.drips:
                self.socket.send(b" ")
            elif self.socket.recv(1, socket.MSG_PEEK) == b"":
                self.start()
        except BlockingIOError:
            pass
        except OSError:
            self.start()


def be_slow(address, ready, stop):
    peers = [SlowPeer(address, n) for n in range(SLOW)]
    ready.set()
    pusher = Pusher(address)
    at = 0
    while not stop.is_set():
        for peer in peers[at::100]:
            peer.drip()
        # Users who never read are sent to, so that queues do fill.
        pusher.post(b'{"user_id":"slow-%d","data":{"text":"%s"}}' % (random.randrange(2, SLOW, 4), b"s" * 4000))
        at = (at + 1) % 100
        time.sleep(0.01)        # the peers' pace: each is served once a second


class Pusher:
    def __init__(self, address):
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, body):
        self.socket.sendall(b"POST /sse/push HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def answer(self):
        data = b""
        while not data.endswith(b"}"):
            piece = self.socket.recv(4096)
            if not piece:
                raise SystemExit("the hub closed a good connection")
            data += piece
        if not data.startswith(b"HTTP/1.1 200 "):
            raise SystemExit("a push was answered %r" % data[:200])
        return data

    def post(self, body):
        self.send(body)
        return self.answer()


def measure(pusher, users, pushes):
    times = []
    for n in range(pushes):
        user = users[n % USERS].http.socket
        body = b'{"user_id":"good-%d","data":{"n":%d}}' % (n % USERS, n)
        started = time.perf_counter()
        pusher.send(body)
        data = b""
        while not data.endswith(b"}"):
            data += user.recv(4096)
        times.append(time.perf_counter() - started)
        if b'"success"' not in pusher.answer():
            raise SystemExit("a good user was not reached")
    times.sort()
    return statistics.median(times) * 1e6, times[int(len(times) * 0.99)] * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pushes", type=int, default=4000)
    options = parser.parse_args()
    hub = Hub(ws_ping_interval="0", sse_response_timeout="1h")
    users = [hub.join("good-%d" % n) for n in range(USERS)]
    for user in users:
        user.http.socket.settimeout(20)
    pusher = Pusher(hub.address)
    measure(pusher, users, 1000)
    print("%d good users, one push at a time, microseconds      p50       p99" % USERS)
    ratios = []
    for number in range(options.rounds):
        alone = measure(pusher, users, options.pushes)
        ready, stop = multiprocessing.Event(), multiprocessing.Event()
        slow = multiprocessing.Process(target=be_slow, args=(hub.address, ready, stop), daemon=True)
        slow.start()
        if not ready.wait(60):
            raise SystemExit("the slow peers did not start")
        among = measure(pusher, users, options.pushes)
        stop.set()
        slow.join()
        ratios.append(among[1] / alone[1])
        print("round %d  alone                                %8.0f  %8.0f" % (number + 1, *alone))
        print("         among %d slow peers                %8.0f  %8.0f   p99 x %.2f" % (SLOW, *among, ratios[-1]))
    print("median ratio of p99: %.2f (wanted: under 1.5)" % statistics.median(ratios))
    hub.stop_cleanly()
    return 0 if statistics.median(ratios) < 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
