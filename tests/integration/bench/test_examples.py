# SPDX-License-Identifier: GPL-3.0-or-later
"""The helpers of docs/examples, used as their users would: the pytest fixture, the Node helper, the CI snippets."""
import glob
import json
import os
import shutil
import subprocess
import sys
import unittest

from bench import SECONDS, BenchTestCase
from ws_client import WsClient

import hub as support

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3, "docs", "examples")


class PythonHelper(BenchTestCase):
    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(EXAMPLES, "trunkline_hub.py"), self.directory)

    def run_python(self, *arguments, path=None):
        environment = support.clean_environment(self.directory, {"TRUNKLINE_BIN": support.binary()})
        return subprocess.run([sys.executable, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=SECONDS, env=environment)

    def test_without_pytest(self):
        self.write("use.py", """
import asyncio, json, threading
import websockets
from trunkline_hub import Hub

async def bot(url, ready):
    async with websockets.connect(url + "?user_id=bot") as socket:
        ready.set()
        async for text in socket:
            message = json.loads(text)
            for n in (1, 2):
                await socket.send(json.dumps({"correlation_id": message["correlation_id"], "data": {"n": n}, "is_final": n == 2}))

with Hub(sse_response_timeout="5s", record="run.trunk") as hub:
    assert hub.push("nobody", {}) is False
    ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(bot(hub.ws_url, ready)), daemon=True).start()
    assert ready.wait(10)
    assert hub.push("bot", {"n": 0}) is True
    assert [reply["data"]["n"] for reply in hub.send("bot", {"message": "hi"})] == [1, 2]
    assert "listens on" in hub.log
    assert hub.stop() == 0
print("fine")
""")
        result = self.run_python("use.py")
        self.assertEqual((result.returncode, result.stdout), (0, "fine\n"), result.stderr)
        self.assertIn('"format"', self.read("run.trunk"))

    def test_the_pytest_fixture(self):
        self.write("conftest.py", "from trunkline_hub import trunkline_hub  # noqa: F401\n")
        self.write("test_use.py", "def test_push(trunkline_hub):\n    assert trunkline_hub.push('nobody', {}) is False\n\n"
                                  "def test_same_hub(trunkline_hub):\n    assert trunkline_hub.url.startswith('http://127.0.0.1:')\n")
        result = self.run_python("-m", "pytest", "-q", "-p", "no:cacheprovider")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("2 passed", result.stdout)

    def test_a_hub_that_cannot_start_says_why(self):
        self.write("use.py", "from trunkline_hub import Hub\ntry:\n    Hub(ws_path='no path')\nexcept RuntimeError as error:\n    print(error)\n")
        result = self.run_python("use.py")
        self.assertIn("WS_PATH", result.stdout)


class NodeHelper(BenchTestCase):
    def test_node(self):
        shutil.copy(os.path.join(EXAMPLES, "trunkline_hub.js"), self.directory)
        self.write("use.js", """
const { startHub } = require("./trunkline_hub.js");
const WebSocket = require("ws");
(async () => {
  const hub = await startHub({ sseResponseTimeout: "5s" });
  if (await hub.push("nobody", {}) !== false) throw new Error("delivered to nobody");
  const bot = new WebSocket(hub.wsUrl + "?user_id=bot");
  await new Promise((resolve, reject) => { bot.on("open", resolve); bot.on("error", reject); });
  bot.on("message", (text) => {
    const message = JSON.parse(text);
    for (const n of [1, 2]) bot.send(JSON.stringify({ correlation_id: message.correlation_id, data: { n, word: "gr\\u00fc\\u00dfe" }, is_final: n === 2 }));
  });
  const seen = [];
  for await (const reply of hub.send("bot", { message: "hi" })) seen.push(reply.data.n + reply.data.word);
  bot.close();
  console.log(JSON.stringify(seen), await hub.stop());
  try {
    await startHub({ wsPath: "no path" });
  } catch (error) {
    console.log(String(error).includes("WS_PATH"));
  }
})().catch((error) => { console.error(error); process.exit(1); });
""")
        environment = support.clean_environment(self.directory, {"TRUNKLINE_BIN": support.binary(), "NODE_PATH": os.environ.get("NODE_PATH", "/usr/share/nodejs")})
        result = subprocess.run(["node", "use.js"], cwd=self.directory, capture_output=True, text=True, timeout=SECONDS, env=environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.splitlines(), ['["1grüße","2grüße"] 0', "true"])


class Recorded(BenchTestCase):
    """The capture in docs/examples plays again, and is what the other commands read."""

    CAPTURE = os.path.join(EXAMPLES, "greeting.trunk")

    def test_plays_again(self):
        result = self.run_command("replay", self.CAPTURE, "--own", "--lockstep", "--json")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        value = json.loads(result.stdout)
        self.assertEqual((value["differences"], value["posted"], value["said"], value["delivered"], value["events"]), ([], 3, 4, 3, 4))

    def test_notices_a_change(self):
        with open(self.CAPTURE, encoding="utf-8") as file:
            text = file.read()
        changed = self.write("changed.trunk", text.replace("Ada ", "Bob ", 1))      # in the reply, not in its event
        self.assertNotEqual(self.read("changed.trunk"), text)
        result = self.run_command("replay", changed, "--own", "--lockstep", "--patience", "500ms")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)

    def test_exports(self):
        har = self.run_command("export", self.CAPTURE, "--har", "--output", self.path("greeting.har"))
        self.assertEqual(har.returncode, 0, har.stderr)


class Snippets(BenchTestCase):
    """The command in each snippet is one that works, and what it keeps is what check leaves."""

    def test_ci_snippets(self):
        import yaml
        shutil.copytree(EXAMPLES, self.path("scenarios"), ignore=shutil.ignore_patterns("ci", "bots.yaml", "orders.yaml", "flaky.yaml"))
        for name in ("github-actions.yml", "gitlab-ci.yml"):
            with open(os.path.join(EXAMPLES, "ci", name), encoding="utf-8") as file:
                snippet = yaml.safe_load(file)
            if name.startswith("github"):
                command = next(step["run"] for step in snippet["jobs"]["scenarios"]["steps"] if "run" in step)
            else:
                command = next(line for line in snippet["scenarios"]["script"] if line.startswith("trunkline"))
                self.assertEqual(snippet["scenarios"]["artifacts"]["reports"]["junit"], "hub.xml")
            words = command.split()
            self.assertEqual(words[0], "trunkline")
            files = sorted(os.path.relpath(path, self.directory) for path in glob.glob(self.path(words[2])))
            self.assertTrue(files)
            result = self.run_command(words[1], *files, *words[3:])
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn('failures="0"', self.read("hub.xml"))
            self.assertTrue(json.dumps(snippet).count(".trunk") >= 1)


if __name__ == "__main__":
    unittest.main()
