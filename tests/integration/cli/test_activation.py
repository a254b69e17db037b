# SPDX-License-Identifier: GPL-3.0-or-later
"""Socket activation: a listening socket comes with the start, as systemd passes it (sd_listen_fds)."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import hub as support
from hub import HttpConnection, eventually

# Becomes the hub with the sockets in front of it: descriptor 3 and up, LISTEN_PID this process's own.
PASS = """import os, sys
count = int(sys.argv[1])
os.environ.update(LISTEN_PID=str(os.getpid() + int(sys.argv[2])), LISTEN_FDS=str(count))
os.execv(sys.argv[3], sys.argv[3:])"""
SECONDS = 30


def passing(sockets, shift=0):
    """A command that runs what follows it with `sockets`; `shift`: how far LISTEN_PID is beside the truth."""
    return [sys.executable, "-c", PASS, str(len(sockets)), str(shift)]


def open_file(path):
    with open(path, "rb") as file:
        return file.read()


class Activation(unittest.TestCase):
    def listener(self, family=socket.AF_INET, address="127.0.0.1"):
        one = socket.socket(family)
        self.addCleanup(one.close)
        one.bind((address, 0))
        one.listen(16)
        return one

    def start(self, sockets, shift=0, **settings):
        directory = tempfile.mkdtemp(prefix="trunkline-test-")
        self.addCleanup(shutil.rmtree, directory, True)

        def place():
            spare = [os.dup(one.fileno()) for one in sockets]      # none of them is in the way of another's number
            for number, descriptor in enumerate(spare):
                os.dup2(descriptor, 3 + number)

        arguments = [word for name, value in settings.items() for word in ("--" + name.replace("_", "-"), value)]
        return subprocess.Popen([*passing(sockets, shift), support.binary(), "serve", "--ready-file", "ready.json", *arguments],
                                cwd=directory, env=support.clean_environment(directory), stderr=subprocess.PIPE, text=True,
                                preexec_fn=place, pass_fds=range(3, 3 + len(sockets))), os.path.join(directory, "ready.json")

    def ready(self, process, path):
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        eventually(lambda: os.path.exists(path) or process.poll() is not None, SECONDS, "the ready file")
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def test_serves_on_the_socket_that_it_was_given(self):
        """Also those who connected before it ran; HOST and PORT do not count."""
        listener = self.listener()
        with HttpConnection(listener.getsockname()) as early:
            early.send_request("GET", "/health")
            process, path = self.start([listener], port="1", host="0.0.0.0")
            ready = self.ready(process, path)
            self.assertEqual(ready["port"], listener.getsockname()[1])
            self.assertEqual(early.response().status, 200)
        support.WsClient(listener.getsockname(), "alice").leave()
        process.terminate()
        self.assertIn("the service manager's socket", process.communicate(timeout=SECONDS)[1])
        self.assertEqual(process.returncode, 0)
        # The manager still listens: whoever comes now waits for the next start.
        with HttpConnection(listener.getsockname()) as late:
            late.send_request("GET", "/health")
            process, path = self.start([listener])
            self.ready(process, path)
            self.assertEqual(late.response().status, 200)

    def test_protected_mode_looks_at_where_the_socket_is_bound(self):
        process, path = self.start([self.listener(address="0.0.0.0")])
        port = self.ready(process, path)["port"]
        with HttpConnection(("127.0.0.1", port)) as connection:
            answer = connection.request("GET", "/health", [("Host", "elsewhere.example")])
        self.assertEqual(answer.status, 421)

    def test_children_get_none_of_it(self):
        process, path = self.start([self.listener()])
        self.ready(process, path)
        with open("/proc/%d/fdinfo/3" % process.pid, encoding="utf-8") as file:
            flags = next(line for line in file if line.startswith("flags:")).split()[1]
        self.assertTrue(int(flags, 8) & os.O_CLOEXEC)

    def test_another_process_was_meant(self):
        listener = self.listener()
        process, path = self.start([listener], shift=1, port="0")
        self.assertNotEqual(self.ready(process, path)["port"], listener.getsockname()[1])

    def test_what_cannot_be_listened_on_is_refused(self):
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", 0))
        local = socket.socket(socket.AF_UNIX)
        local.bind("\0trunkline-test-%d" % os.getpid())
        local.listen()
        for sockets, said in (([datagrams], "no listening TCP socket"), ([local], "no listening TCP socket"),
                              ([self.listener(), self.listener()], "passed 2 sockets")):
            with self.subTest(said=said):
                process, _ = self.start(sockets)
                error = process.communicate(timeout=SECONDS)[1]
                self.assertEqual(process.returncode, 3, error)
                self.assertIn(said, error)
                self.assertEqual(error.count("\n"), 1)
            for one in sockets:
                one.close()

    def test_systemd_passes_it_so(self):
        activate = shutil.which("systemd-socket-activate")
        if not activate:
            self.skipTest("systemd-socket-activate is not installed")
        with self.listener() as probe:
            port = probe.getsockname()[1]
        # Nothing listens before the first client knocks: that is what starts the hub.
        directory = tempfile.mkdtemp(prefix="trunkline-test-")
        self.addCleanup(shutil.rmtree, directory, True)
        process = subprocess.Popen([activate, "-l", "127.0.0.1:%d" % port, support.binary(), "serve", "--ready-file", "ready.json"],
                                   cwd=directory, env=support.clean_environment(directory), stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        listening = b":%04X 00000000:0000 0A" % port
        eventually(lambda: listening in open_file("/proc/net/tcp"), SECONDS, "systemd-socket-activate to listen")
        with HttpConnection(("127.0.0.1", port)) as connection:
            self.assertEqual(connection.request("GET", "/health").json()["status"], "healthy")
        process.terminate()
        self.assertEqual(process.wait(SECONDS), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
