# SPDX-License-Identifier: GPL-3.0-or-later
"""trunkline check: verdicts, what a failed one says and leaves, its forms for programs; every example passes."""
import glob
import json
import os
import pty
import re
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree

from bench import BenchTestCase, read_capture
from hub import eventually

import hub as support

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3)
PYTHON_FIRST = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]      # the one that has websockets
EXAMPLES = os.path.join(ROOT, "docs", "examples")

LATE = """
name: late chunk
users:
  tokens: {bot: tokens}
bots:
  tokens:
    - reply: {tokens: ["one ", "two ", {text: "three ", after: 600ms}, "four"], every: 5ms}
steps:
  - send: {user_id: tokens, data: {message: hi}}
    expect: {events: 4, max_gap: 250ms}
"""

GOOD = """
name: good %d
users:
  alice: {}
steps:
  - push: {user_id: alice, data: {n: 1, big: 123456789012345678901234567890}}
    expect: {status: success}
  - received: {user: alice, exactly: 1, match: {n: 1, big: 123456789012345678901234567890}, within: 100ms}
"""


def scenarios():
    return sorted(path for path in glob.glob(os.path.join(EXAMPLES, "*.yaml")) if "steps:" in open(path, encoding="utf-8").read())


class Check(BenchTestCase):
    def test_examples_pass(self):
        self.assertGreaterEqual(len(scenarios()), 4)
        result = self.run_command("check", *scenarios(), "--own", "--jobs", "2", env={"PATH": PYTHON_FIRST})
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("%d passed, 0 failed" % len(scenarios()), result.stdout)
        self.assertFalse(glob.glob(self.path("*.trunk")))       # nothing is left of what passed

    def test_late_chunk_is_named_and_leaves_its_capture(self):
        result = self.run_command("check", self.write("late.yaml", LATE), "--own", "--junit", self.path("out.xml"))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"late\.yaml:9:\d+: send")
        self.assertRegex(result.stdout, r"expected: at most 250 ms between two chunks")
        self.assertRegex(result.stdout, r"came: +chunk 3 of 4 came \d+ ms after chunk 2: .*three")
        self.assertIn("longest gap", result.stdout)             # the timeline, with its owner
        self.assertRegex(result.stdout, r"tokens token 3")
        self.assertIn("0 passed, 1 failed", result.stdout)
        command = re.search(r"trunkline-desktop (\S+) --select (\S+)", result.stdout)     # tst_capturewindow opens it
        made = self.run_command("capsule", command[1], "--cid", command[2], "--output", self.path("late.trunkcase"))
        self.assertEqual(made.returncode, 0, made.stderr)
        _, entries, _ = read_capture(self.path(command[1]))
        replies = [e for e in entries if e.get("cid") == command[2] and e["kind"] == "reply"]
        self.assertEqual(len(replies), 4)
        self.assertGreater(replies[2]["t_us"] - replies[1]["t_us"], 250_000)
        self.assertNotIn("\x1b", result.stdout)                 # no colors: not a terminal

        suite = ElementTree.parse(self.path("out.xml")).getroot()
        self.assertEqual((suite.tag, suite.get("tests"), suite.get("failures"), suite.get("errors")), ("testsuites", "1", "1", "0"))
        case = suite.find("testsuite/testcase")
        self.assertEqual(case.get("name"), "late chunk")
        self.assertIn("chunk 3 of 4", case.find("failure").get("message"))
        self.assertIn("longest gap", case.find("failure").text)
        self.assertIn("trunkline-desktop", case.find("system-out").text)

    def test_junit_is_valid(self):
        """Against tests/support/junit.xsd: what GitHub, GitLab and Jenkins agree on."""
        cannot = "name: <odd> & \"quoted\" \u0001\nusers: {bot: {command: [/no/such/program]}}\nsteps:\n  - connected: {user: bot}\n"
        files = [self.write("late.yaml", LATE), self.write("good.yaml", GOOD % 1), self.write("cannot.yaml", cannot.replace("\u0001", ""))]
        self.run_command("check", *files, "--own", "--junit", self.path("out.xml"))
        schema = os.path.join(ROOT, "tests", "support", "junit.xsd")

        def lint(name):
            return subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, self.path(name)], capture_output=True, text=True, timeout=60)
        result = lint("out.xml")
        self.assertEqual(result.returncode, 0, result.stderr)
        suite = ElementTree.parse(self.path("out.xml")).getroot()
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("errors")), ("3", "1", "1"))
        report = self.read("out.xml")
        for wrong in (report.replace("<failure ", "<failed ").replace("</failure>", "</failed>"), report.replace('tests="3"', 'tests="three"'),
                      report.replace("<testcase name=", "<testcase nam=")):
            self.assertNotEqual(wrong, report)
            self.write("wrong.xml", wrong)
            self.assertNotEqual(lint("wrong.xml").returncode, 0)        # the schema notices

    def test_json(self):
        result = self.run_command("check", self.write("late.yaml", LATE), self.write("good.yaml", GOOD % 1), "--own", "--json")
        self.assertEqual(result.returncode, 1)
        value = json.loads(result.stdout)
        self.assertEqual((value["passed"], value["failed"]), (1, 1))
        late, good = value["scenarios"]
        self.assertEqual((late["outcome"], good["outcome"]), ("failed", "passed"))
        self.assertEqual((late["failures"][0]["line"], late["failures"][0]["step"]), (9, "send"))
        self.assertTrue(os.path.exists(self.path(late["capture"])))

    def test_every_expectation_can_fail(self):
        head = "users:\n  alice: {}\n  b: {bot: b}\nbots:\n  b: [{reply: {chunks: [{d: x, n: 1}, {d: y, n: 2}], every: 20ms}}]\nsteps:\n"
        send = "  - send: {user_id: b, data: {}}\n    expect: {%s}\n"
        cases = {
            "events: 3": "exactly 3 chunks",
            "events: {max: 1}": "0 to 1 chunks",
            "done_within: 10ms": "the end of the stream within 10 ms",
            "text: {path: data.d, is: 'xz'}": 'the text at data.d',
            "last: {data: {n: 3}}": "data.n: 2, wanted 3",
            "last: {is_final: {$absent: true}}": "is_final: true",
            "any: {data: {n: 9}}": "matches `any`",
            "http: 409": "HTTP 409",
        }
        for number, (expect, text) in enumerate(cases.items()):
            result = self.run_command("check", self.write("c%d.yaml" % number, head + send % expect), "--own")
            self.assertEqual(result.returncode, 1, expect + result.stdout + result.stderr)
            self.assertIn(text, result.stdout, expect)
        slow = self.write("slow.yaml", (head + send % "first_within: 100ms").replace("every: 20ms", "after: 300ms"))
        result = self.run_command("check", slow, "--own")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"expected: the first chunk within 100 ms")
        steps = {
            "push: {user_id: nobody, data: {}}\n    expect: {status: success}": 'status: "partial", wanted "success"',
            "push: {user_id: alice}\n    expect: {status: success}": "HTTP 422",
            "received: {user: alice, within: 50ms}": "no message at all",
            "push: {user_id: alice, data: {n: 1}}\n  - received: {user: alice, exactly: 0, within: 50ms}": "exactly 0 messages",
            "push: {user_id: alice, data: {n: 2}}\n  - push: {user_id: alice, data: {n: 1}}\n"
            "  - received: {user: alice, exactly: 2, within: 100ms, in_order: true}": "1 came behind 2",
            "push: {user_id: alice, data: {n: 1}}\n  - received: {user: alice, match: {n: 2}, within: 50ms}": "n: 1, wanted 2",
            "connected: {user: alice, within: 1s}\n  - push: {user_id: alice, data: {}}\n    save: {x: nowhere}": "something to save at nowhere",
        }
        for number, (step, text) in enumerate(steps.items()):
            result = self.run_command("check", self.write("s%d.yaml" % number, head + "  - " + step + "\n"), "--own")
            self.assertEqual(result.returncode, 1, step + result.stdout + result.stderr)
            self.assertIn(text, result.stdout, step)

    def test_mistakes_end_2_with_their_place(self):
        result = self.run_command("check", self.write("bad.yaml", LATE.replace("max_gap", "max_gpa").replace("send:", "snd:")), "--own")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, r'bad\.yaml:9:5: a step knows no "snd", did you mean "send"\?')
        self.assertEqual(self.run_command("check").returncode, 2)
        self.assertEqual(self.run_command("check", self.path("none.yaml")).returncode, 2)
        self.assertEqual(self.run_command("check", self.write("a.yaml", GOOD % 1), "--only", "nothing").returncode, 2)

    def test_parallel_scenarios_each_with_own_users(self):
        """Four that pause take less time than theirs together: at hubs of their own, and at one hub."""
        files = [self.write("p%d.yaml" % n, (GOOD % n).replace("alice", "alice_%d" % n) + "  - pause: 2s\n") for n in range(4)]
        hub = self.start_hub()
        for where in (["--own"], ["--hub", hub.ready["url"], "--token", hub.ready["token"]]):
            began = time.monotonic()
            result = self.run_command("check", *files, *where, "--jobs", "4", "--json")
            took = time.monotonic() - began
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            value = json.loads(result.stdout)
            self.assertEqual((value["passed"], value["failed"]), (4, 0))
            together = sum(scenario["seconds"] for scenario in value["scenarios"])
            self.assertGreaterEqual(together, 8)
            self.assertLess(took, together, where)      # one after another: never less

    def test_colors_and_progress_on_a_terminal_only(self):
        files = [self.write("late.yaml", LATE), self.write("good.yaml", GOOD % 1)]
        screen, keyboard = pty.openpty()
        check = subprocess.Popen([support.binary(), "check", *files, "--own"], cwd=self.directory, stdin=keyboard, stdout=keyboard, stderr=keyboard,
                                 env=dict(support.clean_environment(self.directory), TERM="xterm"))
        os.close(keyboard)
        seen = b""
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:         # nobody writes any more
                break
            if not piece:
                break
            seen += piece
        os.close(screen)
        self.assertEqual(check.wait(30), 1)
        self.assertRegex(seen, rb"\x1b\[[0-9;]*m")
        self.assertIn(b"0 of 2 ...", seen)
        self.assertIn(b"1 passed, 1 failed", seen)

    def test_only(self):
        files = [self.write("g%d.yaml" % n, GOOD % n) for n in range(3)]
        result = self.run_command("check", *files, "--own", "--only", "good 1")
        self.assertEqual(result.returncode, 0)
        self.assertIn("1 passed, 0 failed", result.stdout)

    def test_at_a_hub_that_runs(self):
        hub = self.start_hub(sse_response_timeout="7s")
        where = ["--hub", hub.ready["url"], "--token", hub.ready["token"]]
        files = [self.write("g%d.yaml" % n, GOOD % n) for n in range(2)]
        result = self.run_command("check", *files, *where)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        same = self.run_command("check", self.write("same.yaml", "hub: {SSE_RESPONSE_TIMEOUT: 7s}" + GOOD % 3), *where)
        self.assertEqual(same.returncode, 0, same.stdout)
        other = self.run_command("check", self.write("other.yaml", "hub: {SSE_RESPONSE_TIMEOUT: 8s}" + GOOD % 3), *where)
        self.assertEqual(other.returncode, 2)
        self.assertIn("the scenario wants SSE_RESPONSE_TIMEOUT=8s, the hub has 7s", other.stdout)
        shared = self.run_command("check", *files, *where, "--jobs", "2")
        self.assertEqual(shared.returncode, 2)
        self.assertIn("two scenarios have a user alice", shared.stderr)
        late = self.run_command("check", self.write("late.yaml", LATE), *where)
        self.assertEqual(late.returncode, 1)
        self.assertIn("chunk 3 of 4", late.stdout)
        self.assertTrue(read_capture(self.path("late-chunk.trunk"))[1])

    def test_no_hub_ends_4(self):
        result = self.run_command("check", self.write("g.yaml", GOOD % 1), "--hub", "http://127.0.0.1:9")
        self.assertEqual(result.returncode, 4, result.stdout + result.stderr)

    def test_program_that_cannot_start_ends_2(self):
        text = "users: {b: {command: [/nowhere/program]}}\nsteps:\n  - connected: {user: b, within: 5s}\n"
        result = self.run_command("check", self.write("p.yaml", text), "--own")
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("cannot start /nowhere/program", result.stdout)

    def test_program_that_ends_is_said_at_once(self):
        text = "users: {b: {command: [%s, -c, 'print(\"no luck\"); raise SystemExit(3)']}}\nsteps:\n  - connected: {user: b, within: 60s}\n" % sys.executable
        result = self.run_command("check", self.write("p.yaml", text), "--own", seconds=30)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("its program ended with exit code 3", result.stdout)
        self.assertIn("no luck", result.stdout)

    def test_watch_runs_again_on_save(self):
        path = self.write("g.yaml", GOOD % 1)
        check = self.start_command("check", path, "--own", "--watch")
        eventually(lambda: "Waiting for a change" in check.text(), 30, "the first run")
        self.write("g.yaml", (GOOD % 2).replace("status: success", "status: partial"))
        eventually(lambda: "0 passed, 1 failed" in check.text(), 30, "the second run")
        self.write("g.yaml", "steps: [")
        eventually(lambda: "g.yaml:1" in check.text() and check.text().count("Waiting") == 3, 30, "the third")
        self.write("g.yaml", GOOD % 4)
        eventually(lambda: "good 4" in check.text(), 30, "the fourth")
        self.assertEqual(self.end(check), 130)


class Schema(BenchTestCase):
    """docs/scenario.schema.json says what the program says."""

    def setUp(self):
        super().setUp()
        import jsonschema
        import yaml
        self.yaml = yaml
        with open(os.path.join(ROOT, "docs", "scenario.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        self.validator = jsonschema.Draft7Validator(schema)

    def problems(self, text):
        return [error.message for error in self.validator.iter_errors(self.yaml.safe_load(text))]

    def test_examples_are_valid(self):
        for path in scenarios():
            with open(path, encoding="utf-8") as file:
                self.assertEqual(self.problems(file.read()), [], path)

    def test_mistakes_are_not(self):
        for text in ("name: x\n", LATE.replace("send:", "snd:"), LATE.replace("max_gap", "max_gpa"), LATE.replace("users:", "usrs:"),
                     LATE.replace("reply:", "repl:"), LATE + "faults: [{do: drp}]\n", "steps: []\n"):
            self.assertTrue(self.problems(text), text)
            self.assertEqual(self.run_command("check", self.write("bad.yaml", text), "--own").returncode, 2, text)


if __name__ == "__main__":
    unittest.main()
