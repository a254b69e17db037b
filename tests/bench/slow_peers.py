#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a thousand slow peers cost a hundred good users: prints the latency of pushes without and with them, in turn.

    cmake --preset bench && cmake --build --preset bench --target trunkline trunkline-bench
    TRUNKLINE_BIN=build/bench/app/trunkline/trunkline tests/bench/slow_peers.py --bench build/bench/tests/bench/trunkline-bench

The good users are those of trunkline-bench: 8 publishers push to 100 of them as fast as the hub answers; timed is each message from
its POST to its arrival. The slow peers are a process of their own: a quarter drips a head, a quarter a body, a byte a second each; a
quarter are users who are sent to and never read; a quarter wait on an event stream and never read it. Those whom the hub throws out
come again. Compared is the median p99 of the quieter half of the rounds of each kind, since whatever else the machine does shows in
a p99 first. Exit code 1 when it is 1.5 times as much or more.
"""
import argparse
import json
import multiprocessing
import os
import random
import resource
import socket
import statistics
import subprocess
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
        peers[at].drip()
        if at % 100 == 0:       # users who never read are sent to, so that queues do fill
            pusher.post(b'{"user_id":"slow-%d","data":{"text":"%s"}}' % (random.randrange(2, SLOW, 4), b"s" * 4000))
        at = (at + 1) % SLOW
        time.sleep(0.001)       # the peers' pace: each has its turn once a second


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


def measure(bench, hub, seconds):
    """(messages a second, p50, p99), times in microseconds"""
    done = subprocess.run([bench, "--port", str(hub.port), "--pid", str(hub.process.pid), "--users", str(USERS), "--seconds", str(seconds)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("trunkline-bench ended with %d: %s%s" % (done.returncode, done.stdout[-2000:], done.stderr[-2000:]))
    load = json.loads(done.stdout)["load"]
    return load["messages_per_second"], load["delivery_us"]["p50"], load["delivery_us"]["p99"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", required=True, help="the program trunkline-bench")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=int, default=1)
    options = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    hub = Hub(ws_ping_interval="0", sse_response_timeout="1h")
    measure(options.bench, hub, 1)
    print("%d good users, 8 publishers          messages/s    p50 us    p99 us" % USERS)
    p99 = {"alone": [], "among": []}
    for number in range(options.rounds):
        alone = measure(options.bench, hub, options.seconds)
        ready, stop = multiprocessing.Event(), multiprocessing.Event()
        slow = multiprocessing.Process(target=be_slow, args=(hub.address, ready, stop), daemon=True)
        slow.start()
        if not ready.wait(60):
            raise SystemExit("the slow peers did not start")
        among = measure(options.bench, hub, options.seconds)
        stop.set()
        slow.join()
        p99["alone"].append(alone[2])
        p99["among"].append(among[2])
        print("round %d  alone                       %9.0f  %8.0f  %8.0f" % (number + 1, *alone))
        print("         among %d slow peers        %9.0f  %8.0f  %8.0f" % (SLOW, *among), flush=True)
    quiet = {kind: statistics.median(sorted(values)[:(len(values) + 1) // 2]) for kind, values in p99.items()}
    ratio = quiet["among"] / quiet["alone"]
    print("p99 of the quieter half: %.0f us alone, %.0f us among %d slow peers: x %.2f (wanted: under 1.5)"
          % (quiet["alone"], quiet["among"], SLOW, ratio))
    hub.stop_cleanly()
    return 0 if ratio < 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
