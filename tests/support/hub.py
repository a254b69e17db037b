# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a hub as a process of its own, on a free port, for tests that speak to it over real sockets.

The binary is named by the environment variable TRUNKLINE_BIN. FAST_LANE and EPOLL are passed on to the hub, so that the
same tests run on each lane; every other setting comes from the test alone.
"""
import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from http_client import HttpConnection
from ws_client import Closed, HandshakeRefused, WsClient  # noqa: F401  (tests import them from here)

START_SECONDS = 20      # a sanitizer build on a busy machine is slow to start
STOP_SECONDS = 15       # the contract's five seconds have a test of their own
REPORTS = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|UndefinedBehaviorSanitizer|runtime error:|ASSERT")


def binary():
    path = os.environ.get("TRUNKLINE_BIN", "")
    if not os.path.isfile(path):
        raise RuntimeError("TRUNKLINE_BIN must name the hub's program, not %r" % path)
    return os.path.abspath(path)        # the hub runs in a folder of its own


def clean_environment(directory, extra=None):
    """The few variables a program needs, without anything that the hub would read as a setting."""
    keep = ("PATH", "LANG", "LC_ALL", "FAST_LANE", "EPOLL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
            "LSAN_OPTIONS", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "GCOV_PREFIX", "GCOV_PREFIX_STRIP")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    environment.update(HOME=directory, XDG_RUNTIME_DIR=directory, TMPDIR=directory)
    environment.update(extra or {})
    return environment


def lean_sanitizer():
    """Variables for a hub whose memory is measured: AddressSanitizer keeps little of what was freed."""
    return {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:malloc_context_size=2"}


def eventually(condition, seconds=10.0, what="the condition"):
    """Asks until `condition()` is true and returns what it said; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %.0f s in vain for %s" % (seconds, what))
        time.sleep(0.005)


class Hub:
    """One running hub. Settings are keyword arguments with their own names in lower case: `sse_response_timeout="300ms"`.
    `wrapper` is a command that the hub's own is appended to."""

    def __init__(self, env=None, arguments=(), ready_file=None, wrapper=(), **settings):
        self.directory = tempfile.mkdtemp(prefix="trunkline-test-")
        self.ready_file = ready_file or os.path.join(self.directory, "ready.json")
        self.log_path = os.path.join(self.directory, "log")
        self.asked_to_end = False
        self._log = open(self.log_path, "wb")
        command = [*wrapper, binary(), "serve", "--port", "0", "--ready-file", self.ready_file, *arguments]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
                                        cwd=self.directory, env=clean_environment(self.directory, env))
        atexit.register(self.kill)      # a test that failed half-way leaves no process behind
        try:
            eventually(self._is_ready, START_SECONDS, "the ready file")
        except BaseException:
            self.kill()
            raise
        self.port = self.ready["port"]
        self.address = ("127.0.0.1", self.port)

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError("the hub ended with %s at its start:\n%s" % (self.process.returncode, self.log()))
        try:
            with open(self.ready_file, encoding="utf-8") as file:
                self.ready = json.load(file)
        except FileNotFoundError:
            return False
        return self.ready["pid"] == self.process.pid     # not the file of a hub that was killed

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def terminate(self):
        """Asks the hub to end, once: a second signal would end it at once."""
        if not self.asked_to_end and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.asked_to_end = True

    def reload(self, said="Read certificate, tokens and keys again"):
        """Sends SIGHUP and waits until the hub has logged `said` once more."""
        before = self.log().count(said)
        self.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.log().count(said) > before, what="the log to say %r" % said)

    def stop(self):
        """Asks the hub to end, if nobody did, and returns its exit code."""
        self.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.kill(keep_directory=True)

    def kill(self, keep_directory=False):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._log.close()
        if not keep_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def stop_cleanly(self):
        """Ends the hub; any exit code but 0, a failed assertion or a sanitizer's report is an error."""
        code, log = self.stop(), self.log()
        self.log_after_stop = log
        shutil.rmtree(self.directory, ignore_errors=True)
        if code != 0 or REPORTS.search(log):
            raise AssertionError("the hub ended with %s and said:\n%s" % (code, log[-6000:]))

    # The process -------------------------------------------------------------------------------------------------

    def is_sanitized(self):
        with open("/proc/%d/maps" % self.process.pid, encoding="ascii") as maps:
            return re.search("lib(asan|ubsan|tsan)", maps.read()) is not None

    def resident_kib(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            return int(next(line for line in status if line.startswith("VmRSS")).split()[1])

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def cpu_seconds(self):
        """User and system time so far."""
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Clients -----------------------------------------------------------------------------------------------------

    def connect(self, **keywords):
        return HttpConnection(self.address, **keywords)

    def request(self, method, path, headers=(), body=None, **keywords):
        """One request on a connection of its own; the response, strictly read."""
        with self.connect() as connection:
            return connection.request(method, path, headers, body, **keywords)

    def get(self, path, headers=()):
        return self.request("GET", path, headers)

    def post(self, path, value, headers=()):
        return self.request("POST", path, headers, as_body(value))

    def push(self, user, data, **members):
        """Pushes one message and says whether it was delivered."""
        response = self.post("/sse/push", dict(user_id=user, data=data, **members))
        if response.status != 200:
            raise AssertionError("push was answered %r" % response)
        return response.json()["status"] == "success"

    def open_stream(self, value, path="/sse/send", version="HTTP/1.1", headers=()):
        """POSTs to /sse/send and returns the connection, its response head read and its body still to come."""
        connection = self.connect()
        connection.send_request("POST", path, headers, as_body(value), version=version)
        connection.start_stream()
        return connection

    def join(self, user, path="/ws", headers=(), **keywords):
        """Connects a WebSocket user; returns once the hub counts it."""
        return WsClient(self.address, user, path=path, headers=headers, **keywords)

    def metrics(self):
        return self.get("/metrics").json()

    def connections(self):
        return self.get("/health").json()["connections"]


def as_body(value):
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False).encode()


