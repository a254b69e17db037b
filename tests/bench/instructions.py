#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the hub's instructions a push, in user space, with valgrind's callgrind: the same number on a busy machine, where CPU time is not.

    tests/bench/instructions.py PROGRAM …       programs: build/bench/app/trunkline/trunkline, another commit's
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

BODY = b'{"user_id":"u","data":{"message":"%s"}}' % (b"x" * 40)
PUSH = b"POST /sse/push HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
UPGRADE = (b"GET /ws?user_id=u HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
FEW, MANY = 2_000, 12_000


def drain(client):
    try:
        while client.recv(65536):
            pass
    except OSError:
        pass


def push(port, count):
    listener = socket.create_connection(("127.0.0.1", port))
    listener.sendall(UPGRADE)
    threading.Thread(target=drain, args=(listener,), daemon=True).start()
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            sender.sendall(PUSH)
            answer = b""
            while not answer.endswith(b"}"):
                answer += sender.recv(4096)
    return listener


def instructions(program, count):
    """From start to end, with `count` pushes."""
    with tempfile.TemporaryDirectory() as folder:
        ready = os.path.join(folder, "ready.json")
        hub = subprocess.Popen(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(folder, "out"), os.path.abspath(program),
                                "serve", "--port", "0", "--ready-file", ready], cwd=folder, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, "XDG_RUNTIME_DIR": folder})
        while not os.path.exists(ready):
            if hub.poll() is not None:
                sys.exit(hub.communicate()[1])
            time.sleep(0.05)
        with open(ready, encoding="utf-8") as file, push(json.load(file)["port"], count):
            hub.terminate()
            return int(re.search(r"Collected : (\d+)", hub.communicate()[1])[1])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for program in sys.argv[1:]:
        print("%8.1f instructions a push  %s" % ((instructions(program, MANY) - instructions(program, FEW)) / (MANY - FEW), program), flush=True)


if __name__ == "__main__":
    main()
