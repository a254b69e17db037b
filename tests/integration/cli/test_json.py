# SPDX-License-Identifier: GPL-3.0-or-later
"""--json: every command that prints has it, and what it prints then are objects, one a line unless it is a document. NO_COLOR."""
import json
import os
import pty
import re
import subprocess
import unittest

from bench import BenchTestCase
from hub import eventually

import hub as support

BOTS = "bots: {echo: [{reply: {text: 'you said ${message}'}}]}\n"
SCENARIO = "name: one\nsteps:\n  - push: {user_id: nobody, data: {message: hi}}\n"
SECONDS = 60


class Json(BenchTestCase):
    def objects(self, result, code=0):
        """What stdout holds, one object a line."""
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertNotIn("\x1b", result.stdout)
        found = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertTrue(all(isinstance(one, dict) for one in found))
        return found

    def one(self, result, code=0):
        found, = self.objects(result, code)
        return found

    def test_every_command_has_it(self):
        listed = re.findall(r"^  ([a-z]+) {2,}", self.run_command("--help").stdout, re.MULTILINE)
        self.assertGreater(len(listed), 12)
        for command in listed:
            self.assertRegex(self.run_command(command, "--help").stdout, r"(?m)^ +--json\b", command)

    def test_version(self):
        found = self.one(self.run_command("--version", "--json"))
        self.assertEqual("trunkline %s\n" % found["version"], self.run_command("--version").stdout)
        self.assertTrue(found["qt"].startswith("6."))

    def test_check_config(self):
        found = self.one(self.run_command("serve", "--check-config", "--json", "--port", "9002", env={"AUTH_TOKENS": "hunter2:admin"}))
        self.assertEqual(found["PORT"], {"value": "9002", "origin": "flag --port"})
        self.assertEqual(found["AUTH_TOKENS"]["value"], "********")
        lines = self.run_command("serve", "--check-config").stdout.splitlines()
        self.assertEqual(set(found), {line.split("=")[0] for line in lines})
        refused = self.run_command("serve", "--json")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("--log-format json", refused.stderr)

    def test_cert(self):
        found = self.one(self.run_command("cert", "--json", "--host", "hub.example"))
        self.assertEqual(found["names"][-1], "hub.example")
        self.assertTrue(all(os.path.isfile(self.path(found[name])) for name in ("certificate", "key")))

    def test_push_send_and_connect(self):
        hub = self.start_hub()
        to = ["--hub", hub.ready["url"], "--json"]
        listener = self.start_command("connect", "--user", "alice", "--echo", "--count", "2", *to)
        eventually(lambda: hub.connections() == 1, what="alice")
        self.assertEqual(self.one(self.run_command("push", "--user", "alice", "--message", "x", *to))["status"], "success")
        reply, = self.objects(self.run_command("send", "--user", "alice", "--message", "y", *to))
        self.assertTrue(reply["is_final"])
        self.assertEqual(self.one(self.run_command("push", "--user", "nobody", "--message", "x", *to), 1)["status"], "partial")
        self.assertEqual(listener.wait(SECONDS), 0)

    def test_demo(self):
        found = self.one(self.run_command("demo", "--json", "--load", "3"))
        self.assertEqual(found["exchange"]["state"], "done")
        self.assertEqual(found["exchange"]["chunks"], 12)
        self.assertGreater(len(found["answer"]), 12)
        self.assertEqual((found["load"]["wanted"], found["load"]["users"]), (3, 3))
        self.assertGreater(found["load"]["burst_us"], 0)
        self.assertNotIn("load", self.one(self.run_command("demo", "--json")))

    def test_bot(self):
        hub = self.start_hub()
        bot = self.start_command("bot", self.write("bots.yaml", BOTS), "--hub", hub.ready["url"], "--json")
        eventually(lambda: hub.connections() == 1, what="the bot")
        with hub.open_stream({"user_id": "echo", "data": {"message": "a > b"}}) as stream:
            stream.events()
        eventually(lambda: '"out"' in bot.text(), what="what it said")
        self.end(bot)
        lines = [json.loads(line) for line in bot.text().splitlines() if line.startswith("{")]
        self.assertEqual([(one["bot"], one["direction"]) for one in lines], [("echo", "in"), ("echo", "out")])
        self.assertEqual(lines[0]["message"]["message"], "a > b")
        self.assertEqual(lines[1]["message"]["data"]["message"], "you said a > b")

    def test_captures(self):
        """record, export, capsule, replay and tail: from the message to the issue."""
        hub = self.start_hub()
        to = ["--hub", hub.ready["url"], "--token", hub.ready["token"]]
        recorder = self.start_command("record", *to, "--output", "c.trunk", "--json")
        eventually(lambda: "Recording" in recorder.text(), what="the recorder")
        user = hub.join("alice")
        with hub.open_stream({"user_id": "alice", "data": {"correlation_id": "c1", "password": "x"}}) as stream:
            user.receive()
            user.send({"correlation_id": "c1", "is_final": True})
            stream.events()
        tailed = self.objects(self.run_command("tail", "--count", "1", "--json", *to))
        self.assertEqual((tailed[0]["correlation"], tailed[0]["state"]), ("c1", "done"))
        user.leave()
        eventually(lambda: "disconnect" in read(self.path("c.trunk")), what="the end in the capture")
        self.end(recorder)
        summary = json.loads(recorder.text().splitlines()[-1])
        self.assertEqual((summary["file"], summary["skipped"]), ("c.trunk", 0))
        self.assertGreater(summary["messages"], 4)

        capsule = self.one(self.run_command("capsule", "c.trunk", "--cid", "c1", "--json", "--preview"))
        self.assertEqual((capsule["file"], capsule["written"]), ("c1.trunkcase", False))
        self.assertIn({"path": "data.password", "messages": 1}, capsule["masked"])
        self.assertFalse(os.path.exists(self.path("c1.trunkcase")))
        capsule = self.one(self.run_command("capsule", "c.trunk", "--cid", "c1", "--json"))
        self.assertTrue(capsule["written"] and os.path.isfile(self.path(capsule["file"])))

        number = next(json.loads(line)["n"] for line in read(self.path("c.trunk")).splitlines()[1:] if '"request"' in line)
        command = self.one(self.run_command("export", "c.trunk", "--curl", str(number), "--json"))["command"]
        self.assertTrue(command.startswith("curl "), command)
        self.assertEqual(command, self.run_command("export", "c.trunk", "--curl", str(number)).stdout.strip())
        written = self.one(self.run_command("export", "c.trunk", "--har", "--output", "c.har", "--json"))
        self.assertEqual(written, {"file": "c.har", "bytes": os.path.getsize(self.path("c.har"))})
        self.assertIn("log", json.loads(self.run_command("export", "c.trunk", "--har", "--json").stdout))

        replay = self.run_command("replay", "c.trunk", "--own", "--json")
        self.assertEqual(replay.returncode, 0, replay.stderr)
        self.assertEqual(json.loads(replay.stdout)["differences"], [])

    def test_check_and_lint(self):
        check = self.run_command("check", self.write("one.yaml", SCENARIO), "--own", "--json")
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertIsInstance(json.loads(check.stdout), dict)
        hub = self.start_hub()
        lint = self.run_command("lint", hub.ready["url"] + "/sse/send", "--data", '{"user_id":"nobody","data":{}}', "--json")
        self.assertIsInstance(json.loads(lint.stdout), dict)


