# SPDX-License-Identifier: GPL-3.0-or-later
"""connect, push and send: what they print, what they answer, how they find the hub and how they end."""
import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
import unittest

import hub as support
from hub import Hub, HubTestCase

SECONDS = 30
PAYLOAD = '{"message":"h\\u00e9 \\u0000 \U0001f600","n":123456789012345678901234567890.10,"a":[1, 2]}'


def run(*arguments, env=None, stdin="", directory):
    return subprocess.run([support.binary(), *arguments], input=stdin, capture_output=True, timeout=SECONDS, cwd=directory,
                          encoding="utf-8", env=support.clean_environment(directory, env))


class Listener:
    """`trunkline connect` in the background, with pipes."""

    def __init__(self, directory, *arguments, env=None):
        self.process = subprocess.Popen([support.binary(), "connect", *arguments], cwd=directory, text=True, encoding="utf-8",
                                        env=support.clean_environment(directory, env), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def await_connected(self):
        while True:
            line = self.process.stderr.readline()
            if "Connected to" in line:
                return self
            if not line:
                raise AssertionError("connect ended with %s" % self.process.wait())

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self, number=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, output, errors


class ClientTestCase(HubTestCase):
    def run_command(self, *arguments, **keywords):
        return run(*arguments, directory=self.hub.directory, **keywords)

    def listen(self, *arguments, **keywords):
        listener = Listener(self.hub.directory, *arguments, **keywords)
        self.addCleanup(listener.end)
        return listener.await_connected()

    def send(self, *arguments):
        result = self.run_command("send", *arguments)
        return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


class Answers(ClientTestCase):
    def test_echo_answers_with_the_same_bytes(self):
        self.listen("--user", "echo", "--echo")
        result = self.run_command("send", "--user", "echo", "--data", PAYLOAD)
        self.assertEqual(result.returncode, 0, result.stderr)
        before, after = PAYLOAD[1:-1], result.stdout
        for part in ('"message":"h\\u00e9 \\u0000 \U0001f600"', '"n":123456789012345678901234567890.10'):
            self.assertIn(part, before)
            self.assertIn(part, after)
        self.assertTrue(json.loads(after)["is_final"])
        self.assertEqual(json.loads(after)["data"], json.loads(PAYLOAD))

    def test_template(self):
        self.listen("--user", "bot", "--reply", '{"data":{"text":"you said ${message}","n":${n}},"is_final":true}')
        code, events = self.send("--user", "bot", "--data", '{"message":"\\"x\\"","n":[1]}')
        self.assertEqual((code, events[0]["data"]), (0, {"text": 'you said "x"', "n": [1]}))

    def test_plain_template(self):
        self.listen("--user", "plain", "--reply", "hello ${message} of ${correlation_id}")
        code, events = self.send("--user", "plain", "--message", "world", "--correlation-id", "c-7")
        self.assertEqual((code, events[0]["data"]), (0, {"message": "hello world of c-7"}))

    def test_lines_typed_by_hand(self):
        listener = self.listen("--user", "hand")
        sender = subprocess.Popen([support.binary(), "send", "--user", "hand", "--message", "hi"], text=True,
                                  cwd=self.hub.directory, env=support.clean_environment(self.hub.directory),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        request = json.loads(listener.process.stdout.readline())
        self.assertEqual(request["message"], "hi")
        listener.type('{"chunk":1}')
        first = json.loads(sender.stdout.readline())
        self.assertEqual((first["chunk"], first["correlation_id"]), (1, request["correlation_id"]))
        listener.type('{"broken":')
        listener.type("that's all")
        rest, _ = sender.communicate(timeout=SECONDS)
        self.assertEqual(json.loads(rest)["data"], {"message": "that's all"})
        self.assertEqual(sender.returncode, 0)
        code, _, errors = listener.end()
        self.assertEqual(code, 130)
        self.assertIn("nothing was sent", errors)

    def test_a_line_before_the_first_request_waits_for_it(self):
        listener = self.listen("--user", "early")
        listener.type("ready answer")
        code, events = self.send("--user", "early", "--message", "hi")
        self.assertEqual((code, events[0]["data"]), (0, {"message": "ready answer"}))

    def test_one_line_a_message_and_count(self):
        listener = self.listen("--user", "lines", "--count", "2", "--json")
        for data in ('{"a":\n 1}', '{"a":2}'):
            self.assertEqual(self.run_command("push", "--user", "lines", "--data", data).returncode, 0)
        listener.process.wait(SECONDS)
        output, _ = listener.process.communicate(timeout=SECONDS)
        self.assertEqual(listener.process.returncode, 0)
        self.assertEqual([json.loads(line)["a"] for line in output.splitlines()], [1, 2])

    def test_users_of_any_script(self):
        self.listen("--user", "Zoë +&=%41 李", "--echo")
        self.assertEqual(self.send("--user", "Zoë +&=%41 李", "--message", "x")[0], 0)


class Ends(ClientTestCase):
    settings = {"sse_response_timeout": "500ms"}

    def test_push(self):
        self.listen("--user", "there")
        result = self.run_command("push", "--user", "there", "--message", "x", "--event-type", "t", "--event-id", "7")
        self.assertEqual((result.returncode, json.loads(result.stdout)["status"]), (0, "success"))
        result = self.run_command("push", "--user", "absent", "--message", "x")
        self.assertEqual((result.returncode, json.loads(result.stdout)["status"]), (1, "partial"))

    def test_data_from_stdin_and_from_a_file(self):
        listener = self.listen("--user", "files", "--count", "2")
        self.assertEqual(self.run_command("push", "--user", "files", "--data", "-", stdin='{"from":"stdin"}').returncode, 0)
        with open(os.path.join(self.hub.directory, "data.json"), "w", encoding="utf-8") as file:
            file.write('{"from":"file"}')
        self.assertEqual(self.run_command("push", "--user", "files", "--data", "@data.json").returncode, 0)
        output, _ = listener.process.communicate(timeout=SECONDS)
        self.assertEqual([json.loads(line)["from"] for line in output.splitlines()], ["stdin", "file"])

    def test_send_to_nobody_and_timeout_end_with_1(self):
        code, events = self.send("--user", "absent", "--message", "x")
        self.assertEqual((code, events[0]["error"]), (1, "User not connected"))
        self.listen("--user", "silent")
        code, events = self.send("--user", "silent", "--message", "x")
        self.assertEqual((code, events[-1]["error"]), (1, "Timeout waiting for response"))

    def test_second_session_is_refused_with_1(self):
        self.listen("--user", "once")
        result = self.run_command("connect", "--user", "once")
        self.assertEqual(result.returncode, 1)
        self.assertIn("1008 User already connected", result.stderr)

    def test_wrong_path_is_refused_with_1(self):
        result = self.run_command("connect", "--user", "a", "--path", "/nope")
        self.assertEqual(result.returncode, 1)
        self.assertIn("404", result.stderr)
        result = self.run_command("push", "--user", "a", "--message", "x", "--path", "/nope")
        self.assertEqual(result.returncode, 1)
        self.assertIn("Not Found", result.stderr)

    def test_bad_usage_ends_with_2_and_one_line(self):
        for arguments in (["pusch"], ["push"], ["push", "--user", "a"], ["push", "--user", "a", "--data", "[]"],
                          ["push", "--user", "a", "--data", '{"a":01}'], ["push", "--user", "a", "--data", "@missing"],
                          ["push", "--user", "a", "--message", "x", "--data", "{}"], ["send", "--user"],
                          ["push", "--user", "a\nb", "--message", "x"], ["send", "--usr", "a"], ["push", "word"],
                          ["connect"], ["connect", "--user", "a", "--reply", "{"], ["connect", "--user", "a", "--count", "0"],
                          ["connect", "--user", "a", "--hub", "ftp://x"], ["connect", "--user", "a", "--echo", "--reply", "x"],
                          ["push", "--user", "a", "--message", "x", "--ca", "missing.pem"]):
            with self.subTest(arguments=arguments):
                result = self.run_command(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_unknown_options_and_subcommands_get_a_suggestion(self):
        self.assertIn("did you mean push?", self.run_command("pusch").stderr)
        self.assertIn("did you mean --user?", self.run_command("send", "--usr", "a").stderr)
        self.assertIn("did you mean --port?", self.run_command("--prot", "1").stderr)

    def test_help_and_version(self):
        for arguments in (["--help"], ["help"], ["serve", "--help"], ["help", "send"], ["connect", "--help"], ["listen", "-h"],
                          ["push", "--help"], ["send", "--user", "a", "--help"]):
            with self.subTest(arguments=arguments):
                result = self.run_command(*arguments)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("Usage:", result.stdout)
        self.assertRegex(self.run_command("--version").stdout, r"^trunkline \d+\.\d+\.\d+\n$")

    def test_interrupted_send_ends_with_130(self):
        client = self.join("slow")
        sender = subprocess.Popen([support.binary(), "send", "--user", "slow", "--message", "x"], cwd=self.hub.directory,
                                  env=support.clean_environment(self.hub.directory), stdout=subprocess.PIPE)
        self.assertEqual(client.json()["message"], "x")
        sender.send_signal(signal.SIGINT)
        sender.communicate(timeout=SECONDS)
        self.assertEqual(sender.returncode, 130)


class Finding(unittest.TestCase):
    def hub(self, **keywords):
        started = Hub(**keywords)
        self.addCleanup(started.kill)
        return started

    def test_every_hub_leaves_a_ready_file_in_the_runtime_directory(self):
        started = self.hub()
        path = os.path.join(started.directory, "trunkline", "hub-%d.json" % started.process.pid)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(json.load(file), started.ready)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode), 0o700)
        self.assertEqual(started.stop(), 0)
        self.assertFalse(os.path.exists(path))

    def test_order(self):
        own, other = self.hub(), self.hub()
        client = other.join("alice")
        self.addCleanup(client.leave)
        push = ["push", "--user", "alice", "--message", "x"]
        statuses = [run(*push, directory=own.directory).returncode,
                    run(*push, directory=own.directory, env={"TRUNKLINE_HUB": other.ready["url"]}).returncode,
                    run(*push, "--hub", own.ready["url"], directory=own.directory, env={"TRUNKLINE_HUB": other.ready["url"]}).returncode,
                    run(*push, "--hub", "127.0.0.1:%d/" % other.port, directory=own.directory).returncode]
        self.assertEqual(statuses, [1, 0, 1, 0])

    def test_files_of_killed_hubs_do_not_count(self):
        started = self.hub()
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        path = os.path.join(started.directory, "trunkline", "hub-%d.json" % dead.pid)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(dict(started.ready, pid=dead.pid, port=1, url="http://127.0.0.1:1"), file)
        later = time.time() + 60
        os.utime(path, (later, later))
        self.assertEqual(run("push", "--user", "a", "--message", "x", directory=started.directory).returncode, 1)

    def test_nobody_there_ends_with_4_and_says_what_to_do(self):
        started = self.hub()
        for command in (["push", "--user", "a", "--message", "x"], ["send", "--user", "a", "--message", "x"], ["connect", "--user", "a"]):
            with self.subTest(command=command[0]):
                result = run(*command, "--hub", "http://127.0.0.1:1", directory=started.directory)
                self.assertEqual(result.returncode, 4, result.stderr)
                self.assertIn("serve starts one", result.stderr)

    def test_the_hubs_own_paths_and_token_are_used(self):
        started = self.hub(arguments=["--ws-path", "/socket", "--auth-tokens", "s3cret:publish+subscribe"])
        for arguments in ([], ["--hub", started.ready["url"]]):
            listener = Listener(started.directory, "--user", "alice", "--count", "1", *arguments).await_connected()
            self.assertEqual(run("push", "--user", "alice", "--message", "x", *arguments, directory=started.directory).returncode, 0)
            listener.process.communicate(timeout=SECONDS)
            self.assertEqual(listener.process.returncode, 0)

    def test_hub_that_stops_or_dies_ends_connect_and_send_with_4(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number):
                started = self.hub()
                listener = Listener(started.directory, "--user", "alice").await_connected()
                sender = subprocess.Popen([support.binary(), "send", "--user", "alice", "--message", "x"], cwd=started.directory,
                                          env=support.clean_environment(started.directory), stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE)
                listener.process.stdout.readline()      # the request is there, so its stream is open
                started.process.send_signal(number)
                listener.process.stdin.close()
                self.assertEqual(listener.process.wait(SECONDS), 4)
                sender.communicate(timeout=SECONDS)
                self.assertEqual(sender.returncode, 4)
                listener.process.stdout.close()
                listener.process.stderr.close()

    def test_reconnect(self):
        first = self.hub()
        port = str(first.port)
        listener = Listener(first.directory, "--user", "alice", "--reconnect", "--echo", "--hub", first.ready["url"]).await_connected()
        self.assertEqual(first.stop(), 0)
        second = self.hub(arguments=["--port", port])
        listener.await_connected()
        result = run("send", "--user", "alice", "--message", "again", directory=second.directory)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(listener.end()[0], 130)


class OnATerminal(ClientTestCase):
    def on_terminal(self, *arguments, env=None):
        """What a command writes to a terminal."""
        master, slave = pty.openpty()
        environment = support.clean_environment(self.hub.directory, dict({"TERM": "xterm"}, **(env or {})))
        process = subprocess.Popen([support.binary(), *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
                                   cwd=self.hub.directory, env=environment)
        os.close(slave)
        output = b""
        try:
            while chunk := os.read(master, 65536):
                output += chunk
        except OSError:
            pass        # Linux' way to say that the other side has ended
        os.close(master)
        process.wait(SECONDS)
        return output.replace(b"\r\n", b"\n")

    def test_pretty_and_colored_there_only(self):
        push = ["push", "--user", "nobody", "--message", "x"]
        colored = self.on_terminal(*push)
        self.assertTrue(colored.startswith(b"{\n  \x1b["), colored)
        plain = self.on_terminal(*push, env={"NO_COLOR": "1"})
        self.assertTrue(plain.startswith(b'{\n  "status": "partial"'), plain)
        self.assertNotIn(b"\x1b", self.on_terminal(*push, env={"TERM": "dumb"}))
        self.assertEqual(self.on_terminal(*push, "--json").count(b"\n"), 1)
        piped = self.run_command(*push, env={"TERM": "xterm"})
        self.assertEqual(piped.stdout.count("\n"), 1)
        self.assertNotIn("\x1b", piped.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
