# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the test bench share: running the program, reading captures."""
import json
import os
import signal
import subprocess
import tempfile
import unittest

import hub as support

SECONDS = 60


def read_capture(path):
    """(header, entries, gaps); strict: every line is whole."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return lines[0], [line for line in lines[1:] if "n" in line], [line for line in lines[1:] if "gap" in line]


class BenchTestCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="trunkline-test-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def path(self, name):
        return os.path.join(self.directory, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def run_command(self, *arguments, env=None, seconds=SECONDS):
        result = subprocess.run([support.binary(), *arguments], capture_output=True, timeout=seconds, cwd=self.directory, text=True,
                                stdin=subprocess.DEVNULL, env=support.clean_environment(self.directory, env))
        if support.REPORTS.search(result.stderr):
            raise AssertionError(result.stderr)
        return result

    def start_command(self, *arguments, env=None):
        """A process that runs until the test ends it; its stderr and stdout go to a file."""
        log = open(self.path("log-%d" % len(os.listdir(self.directory))), "w+", encoding="utf-8")
        process = subprocess.Popen([support.binary(), *arguments], stdout=log, stderr=subprocess.STDOUT, cwd=self.directory,
                                   stdin=subprocess.DEVNULL, env=support.clean_environment(self.directory, env))
        self.addCleanup(log.close)
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.wait()))

        def text():
            with open(log.name, encoding="utf-8") as file:
                return file.read()
        process.text = text
        return process

    def start_hub(self, **keywords):
        hub = support.Hub(**keywords)
        self.addCleanup(hub.stop_cleanly)
        return hub

    def end(self, process):
        process.send_signal(signal.SIGINT)
        return process.wait(SECONDS)
