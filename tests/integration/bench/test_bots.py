# SPDX-License-Identifier: GPL-3.0-or-later
"""Bots and faults on the command line: serve --bots, bot, what the journal says."""
import json
import os
import unittest

from bench import BenchTestCase, read_capture
from hub import eventually

import hub as support

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3, "docs", "examples")

BOTS = """
seed: 3
bots:
  tokens:
    - when: {data.message: {$matches: "^hi"}}
      reply: {tokens: ["one ", "two ", "three"], every: 5ms}
    - when: {data.message: bye}
      reply: {close: 4000, reason: enough}
    - reply: {text: "else ${message}"}
"""


class Bots(BenchTestCase):
    def test_serve_connects_them(self):
        hub = self.start_hub(arguments=["--bots", self.write("bots.yaml", BOTS)])
        eventually(lambda: hub.connections() == 1, what="the bot")
        with hub.open_stream({"user_id": "tokens", "data": {"message": "hi"}}) as stream:
            events = stream.events()
        self.assertEqual([event["data"]["delta"] for event in events], ["one ", "two ", "three"])
        self.assertEqual([event["is_final"] for event in events], [False, False, True])
        self.assertEqual([event["index"] for event in events], [0, 1, 2])
        self.assertNotIn("FAULTS", hub.log())

    def test_a_bot_that_was_closed_comes_back(self):
        hub = self.start_hub(arguments=["--bots", self.write("bots.yaml", BOTS)])
        eventually(lambda: hub.connections() == 1, what="the bot")
        with hub.open_stream({"user_id": "tokens", "data": {"message": "bye"}}) as stream:
            self.assertEqual(stream.events()[-1]["error"], "User disconnected")
        eventually(lambda: hub.log().count("Bot tokens is connected") == 2, what="the bot once more")

    def test_bot_command(self):
        hub = self.start_hub()
        path = self.write("bots.yaml", BOTS)
        bot = self.start_command("bot", path, "--hub", hub.ready["url"])
        eventually(lambda: hub.connections() == 1, what="the bot")
        with hub.open_stream({"user_id": "tokens", "data": {"message": "x \\"}}) as stream:
            self.assertEqual(stream.events()[0]["data"]["message"], "else x \\")
        eventually(lambda: "tokens > " in bot.text(), what="what it said")
        self.assertEqual(self.end(bot), 130)
        second = self.start_command("bot", path, "--hub", hub.ready["url"], "--quiet")
        eventually(lambda: "is connected" in second.text(), what="the second")
        third = self.run_command("bot", path, "--hub", hub.ready["url"])
        self.assertEqual(third.returncode, 4)
        self.assertIn("User already connected", third.stderr)
        self.assertEqual(self.run_command("bot", path, "--hub", "http://127.0.0.1:9").returncode, 4)

    def test_mistakes_end_2_with_their_place(self):
        path = self.write("bots.yaml", BOTS.replace("tokens: [", "tokns: ["))
        for command in (["serve", "--port", "0", "--bots", path], ["bot", path]):
            result = self.run_command(*command)
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr, r'bots\.yaml:6:\d+: a reply knows no "tokns", did you mean "tokens"\?')
        self.assertEqual(self.run_command("bot").returncode, 2)
        self.assertEqual(self.run_command("bot", self.path("none.yaml")).returncode, 2)

    def test_faults_are_seeded_said_and_noted(self):
        text = "seed: 11\nfaults:\n  - {user: alice, direction: out, probability: 0.3, do: drop}\n"
        runs = []
        for _ in range(2):
            capture = self.path("faults.trunk")
            hub = support.Hub(arguments=["--bots", self.write("faults.yaml", text), "--record", capture])
            self.addCleanup(hub.kill)
            alice, bob = hub.join("alice"), hub.join("bob")
            for n in range(60):
                hub.push("alice", {"n": n})
                hub.push("bob", {"n": n})
            hub.push("bob", {"n": "last"})
            seen = []
            while not seen or seen[-1] != "last":
                seen.append(bob.json()["n"])
            self.assertEqual(seen[:-1], list(range(60)))        # bob is left alone
            alice.send({"correlation_id": "none"})
            self.assertIn("FAULTS ARE ON", hub.log())
            hub.stop_cleanly()
            _, entries, _ = read_capture(capture)
            dropped = [json.loads(e["text"])["n"] for e in entries if e.get("fault") == "drop"]
            self.assertTrue(5 < len(dropped) < 35, dropped)
            received = []
            try:
                while True:
                    received.append(alice.json()["n"])
            except Exception:       # the hub has closed
                pass
            self.assertEqual(sorted(received + dropped), list(range(60)))
            runs.append(dropped)
        self.assertEqual(runs[0], runs[1])

    def test_split_character_arrives_whole_and_close_has_its_code(self):
        text = "faults:\n  - {do: split, when: {n: 1}}\n  - {do: close, when: {n: 2}, code: 4321, reason: on purpose}\n  - {do: half_close, when: {n: 3}}\n"
        hub = self.start_hub(arguments=["--bots", self.write("faults.yaml", text)])
        client = hub.join("alice")
        hub.push("alice", {"n": 1, "word": "grüße"})
        self.assertEqual(client.json()["word"], "grüße")
        hub.push("alice", {"n": 2})
        self.assertEqual(client.closed(), (4321, "on purpose"))
        other = hub.join("bob")
        hub.push("bob", {"n": 3})
        with self.assertRaises(Exception):
            other.json()

    def test_example_is_in_force(self):
        hub = self.start_hub(arguments=["--bots", os.path.join(EXAMPLES, "bots.yaml")])
        eventually(lambda: hub.connections() == 2, what="the bots")
        with hub.open_stream({"user_id": "chat_bot", "data": {"message": "Hello"}}) as stream:
            text = "".join(event["data"]["delta"] for event in stream.events())
        self.assertEqual(text, "Hello there, friend.")


if __name__ == "__main__":
    unittest.main()
