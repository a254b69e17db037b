# SPDX-License-Identifier: GPL-3.0-or-later
"""trunkline replay: a session on both legs plays again without a difference; each change of it is reported."""
import json
import os
import unittest

from bench import BenchTestCase, read_capture

import hub as support

LARGE = os.environ.get("TRUNKLINE_SLOW_TESTS") == "1"


def record_session(path, exchanges, arguments=()):
    """Pushes and exchanges of two users, recorded: 2 + 2 + 2 x 2 = 8 lines a round."""
    hub = support.Hub(arguments=["--record", path, *arguments])
    alice, bob = hub.join("alice"), hub.join("bob")
    for n in range(exchanges):
        hub.push("bob", {"n": n, "text": "push %d" % n})
        assert bob.json()["n"] == n
        body = {"user_id": "alice", "data": {"message": "ask %d" % n, "big": 12345678901234567890}}
        if n % 5 == 4:
            body["correlation_id"] = "given-%d" % n
        with hub.open_stream(body) as stream:
            cid = alice.json()["correlation_id"]
            for index in range(2):
                alice.send({"correlation_id": cid, "data": {"delta": "token %d.%d" % (n, index)}, "is_final": index == 1})
            assert len(stream.events()) == 2
    hub.push("nobody", {"n": -1})
    hub.stop_cleanly()
    return path


