# SPDX-License-Identifier: GPL-3.0-or-later
"""serve from the command line: what it prints, when it ends, whom it tells. (Signals under load: test_lifecycle.py.)"""
import fcntl
import json
import os
import pty
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import unittest

import hub as support
from hub import Hub, eventually

SECONDS = 30


class Serve(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="trunkline-test-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def run_command(self, *arguments, env=None, **keywords):
        return subprocess.run([support.binary(), *arguments], capture_output=True, timeout=SECONDS, cwd=self.directory, text=True,
                              env=support.clean_environment(self.directory, env), **keywords)

    def test_serve_is_the_default(self):
        for arguments in ([], ["serve"]):
            result = self.run_command(*arguments, "--port", "0", "--exit-when-idle", "50ms")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stdout, "")
            self.assertRegex(result.stderr, r"listens on http://127\.0\.0\.1:\d+")

    def test_show_token_prints_what_opens_admin(self):
        hub = Hub(arguments=["--show-token"])
        self.addCleanup(hub.stop_cleanly)
        line = r"^  trunkline-desktop --attach http://127\.0\.0\.1:%d --token ([0-9a-f]{48})$" % hub.port
        shown = eventually(lambda: re.search(line, hub.log(), re.MULTILINE), what="the token")[1]
        self.assertEqual(shown, hub.ready["token"])
        for token, status in ((shown, 200), ("0" * 48, 401)):
            self.assertEqual(hub.get("/admin/settings", [("Authorization", "Bearer " + token)]).status, status)

    def test_show_token_goes_to_stdout_alone(self):
        result = self.run_command("--show-token", "--port", "0", "--exit-when-idle", "50ms")
        self.assertEqual(result.returncode, 0, result.stderr)
        token = re.fullmatch(r"The admin token of this start, .*:\n  trunkline-desktop --attach http://127\.0\.0\.1:[0-9]+ --token ([0-9a-f]{48})\n",
                             result.stdout)
        self.assertTrue(token, result.stdout)
        self.assertNotIn(token[1], result.stderr)

    def test_nothing_is_shown_without_being_asked_or_where_tokens_are_set(self):
        """The tokens of AUTH_TOKENS are for whoever has them; a log is no place for them."""
        file = os.path.join(self.directory, "tokens")
        with open(file, "w", encoding="utf-8") as out:
            out.write("chief:admin\n")
        for arguments in ([], ["--show-token", "--auth-tokens", "chief:admin"], ["--show-token", "--auth-tokens-file", file]):
            result = self.run_command("--port", "0", "--exit-when-idle", "50ms", *arguments)
            self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
            self.assertNotRegex(result.stderr, "[0-9a-f]{48}|chief")

    def test_exit_when_idle_waits_for_the_last_session(self):
        hub = Hub(arguments=["--exit-when-idle", "300ms"])
        self.addCleanup(hub.kill)
        client = hub.join("alice")
        with self.assertRaises(subprocess.TimeoutExpired):
            hub.process.wait(1)
        client.leave()
        self.assertEqual(hub.process.wait(SECONDS), 0)
        self.assertIn("--exit-when-idle", hub.log())

    def test_parent_pid(self):
        parent = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
        hub = Hub(arguments=["--parent-pid", str(parent.pid)])
        self.addCleanup(hub.kill)
        self.assertEqual(hub.get("/health").status, 200)
        parent.stdin.close()        # it ends, and stays a zombie as long as nobody waits for it
        self.assertEqual(hub.process.wait(SECONDS), 0)
        parent.wait()
        self.assertIn("--parent-pid", hub.log())

    def test_port_in_use_names_the_holder_and_a_command_that_works(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            result = self.run_command("--port", str(port), "--log-format", "{level} it's {message}", "--exit-when-idle", "50ms",
                                      env={"TRUNKLINE_COMMAND": support.binary()})
            self.assertEqual(result.returncode, 3, result.stderr)
            complaint, command = result.stderr.splitlines()
            self.assertIn("port %d is taken by" % port, complaint)
            self.assertIn("(pid %d)" % os.getpid(), complaint)
            self.assertTrue(command.startswith("Try:  "), command)
            again = subprocess.run(["sh", "-c", command[6:]], capture_output=True, timeout=SECONDS, cwd=self.directory, text=True,
                                   env=support.clean_environment(self.directory))
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn("INFO it's ", again.stderr)

    def test_ready_file_that_cannot_be_written_ends_with_2(self):
        result = self.run_command("--port", "0", "--ready-file", "missing/hub.json")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("--ready-file", result.stderr)

    def test_bad_usage_ends_with_2_and_one_line(self):
        for arguments in (["--exit-when-idle", "soon"], ["--exit-when-idle", "0"], ["--parent-pid", "0"], ["--parent-pid", "x"],
                          ["--port"], ["--port", "x"], ["--env-file", "missing"], ["--port", "1", "word"], ["--tls-cert", "a.pem"],
                          ["--tls-cert", "a.pem", "--tls-key", "b.pem"], ["--auth-tokens-file", "missing"],
                          ["--ws-path", "/health"]):
            with self.subTest(arguments=arguments):
                result = self.run_command("serve", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_check_config_prints_value_and_origin_without_secrets(self):
        with open(os.path.join(self.directory, ".env"), "w", encoding="utf-8") as file:
            file.write("PORT=9001\nWS_PATH=/socket\nLOG_LEVLE=DEBUG\n")
        result = self.run_command("serve", "--check-config", "--port", "9002", "--no-fast-lane", "--sse-event-ids", "--epoll", "off",
                                  env={"TRUNKLINE_AUTH_TOKENS": "hunter2:admin"})
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        for line in ("PORT=9002  # flag --port", "WS_PATH=/socket  # .env line 2", "HOST=127.0.0.1  # default",
                     "FAST_LANE=false  # flag --fast-lane", "SSE_EVENT_IDS=true  # flag --sse-event-ids", "EPOLL=false  # flag --epoll",
                     "AUTH_TOKENS=********  # environment TRUNKLINE_AUTH_TOKENS"):
            self.assertIn(line, lines)
        self.assertNotIn("hunter2", result.stdout + result.stderr)
        self.assertIn("did you mean LOG_LEVEL?", result.stderr)

    def test_tells_the_service_manager(self):
        for name in (os.path.join(self.directory, "notify"), "\0trunkline-test-%d" % os.getpid()):
            with self.subTest(name=name), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(name)
                manager.settimeout(SECONDS)
                hub = Hub(env={"NOTIFY_SOCKET": name.replace("\0", "@")})
                self.assertEqual(manager.recv(100), b"READY=1")
                self.assertEqual(hub.get("/ready").status, 200)
                hub.terminate()
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(hub.stop(), 0)

    def test_raises_the_limit_of_open_files(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        process = subprocess.Popen([support.binary(), "serve", "--port", "0", "--ready-file", "ready.json"], cwd=self.directory,
                                   env=support.clean_environment(self.directory), stderr=subprocess.DEVNULL,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: os.path.exists(os.path.join(self.directory, "ready.json")), SECONDS, "the ready file")
        self.assertEqual(resource.prlimit(process.pid, resource.RLIMIT_NOFILE), (hard, hard))

    def test_sighup_reloads_and_a_closed_terminal_ends_it(self):
        master, slave = pty.openpty()
        log = open(os.path.join(self.directory, "log"), "w+b")
        self.addCleanup(log.close)

        def own_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        process = subprocess.Popen([support.binary(), "serve", "--port", "0", "--ready-file", "ready.json"], cwd=self.directory, stdin=slave,
                                   env=support.clean_environment(self.directory), stdout=log, stderr=log, preexec_fn=own_terminal)
        os.close(slave)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: os.path.exists(os.path.join(self.directory, "ready.json")), SECONDS, "the ready file")

        def logged():
            with open(log.name, "rb") as file:
                return file.read()

        process.send_signal(signal.SIGHUP)
        eventually(lambda: b"Read certificate, tokens and keys again" in logged(), SECONDS, "the files to be read again")
        self.assertIsNone(process.poll())
        os.close(master)        # the kernel sends SIGHUP to those who had that terminal
        self.assertEqual(process.wait(SECONDS), 0)
        self.assertIn(b"Stopping", logged())

    def test_shows_commands_that_work_on_a_terminal_only(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([support.binary(), "--port", "0"], cwd=self.directory, stdin=subprocess.DEVNULL,
                                   env=support.clean_environment(self.directory, {"TERM": "xterm"}), stdout=slave, stderr=slave)
        os.close(slave)
        self.addCleanup(os.close, master)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        shown = ""
        while "curl" not in shown or not shown.endswith("\n"):
            shown += os.read(master, 65536).decode()
        connect = re.search(r"^ +(.* connect --user .*?)\r?$", shown, re.M).group(1)
        curl = re.search(r"^ +(curl .*?)\r?$", shown, re.M).group(1)
        environment = support.clean_environment(self.directory)
        listener = subprocess.Popen(["sh", "-c", "exec " + connect], cwd=self.directory, env=environment, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(listener.stderr.close)
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)
        self.assertIn("Connected", listener.stderr.readline())
        answer = subprocess.run(["sh", "-c", curl], cwd=self.directory, env=environment, capture_output=True, text=True, timeout=SECONDS)
        self.assertTrue(answer.stdout.startswith("data: "), answer)
        self.assertEqual(json.loads(answer.stdout[6:])["data"], {"message": "hi"})
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(SECONDS), 0)

    def test_print_docs_match_the_committed_files(self):
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
        for what, path in (("env", ".env.example"), ("configuration", "docs/configuration.md")):
            with open(os.path.join(root, path), encoding="utf-8") as file:
                self.assertEqual(self.run_command("print-docs", what).stdout, file.read())


if __name__ == "__main__":
    unittest.main(verbosity=2)