class HubTestCase(unittest.TestCase):
    """One hub for all tests of a class; `settings` and `environment` are the class's own."""

    settings = {}
    environment = {}
    hub: Hub

    @classmethod
    def setUpClass(cls):
        cls.hub = Hub(env=cls.environment, **cls.settings)

    @classmethod
    def tearDownClass(cls):
        cls.hub.stop_cleanly()

    def setUp(self):
        if self.hub.process.poll() is not None:
            self.fail("the hub is gone (%s):\n%s" % (self.hub.process.returncode, self.hub.log()[-4000:]))

    def join(self, user, **keywords):
        client = self.hub.join(user, **keywords)
        self.addCleanup(self.leave, client)
        return client

    def leave(self, client):
        """Closes a session of this test and waits until the hub has forgotten it."""
        client.leave()

    def stream(self, value, **keywords):
        connection = self.hub.open_stream(value, **keywords)
        self.addCleanup(connection.close)
        return connection

    def counted(self, name, before, by=1):
        """Waits until the counter `name` of /metrics stands `by` above `before`, and checks that it goes no further."""
        eventually(lambda: self.hub.metrics()[name] >= before + by, what="%s to grow" % name)
        self.assertEqual(self.hub.metrics()[name], before + by, name)

    def assertDetail(self, response, status, text=None):
        """An error with FastAPI's `{"detail": "text"}`."""
        self.assertEqual(response.status, status, response)
        self.assertEqual(response.header("Content-Type").split(";")[0], "application/json", response)
        self.assertIsInstance(response.json()["detail"], str, response)
        if text is not None:
            self.assertEqual(response.json()["detail"], text)

    def assertUnprocessable(self, response, loc, kind=None):
        """422 whose list of details has one for `loc`."""
        self.assertEqual(response.status, 422, response)
        details = response.json()["detail"]
        self.assertIsInstance(details, list, response)
        for detail in details:
            self.assertLessEqual({"type", "loc", "msg"}, set(detail), response)
            self.assertIsInstance(detail["type"], str)
            self.assertIsInstance(detail["msg"], str)
        self.assertIn(loc, [detail["loc"] for detail in details], response)
        if kind is not None:
            self.assertIn(kind, [detail["type"] for detail in details], response)

    def assertJsonInvalid(self, response, body, batch=False):
        """422 of type `json_invalid` whose place is a byte offset inside the body."""
        self.assertEqual(response.status, 422, (body, response))
        detail = response.json()["detail"][0]
        self.assertEqual(detail["type"], "json_invalid", (body, response))
        self.assertEqual(detail["loc"][0], "body", (body, response))
        offset = detail["loc"][1]
        self.assertIsInstance(offset, int, (body, response))
        self.assertTrue(0 <= offset <= len(body), (body, response))


def main():
    unittest.main(verbosity=2)