class Replay(BenchTestCase):
    def replay(self, *arguments, expect=0):
        patience = ["--patience", "800ms"] if expect == 1 else []     # something will be missing: don't wait long for it
        result = self.run_command("replay", *arguments, "--json", *patience, seconds=280)
        self.assertEqual(result.returncode, expect, result.stdout + result.stderr)
        return json.loads(result.stdout)

    def edited(self, name, change):
        """A copy of session.trunk with its lines changed."""
        with open(self.path("session.trunk"), encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        change(lines)
        return self.write(name, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def deliveries(self, lines, user):
        return [i for i, line in enumerate(lines) if line.get("leg") == "client" and line.get("dir") == "out" and line["user"] == user]

    def test_lockstep_without_a_difference(self):
        rounds = 1250 if LARGE else 25
        path = record_session(self.path("session.trunk"), rounds)
        _, entries, _ = read_capture(path)
        messages = [e for e in entries if e["kind"] in ("push", "request", "reply", "event") and e.get("text")]
        self.assertGreaterEqual(len(messages), 8 * rounds)
        value = self.replay(path, "--own", "--lockstep")
        self.assertEqual(value["differences"], [])
        self.assertEqual((value["posted"], value["said"], value["delivered"], value["events"]), (2 * rounds + 1, 2 * rounds, 2 * rounds, 2 * rounds))

    def test_one_seeded_fault_is_the_one_difference(self):
        path = record_session(self.path("session.trunk"), 1250 if LARGE else 25)
        nth = 777 if LARGE else 13
        faults = self.write("faults.yaml", "seed: 5\nfaults:\n  - {do: drop, user: bob, direction: out, every: %d, limit: 1}\n" % nth)
        runs = [self.replay(path, "--own", "--lockstep", "--faults", faults, expect=1)["differences"] for _ in range(2)]
        self.assertEqual([(d["kind"], json.loads(d["expected"])["n"]) for d in runs[0]], [("missing", nth - 1)])
        self.assertEqual(runs[0], runs[1])

    def test_each_change_is_reported(self):
        record_session(self.path("session.trunk"), 12)

        def change_byte(lines):
            line = lines[self.deliveries(lines, "bob")[5]]
            line["text"] = line["text"].replace("push 5", "push X")

        def change_event(lines):
            events = [line for line in lines if line.get("kind") == "event"]
            events[6]["text"] = events[6]["text"].replace("token 3.0", "token 3.X")

        def remove(lines):
            del lines[self.deliveries(lines, "bob")[5]]

        def swap(lines):
            a, b = self.deliveries(lines, "bob")[5:7]
            lines[a]["text"], lines[b]["text"] = lines[b]["text"], lines[a]["text"]

        def add(lines):
            at = self.deliveries(lines, "bob")[5]
            lines.insert(at, dict(lines[at], text=lines[at]["text"].replace("push 5", "push more")))

        changed = self.replay(self.edited("byte.trunk", change_byte), "--own", "--lockstep", expect=1)["differences"]
        self.assertEqual([(d["kind"], d["path"], d["actual"], d["expected"]) for d in changed], [("payload", "text", '"push 5"', '"push X"')])
        event = self.replay(self.edited("event.trunk", change_event), "--own", "--lockstep", expect=1)["differences"]
        self.assertEqual([(d["kind"], d["path"], d["actual"]) for d in event], [("payload", "data.delta", '"token 3.0"')])
        removed = self.replay(self.edited("removed.trunk", remove), "--own", "--lockstep", expect=1)["differences"]
        self.assertEqual([d["kind"] for d in removed], ["extra"])
        swapped = self.replay(self.edited("swapped.trunk", swap), "--own", "--lockstep", expect=1)["differences"]
        self.assertEqual([d["kind"] for d in swapped], ["order"])
        added = self.replay(self.edited("added.trunk", add), "--own", "--lockstep", expect=1)["differences"]
        self.assertEqual([d["kind"] for d in added], ["missing"])
        text = self.run_command("replay", self.path("byte.trunk"), "--own", "--lockstep")
        self.assertRegex(text.stdout, r'payload: message \d+ differs at text \(session \d+, bob\): "push 5", recorded "push X"')
        self.assertIn("1 difference\n", text.stdout)

    def test_by_the_clock(self):
        path = record_session(self.path("session.trunk"), 10)
        for speed in ("max", "20"):
            value = self.replay(path, "--own", "--speed", speed)
            self.assertEqual(value["differences"], [], speed)

    def test_at_a_hub_that_runs_under_other_names(self):
        path = record_session(self.path("session.trunk"), 6)
        hub = self.start_hub()
        alice = hub.join("alice")       # so that the recorded name is taken
        where = ["--hub", hub.ready["url"], "--lockstep"]
        self.assertEqual(self.run_command("replay", path, *where).returncode, 4)
        value = self.replay(path, *where, "--map-user", "alice=anna,bob=bert")
        self.assertEqual(value["differences"], [])
        self.assertTrue(alice.nothing_came())

    def test_one_leg_at_a_time(self):
        path = record_session(self.path("session.trunk"), 8)
        hub = self.start_hub(arguments=["--bots", self.write("bots.yaml", "bots: {alice: [{reply: {chunks: [{delta: x}, {delta: y}]}}]}")])
        support.eventually(lambda: hub.connections() == 1, what="the bot")
        value = self.replay(path, "--hub", hub.ready["url"], "--leg", "upstream", "--lockstep", expect=1)
        self.assertEqual({(d["kind"], d["path"]) for d in value["differences"]}, {("payload", "data.delta")})
        self.assertEqual((value["said"], value["delivered"]), (0, 0))
        ignored = self.replay(path, "--hub", hub.ready["url"], "--leg", "upstream", "--lockstep", "--ignore", "data.delta")
        self.assertEqual(ignored["differences"], [])

    def test_settings_of_the_capture_are_used(self):
        path = self.path("session.trunk")
        hub = support.Hub(arguments=["--record", path], public_accounts="robot", ws_path="/socket", sse_path="/up")
        robot = hub.join("robot", path="/socket")
        response = hub.post("/up", {"user_id": "alice", "data": {"message": "hey @robot"}})
        self.assertEqual(response.json()["status"], "success")
        robot.json()
        hub.stop_cleanly()
        self.assertEqual(self.replay(path, "--own", "--lockstep")["differences"], [])

    def test_bad_usage(self):
        path = record_session(self.path("session.trunk"), 1)
        for arguments in (["--speed", "0"], ["--speed", "2", "--lockstep"], ["--leg", "both sides"], ["--map-user", "alice"]):
            self.assertEqual(self.run_command("replay", path, "--own", *arguments).returncode, 2, arguments)
        self.assertEqual(self.run_command("replay").returncode, 2)
        self.assertEqual(self.run_command("replay", self.write("x", "hello")).returncode, 2)
        self.assertEqual(self.run_command("replay", path, "--hub", "http://127.0.0.1:9").returncode, 4)


if __name__ == "__main__":
    unittest.main()
