# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings as a running hub takes them: flags over environment over .env over defaults."""
import json
import os
import subprocess
import tempfile
import unittest

from hub import Hub, binary, clean_environment


def check_config(*flags, env=None, dotenv=None, env_file=None):
    """Runs `serve --check-config`; (exit code, what it printed)."""
    with tempfile.TemporaryDirectory() as directory:
        arguments = []
        if dotenv is not None:
            with open(os.path.join(directory, ".env"), "w", encoding="utf-8") as file:
                file.write(dotenv)
        if env_file is not None:
            with open(os.path.join(directory, "other.env"), "w", encoding="utf-8") as file:
                file.write(env_file)
            arguments = ["--env-file", os.path.join(directory, "other.env")]
        done = subprocess.run([binary(), "serve", "--check-config", *arguments, *flags], cwd=directory, capture_output=True, timeout=20,
                              env=clean_environment(directory, env))
        return done.returncode, done.stdout.decode(), done.stderr.decode()


class Sources(unittest.TestCase):
    def line(self, name, *flags, **sources):
        code, out, err = check_config(*flags, **sources)
        self.assertEqual(code, 0, err)
        lines = [line for line in out.splitlines() if name in line.replace("=", " ").split()]
        self.assertEqual(len(lines), 1, out)
        return lines[0]

    def test_order(self):
        dotenv = "WS_PATH=/dotenv\n"
        self.assertIn("/ws", self.line("WS_PATH"))
        self.assertIn("/dotenv", self.line("WS_PATH", dotenv=dotenv))
        self.assertIn("/process", self.line("WS_PATH", dotenv=dotenv, env={"WS_PATH": "/process"}))
        self.assertIn("/flag", self.line("WS_PATH", "--ws-path", "/flag", dotenv=dotenv, env={"WS_PATH": "/process"}))

    def test_prefixed_name_wins(self):
        self.assertIn("/mine", self.line("WS_PATH", env={"WS_PATH": "/plain", "TRUNKLINE_WS_PATH": "/mine"}))

    def test_dotenv_is_read_as_python_dotenv_does(self):
        text = "# a comment\nexport WS_PATH='/quoted # no comment'\n\nSSE_PATH=/plain # a comment\nSSE_SEND_PATH=\"/double\"\n"
        self.assertIn("/quoted", self.line("WS_PATH", dotenv=text.replace(" # no comment", "")))
        self.assertTrue("/plain" in self.line("SSE_PATH", dotenv="SSE_PATH=/plain # a comment\n"))
        self.assertNotIn("comment", self.line("SSE_PATH", dotenv="SSE_PATH=/plain # a comment\n"))
        self.assertIn("/double", self.line("SSE_SEND_PATH", dotenv='SSE_SEND_PATH="/double"\n'))

    def test_env_file_replaces_dotenv(self):
        self.assertIn("/other", self.line("WS_PATH", dotenv="WS_PATH=/dotenv\n", env_file="WS_PATH=/other\n"))

    def test_durations_and_booleans(self):
        for value in ("300ms", "2s", "5m", "30", "0.5"):
            self.assertEqual(check_config("--sse-response-timeout", value)[0], 0, value)
        for value in ("true", "false", "yes", "no", "on", "off", "1", "0", "TRUE", "Off"):
            self.assertEqual(check_config("--sse-event-ids", value)[0], 0, value)

    def test_bad_values_stop_the_start_with_2_and_one_line(self):
        for name, value in (("port", "70000"), ("port", "x"), ("port", "-1"), ("host", "not an address"), ("ws-path", "ws"), ("sse-event-ids", "maybe"),
                            ("sse-response-timeout", "soon"), ("duplicate-policy", "fight"), ("log-level", "LOUD"), ("ws-ping-interval", "-1")):
            with self.subTest(name=name, value=value):
                code, _, err = check_config("--%s=%s" % (name, value))
                self.assertEqual(code, 2, err)
                lines = [line for line in err.splitlines() if line.strip()]
                self.assertEqual(len(lines), 1, err)
                self.assertIn(name.upper().replace("-", "_"), lines[0].upper().replace("-", "_"))
                self.assertIn(value, lines[0])

    def test_bad_value_names_its_source(self):
        code, _, err = check_config(dotenv="A=1\nPORT=many\n")
        self.assertEqual(code, 2)
        self.assertIn(".env", err)
        code, _, err = check_config(env={"WS_PING_INTERVAL": "often"})
        self.assertEqual(code, 2)
        self.assertIn("environment", err)

    def test_foreign_debug_and_host_only_warn(self):
        for env in ({"DEBUG": "express:*"}, {"HOST": "my-laptop"}, {"HOST": "x86_64-pc-linux-gnu"}):
            code, _, err = check_config(env=env)
            self.assertEqual(code, 0, err)
            self.assertIn(next(iter(env)), err)

    def test_unknown_name_in_dotenv_warns_with_the_nearest(self):
        code, _, err = check_config(dotenv="WS_PNG_INTERVAL=5\n")
        self.assertEqual(code, 0)
        self.assertIn("WS_PNG_INTERVAL", err)
        self.assertIn("WS_PING_INTERVAL", err)

    def test_unknown_flag_is_bad_usage(self):
        self.assertEqual(check_config("--no-such-flag", "1")[0], 2)


class Logs(unittest.TestCase):
    def log(self, **settings):
        hub = Hub(**settings)
        hub.push("nobody", {})
        self.assertEqual(hub.stop(), 0)
        log = hub.log()
        hub.kill()
        return [line for line in log.splitlines() if line.strip()]

    def test_loguru_tokens(self):
        lines = self.log(log_level="INFO", log_format="<{level}> {time:YYYY-MM-DD HH:mm:ss} ~ {message}")
        self.assertTrue([line for line in lines if line.startswith("<INFO> 20")], lines)
        self.assertNotIn("{message}", "".join(lines))
        marked = [line for line in lines if line.startswith("<")]
        self.assertRegex(marked[0], r"^<[A-Z]+> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d ~ .")

    def test_json(self):
        lines = [json.loads(line) for line in self.log(log_level="INFO", log_format="json") if line.startswith("{")]
        self.assertTrue(lines)
        self.assertTrue(all("level" in line and "message" in line for line in lines), lines)

    def test_levels(self):
        quiet = self.log(log_level="CRITICAL", log_format="LVL:{level} {message}")
        self.assertEqual([line for line in quiet if line.startswith("LVL:")], [])
        loud = self.log(log_level="DEBUG", log_format="LVL:{level} {message}")
        self.assertTrue([line for line in loud if line.startswith("LVL:INFO")], loud)

    def test_debug_is_log_level_debug(self):
        lines = self.log(debug="true", log_format="LVL:{level} {message}")
        self.assertTrue([line for line in lines if line.startswith("LVL:DEBUG")], lines)


if __name__ == "__main__":
    unittest.main(verbosity=2)
