# SPDX-License-Identifier: GPL-3.0-or-later
"""`trunkline demo`: the answer and its waterfall, and a load of users under a small limit of open files."""
import resource
import subprocess
import tempfile
import unittest

import hub as support


def demo(*arguments, open_files=0):
    """Runs the demo with a hub of its own; other hubs of this user are out of sight."""
    with tempfile.TemporaryDirectory() as runtime:
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))) if open_files else None
        return subprocess.run([support.binary(), "demo", *arguments], env=support.clean_environment(runtime), cwd=runtime, preexec_fn=limit, capture_output=True,
                              text=True, timeout=120, check=False)


class Demo(unittest.TestCase):
    def test_answers_and_shows_where_the_time_went(self):
        run = demo()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("waiting for demo_bot", run.stdout)
        self.assertIn("a hub of its own at", run.stderr)

    def test_a_load_that_fits_stays_in_one_process(self):
        run = demo("--load", "30")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("30 of 30 users connected", run.stderr)
        self.assertNotIn("second process", run.stderr)

    def test_a_load_that_does_not_fit_gets_its_hub_in_a_second_process(self):
        run = demo("--load", "150", open_files=1200)      # both ends of 150 connections and 1,024 files are too many
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("second process", run.stderr)
        self.assertIn("150 of 150 users connected", run.stderr)

    def test_says_why_a_load_stayed_small(self):
        run = demo("--load", "900", open_files=1200)      # too many for one end, too
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("of 900 users connected", run.stderr)
        self.assertIn("ulimit -n", run.stderr.split("users connected", 1)[1])


if __name__ == "__main__":
    unittest.main()
