# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hubs on one Redis: starts a redis-server of its own on a free port of 127.0.0.1, and hubs that use it."""
import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from hub import Hub, WsClient, as_body, eventually  # noqa: F401  (tests import them from here)

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
TIMEOUT_SECONDS = 1.0   # REDIS_TIMEOUT of the hubs: how long a test waits for what does not come
TIMEOUT = "%ds" % TIMEOUT_SECONDS


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """A redis-server that keeps nothing on disk."""

    def __init__(self, *arguments, port=None, host="127.0.0.1", wrapper=()):
        self.host, self.port = host, port or free_port()
        self.arguments, self.wrapper = arguments, wrapper
        self.directory = tempfile.mkdtemp(prefix="trunkline-redis-")
        self.process = None
        atexit.register(self.kill)
        self.start()

    def start(self):
        log = open(os.path.join(self.directory, "log"), "ab")
        self.process = subprocess.Popen([*self.wrapper, "redis-server", "--port", str(self.port), "--bind", self.host, "--save", "", "--appendonly", "no",
                                         "--dir", self.directory, *self.arguments],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        log.close()
        eventually(self.is_up, what="redis-server to answer")

    def log(self):
        with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_up(self):
        if self.process.poll() is not None:
            raise AssertionError("redis-server ended:\n" + self.log())
        if self.wrapper:
            return "Ready to accept connections" in self.log()
        try:
            with socket.create_connection((self.host, self.port), 1) as probe:
                probe.sendall(b"PING\r\n")
                return probe.recv(64)[:1] in (b"+", b"-")
        except OSError:
            return False

    def command(self, *words):
        """What redis-cli prints."""
        result = subprocess.run(["redis-cli", "-h", self.host, "-p", str(self.port), *words], capture_output=True, text=True, timeout=30)
        return result.stdout.strip()

    def sent_bytes(self):
        """What it has written to all its clients."""
        return int(self.command("INFO", "stats").split("total_net_output_bytes:")[1].split()[0])

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()

    def kill(self):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class ClusterTestCase(unittest.TestCase):
    """`self.a`, `self.b` … are hubs on `self.redis`; each test has its own, unless `shared`: then those of a class have the same."""

    hubs = 2
    settings = {}
    redis_arguments = ()
    shared = False

    @classmethod
    def start_all(cls, add_cleanup):
        redis = Redis(*cls.redis_arguments)
        add_cleanup(redis.kill)
        cls.redis, cls.all = redis, []
        for name in "abcdefgh"[:cls.hubs]:
            hub = Hub(**{"redis_url": "redis://127.0.0.1:%d" % redis.port, "redis_timeout": TIMEOUT, "hub_name": "hub-" + name, **cls.settings})
            add_cleanup(cls.end_hub, hub)
            cls.all.append(hub)
            setattr(cls, name, hub)
        for hub in cls.all:
            cls.wait_ready(hub)
            eventually(lambda hub=hub: hub.metrics()["backplane"]["hubs"] == cls.hubs, what="all hubs to be seen")

    @classmethod
    def setUpClass(cls):
        if cls.shared:
            cls.start_all(cls.addClassCleanup)

    def setUp(self):
        if not self.shared:
            self.start_all(self.addCleanup)

    def start_hub(self, name, url=None, **settings):
        options = {"redis_url": url or "redis://127.0.0.1:%d" % self.redis.port, "redis_timeout": TIMEOUT, "hub_name": name}
        hub = Hub(**{**options, **self.settings, **settings})
        self.addCleanup(self.end_hub, hub)
        return hub

    @staticmethod
    def end_hub(hub):
        if hub.process.poll() is None:
            hub.stop_cleanly()
        else:
            hub.kill()

    @staticmethod
    def wait_ready(hub, seconds=15):
        eventually(lambda: hub.get("/ready").status == 200, seconds, "the hub to be ready")

    @staticmethod
    def wait_unready(hub, seconds=15):
        eventually(lambda: hub.get("/ready").status == 503, seconds, "the hub to notice")

    def join(self, hub, user, **keywords):
        client = WsClient(hub.address, user, **keywords)
        self.addCleanup(client.leave)
        return client

    def push(self, hub, user, data=None, query="", headers=()):
        return hub.post(PUSH + query, {"user_id": user, "data": {} if data is None else data}, headers=headers)

    def ask(self, hub, user, headers=(), query="", **data):
        connection = hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", SEND + query, headers, as_body({"user_id": user, "data": data}))
        return connection

    def stream(self, hub, user, **data):
        connection = self.ask(hub, user, **data)
        connection.start_stream()
        return connection

    def works(self):
        """A message goes from each hub to each."""
        for number, holder in enumerate(self.all):
            user = self.join(holder, "works-%d" % number)
            for asker in self.all:
                self.assertEqual(self.push(asker, "works-%d" % number, {"from": asker.port}).json()["status"], "success")
                self.assertEqual(user.json()["from"], asker.port)
            user.leave()

    def refused_at_once(self, hub, user):
        start = time.monotonic()
        answer = self.push(hub, user)
        self.assertEqual((answer.status, answer.json()["detail"]), (503, "Backplane unavailable"))
        self.assertEqual(answer.header("Retry-After"), "1")
        self.assertLess(time.monotonic() - start, TIMEOUT_SECONDS, "the answer waited for the backplane although it is known to be away")


def end(*sockets):
    """Both ends are told at once. To close would not do: the other thread of the pair still reads, and the kernel waits for it."""
    for item in sockets:
        try:
            item.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Proxy:
    """Stands between a hub and its Redis: delays, or cuts, without either end being told."""

    def __init__(self, test, target):
        self.delay, self.cut, self.refuses, self.target = 0.0, False, False, target
        self.muting, self.muted, self.commands = None, False, None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = []
        test.addCleanup(self.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                client, _ = self.listener.accept()
                if self.refuses:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.target))
                self.sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self.copy, args=(source, sink, source is client), daemon=True).start()
        except OSError:
            pass

    def copy(self, source, sink, outward):
        try:
            while data := source.recv(65536):
                time.sleep(self.delay)
                if outward and self.commands is not None:
                    self.commands += data
                    self.muted = self.muted or (self.muting is not None and self.muting in data)
                while self.cut or (self.muted and not outward):
                    time.sleep(0.01)
                sink.sendall(data)
        except OSError:
            pass
        end(source, sink)

    def mute_after(self, word):
        """No answer comes through once the hub has sent `word`, until unmute()."""
        self.muting, self.muted, self.commands = word, False, bytearray()

    def unmute(self):
        self.muting, self.muted = None, False

    def asked(self, word):
        return self.commands.count(word)

    def drop(self):
        """All connections end."""
        end(*self.sockets)
        self.sockets.clear()

    def close(self):
        self.cut = self.muted = False
        self.drop()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
