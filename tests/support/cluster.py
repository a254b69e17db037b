# SPDX-License-Identifier: GPL-3.0-or-later
"""Several hubs on one Redis: starts a redis-server of its own on a free port of 127.0.0.1, and hubs that use it."""
import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from hub import Hub, WsClient, as_body, eventually  # noqa: F401  (tests import them from here)

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
TIMEOUT = "1s"          # REDIS_TIMEOUT of the hubs: how long a test waits for what does not come


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
