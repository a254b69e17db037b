# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of docs/clients.md work as they stand: each is taken out of the page, only the hub's port is put in, and run."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

import chromium
from hub import HubTestCase, eventually, main

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAM = re.compile(r"^`([a-z_]+\.(sh|py|js|mjs|html))`.*?\n```[a-z]*\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
RUN = {"sh": ["bash", "-eu"], "py": [sys.executable], "js": ["node"], "mjs": ["node"]}
ANSWER = {"text": "you said: hi", "is_final": True}


def read(path):
    with open(os.path.join(ROOT, "docs", path), encoding="utf-8") as file:
        return file.read()


class Page(HubTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programs = {name: text for name, _, text in PROGRAM.findall(read("clients.md"))}

    def command(self, name):
        """The program as a file, for this hub."""
        path = os.path.join(self.hub.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.programs[name].replace("127.0.0.1:8080", "127.0.0.1:%d" % self.hub.port))
        return [*RUN[name.rsplit(".", 1)[1]], path]

    def qt(self, what):
        client = os.environ.get("TRUNKLINE_QT_CLIENT", "")
        if not client:
            self.skipTest("TRUNKLINE_QT_CLIENT does not name the program of docs/examples/qt")
        return [client, what]

    def variables(self):
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**kept, "TRUNKLINE_HUB": "http://127.0.0.1:%d" % self.hub.port}

    def run_program(self, command):
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=self.variables(), check=False)
        self.assertEqual(result.returncode, 0, "%s\n%s" % (result.stdout, result.stderr))
        return result.stdout

    def listen(self, command):
        listener = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                                    env=self.variables())
        def end():
            listener.send_signal(signal.SIGKILL)
            listener.wait()
            eventually(lambda: self.hub.connections() == 0, what="the listener to be gone")
        self.addCleanup(end)
        eventually(lambda: self.hub.connections() == 1, 30, "the listener of " + command[-1])

    def senders(self):
        return [self.command("send.sh"), self.command("send.py"), self.command("send.mjs"), self.qt("send")]

    def check_listener(self, command):
        self.listen(command)
        for sender in self.senders():
            with self.subTest(sender=sender[-1]):
                replies = [json.loads(line) for line in self.run_program(sender).splitlines() if line.startswith("{")]
                self.assertEqual(len(replies), 1)
                self.assertLessEqual(ANSWER.items(), replies[0].items())

    def test_python_bot(self):
        self.check_listener(self.command("bot.py"))
        self.assertEqual(json.loads(self.run_program(self.command("push.sh")))["status"], "success")

    def test_node_bot(self):
        self.check_listener(self.command("bot.js"))

    def test_qt_bot(self):
        self.check_listener(self.qt("listen"))

    def test_qt_program_is_the_one_of_the_page(self):
        page = re.search(r"```cpp\n(.*?)\n```", read("clients.md"), re.DOTALL)[1]
        self.assertIn(page, read("examples/qt/main.cpp"))

    def test_senders_say_who_is_away(self):
        for sender in self.senders()[1:3]:
            result = subprocess.run(sender, capture_output=True, text=True, timeout=60, check=False)
            self.assertNotEqual(result.returncode, 0, sender)
            self.assertIn("User not connected", result.stderr)

    @unittest.skipUnless(chromium.program(), "there is no Chromium")
    def test_event_source_answers(self):
        text = self.programs["listen.js"].replace("127.0.0.1:8080", "127.0.0.1:%d" % self.hub.port)
        with chromium.Chromium() as browser, chromium.PageServer({"/": "<!doctype html><title>elsewhere</title>"}) as pages:
            page = browser.open(pages.url("localhost"))
            page.run(text)
            eventually(lambda: self.hub.connections() == 1, what="the EventSource")
            for sender in self.senders()[:2]:
                replies = [json.loads(line) for line in self.run_program(sender).splitlines() if line.startswith("{")]
                self.assertLessEqual(ANSWER.items(), replies[0].items())
            page.close()
        eventually(lambda: self.hub.connections() == 0, what="the EventSource to be gone")

    @unittest.skipUnless(chromium.program() and shutil.which("node"), "there is no Chromium")
    def test_fetch_stream_works_in_a_browser_too(self):
        self.listen(self.command("bot.js"))
        text = self.programs["send.mjs"].replace("127.0.0.1:8080", "127.0.0.1:%d" % self.hub.port)
        page_script = text.replace("console.log(", "shown.push(")
        with chromium.Chromium() as browser, chromium.PageServer({"/": "<!doctype html><title>elsewhere</title>"}) as pages:
            page = browser.open(pages.url("localhost"))
            shown = page.run("const shown = [];" + page_script + "; return shown;")
        self.assertLessEqual(ANSWER.items(), json.loads(shown[0]).items())


if __name__ == "__main__":
    main()
