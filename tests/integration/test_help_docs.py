# SPDX-License-Identifier: GPL-3.0-or-later
"""Man pages and completions are made of the help, say all of it, and their readers accept them."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from hub import binary, clean_environment, main

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class HelpDocs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="trunkline-help-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        subprocess.run([sys.executable, os.path.join(ROOT, "tools", "help_docs.py"), binary(), cls.directory], check=True, timeout=60)
        cls.commands = re.findall(r"(?m)^  ([a-z]+) {2,}\S", cls.help())

    @classmethod
    def help(cls, *arguments):
        return subprocess.run([binary(), *arguments, "--help"], check=True, capture_output=True, text=True, timeout=60,
                              env=clean_environment(cls.directory)).stdout

    def read(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8") as file:
            return file.read()

    def options(self, command):
        return re.findall(r"(?m)^  --([a-z][a-z0-9-]*)", self.help(command))

    def test_every_command_and_option_is_there(self):
        self.assertLessEqual({"serve", "connect", "push", "send"}, set(self.commands))
        bash, zsh, fish = self.read("bash/trunkline"), self.read("zsh/_trunkline"), self.read("fish/trunkline.fish")
        for command in self.commands:
            page = self.read("man1/trunkline-%s.1" % command).replace("\\-", "-")
            bash_line = re.search(r"(?m)^ +%s\) options='(.*)' ;;$" % command, bash)[1].split()
            zsh_line = re.search(r"(?m)^ +%s\) (_arguments .*) ;;$" % command, zsh)[1]
            self.assertTrue(self.options(command))
            for option in self.options(command):
                with self.subTest(command=command, option=option):
                    self.assertIn("\\fB--%s\\fR" % option, page)
                    self.assertIn("--" + option, bash_line)
                    self.assertRegex(zsh_line, "'--%s=?\\[" % option)
                    self.assertIn("'__fish_seen_subcommand_from %s' -l %s " % (command, option), fish)

    def test_the_readme_names_every_command_and_setting(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        with open(os.path.join(ROOT, "docs", "configuration.md"), encoding="utf-8") as file:
            settings = re.findall(r'<a id="([a-z0-9-]+)"></a>`([A-Z0-9_]+)`', file.read())
        self.assertGreater(len(settings), 60)
        for command in self.commands:
            self.assertIn("`./run.sh %s" % command, readme)
        for anchor, name in settings:
            self.assertIn("[`%s`](docs/configuration.md#%s)" % (name, anchor), readme)

    def test_help_is_told_whole(self):
        """Each word of a help text stands in its page."""
        for command in self.commands:
            page = subprocess.run(["sed", r"s/\\e/\\/g; s/\\(aq/'/g; s/\\-/-/g; s/\\f[BIR]//g; s/^\\&//"], text=True, capture_output=True,
                                  input=self.read("man1/trunkline-%s.1" % command), check=True).stdout
            said = set(page.replace('"', "").split())
            for word in self.help(command).replace(binary(), "trunkline").replace('"', "").split():
                self.assertTrue({word, word.rstrip(":").upper()} & said or word == "Usage:", (command, word))

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_groff_has_no_objection(self):
        for command in ["", *("-" + one for one in self.commands)]:
            path = os.path.join(self.directory, "man1", "trunkline%s.1" % command)
            done = subprocess.run(["groff", "-Kutf8", "-man", "-Tutf8", "-wall", "-Wbreak", "-z", path], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), path)

    def test_bash_completes(self):
        def complete(*words):
            script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _trunkline; printf "%s\\n" "${COMPREPLY[@]}"'
            done = subprocess.run(["bash", "-c", script, "bash", os.path.join(self.directory, "bash", "trunkline"), *words],
                                  capture_output=True, text=True, timeout=60, check=True)
            return done.stdout.split()
        self.assertIn("connect", complete("trunkline", ""))
        self.assertEqual(complete("trunkline", "con"), ["connect"])
        self.assertEqual(complete("trunkline", "connect", "--us"), ["--user"])
        self.assertEqual(complete("trunkline", "serve", "--echo-endpoint", ""), ["true", "false"])

    def test_zsh_and_fish_can_read_theirs(self):
        found = [(name, file) for name, file in (("zsh", "zsh/_trunkline"), ("fish", "fish/trunkline.fish")) if shutil.which(name)]
        if not found:
            self.skipTest("there is neither zsh nor fish")
        for shell, file in found:
            done = subprocess.run([shell, "-n", os.path.join(self.directory, file)], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), shell)
        if shutil.which("fish"):
            script = "source %s/fish/trunkline.fish; complete -C 'trunkline connect --us'" % self.directory
            done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, timeout=60, check=True,
                                  env=clean_environment(self.directory))
            self.assertIn("--user", done.stdout)


@unittest.skipUnless(os.environ.get("TRUNKLINE_DESKTOP"), "the window was not built")
class Window(unittest.TestCase):
    """trunkline-desktop has its page and completions, too."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="trunkline-help-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.environment = {**clean_environment(cls.directory), "QT_QPA_PLATFORM": "offscreen"}
        window = os.environ["TRUNKLINE_DESKTOP"]
        subprocess.run([sys.executable, os.path.join(ROOT, "tools", "help_docs.py"), "--window", window, cls.directory], check=True, timeout=60,
                       env=cls.environment)
        said = subprocess.run([window, "--help"], check=True, capture_output=True, text=True, timeout=60, env=cls.environment).stdout
        cls.options = re.findall(r"(?m)^  --([a-z][a-z0-9-]*)", said)

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def test_every_option_of_the_window_is_there(self):
        self.assertLessEqual({"attach", "token", "select", "port"}, set(self.options))
        for name, pattern in (("man1/trunkline-desktop.1", r"\\fB\\-\\-%s\\fR"), ("bash/trunkline-desktop", r"[ ']--%s[ ']"), ("zsh/_trunkline-desktop", r"'--%s=?\["),
                              ("fish/trunkline-desktop.fish", r"complete -c trunkline-desktop -l %s ")):
            with open(self.path(name), encoding="utf-8") as file:
                text = file.read()
            for option in self.options:
                self.assertRegex(text, pattern % (re.escape(option) if not name.endswith(".1") else option.replace("-", r"\\-")), name)

    def test_settings_of_the_window_as_json(self):
        def run(*words):
            return subprocess.run([os.environ["TRUNKLINE_DESKTOP"], *words], capture_output=True, text=True, timeout=60, env=self.environment, cwd=self.directory,
                                  check=False)
        found = json.loads(run("--check-config", "--json", "--port", "9002").stdout)
        self.assertEqual(found["PORT"], {"value": "9002", "origin": "flag --port"})
        self.assertEqual(set(found), {line.split("=")[0] for line in run("--check-config").stdout.splitlines()})
        refused = run("--json")
        self.assertEqual((refused.returncode, refused.stdout, len(refused.stderr.splitlines())), (2, "", 1))

    def test_readers_of_the_window_s_accept_them(self):
        for command in (["groff", "-Kutf8", "-man", "-Tutf8", "-wall", "-Wbreak", "-z", self.path("man1", "trunkline-desktop.1")],
                        ["bash", "-n", self.path("bash", "trunkline-desktop")], ["zsh", "-n", self.path("zsh", "_trunkline-desktop")],
                        ["fish", "-n", self.path("fish", "trunkline-desktop.fish")]):
            if shutil.which(command[0]):
                done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        script = 'source "$1"; COMP_WORDS=(trunkline-desktop --att); COMP_CWORD=1; _trunkline_desktop; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", script, "bash", self.path("bash", "trunkline-desktop")], capture_output=True, text=True, timeout=60, check=True)
        self.assertEqual(done.stdout.split(), ["--attach"])


if __name__ == "__main__":
    main()
