# SPDX-License-Identifier: GPL-3.0-or-later
"""Capsules: made from a capture, opened by others' tools and by our own."""
import io
import os
import unittest
import zipfile

from bench import BenchTestCase, read_capture

import hub as support


class Capsule(BenchTestCase):
    def test_from_a_failed_scenario_to_a_replay(self):
        self.write("late.yaml", """
name: late
users: {tokens: {bot: tokens}}
bots:
  tokens: [{reply: {tokens: ["one ", {text: "two", after: 400ms}]}}]
steps:
  - send: {user_id: tokens, data: {message: hi, password: hunter2}}
    expect: {max_gap: 100ms}
""")
        check = self.run_command("check", self.path("late.yaml"), "--own")
        self.assertEqual(check.returncode, 1, check.stdout)
        cid = check.stdout.split("--select ")[1].split()[0]
        preview = self.run_command("capsule", "late.trunk", "--cid", cid, "--preview")
        self.assertEqual(preview.returncode, 0, preview.stderr)
        self.assertIn("masked data.password in 1 message", preview.stderr)
        self.assertFalse([name for name in os.listdir(self.directory) if name.endswith(".trunkcase")])
        made = self.run_command("capsule", "late.trunk", "--cid", cid, "--output", "late.trunkcase")
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(self.path("late.trunkcase"), "rb") as file:
            data = file.read()
        self.assertNotIn(b"hunter2", data)
        archive = zipfile.ZipFile(io.BytesIO(data))
        self.assertIsNone(archive.testzip())
        self.assertEqual(sorted(archive.namelist()), ["capture.trunk", "report.html", "report.md", "repro.sh"])
        self.assertIn("reply 2", archive.read("report.html").decode())
        archive.extract("capture.trunk", self.directory)
        self.assertTrue(all(e.get("cid", cid) == cid for e in read_capture(self.path("capture.trunk"))[1]))
        replay = self.run_command("replay", "late.trunkcase", "--own", "--lockstep")
        self.assertEqual(replay.returncode, 0, replay.stdout + replay.stderr)
        self.assertIn("1 posted, 2 said by clients, 1 delivered, 2 events", replay.stdout)
        har = self.run_command("export", "late.trunkcase", "--har")
        self.assertEqual(har.returncode, 0, har.stderr)

    def test_bad_usage(self):
        path = self.write("a.trunk", '{"format":"1.0"}\n')
        for arguments in ([], [path], [path, "--cid", "x"], [self.write("b", "hello"), "--cid", "x"], [self.write("c", "PK nothing"), "--cid", "x"]):
            result = self.run_command("capsule", *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertFalse(support.REPORTS.search(result.stderr))


if __name__ == "__main__":
    unittest.main()