class Colors(BenchTestCase):
    def on_terminal(self, *arguments, env):
        """All that a command writes to a terminal, stdout and stderr."""
        master, slave = pty.openpty()
        environment = support.clean_environment(self.directory, {"TERM": "xterm", **env})
        process = subprocess.Popen([support.binary(), *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, cwd=self.directory,
                                   env=environment)
        os.close(slave)
        output = b""
        try:
            while chunk := os.read(master, 65536):
                output += chunk
        except OSError:
            pass        # Linux' way to say that the other side has ended
        os.close(master)
        process.wait(SECONDS)
        return output

    def test_no_color(self):
        """https://no-color.org: set and not empty. Everything that has colors on a terminal, without one."""
        hub = self.start_hub()
        to = ["--hub", hub.ready["url"], "--token", hub.ready["token"]]
        with hub.open_stream({"user_id": "nobody", "data": {"correlation_id": "c1"}}) as stream:
            stream.events()
        self.write("one.yaml", SCENARIO)
        serve = ["serve", "--port", "0", "--exit-when-idle", "50ms", "--log-format", "<green>{level}</green> {message}"]
        for command in (["push", "--user", "nobody", "--message", "x", *to], ["tail", "--count", "1", *to], ["tail", "--cid", "c1", *to],
                        ["check", "one.yaml", "--own"], ["demo", *to], serve):
            with self.subTest(command=command[0]):
                colored = self.on_terminal(*command, env={"NO_COLOR": ""})
                self.assertIn(b"\x1b[", colored)
                plain = self.on_terminal(*command, env={"NO_COLOR": "1"})
                self.assertTrue(plain)
                self.assertNotIn(b"\x1b", plain)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    unittest.main(verbosity=2)
