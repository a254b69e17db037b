# SPDX-License-Identifier: GPL-3.0-or-later
"""tail and lint: what a terminal sees of exchanges and of streams."""
import json
import unittest

from bench import BenchTestCase
from hub import eventually


class Tail(BenchTestCase):
    def exchange(self, hub, client, message):
        with hub.open_stream({"user_id": "alice", "data": {"message": message}}) as stream:
            cid = client.json()["correlation_id"]
            client.send({"correlation_id": cid, "data": {"delta": message}, "is_final": True})
            stream.events()
        return cid

    def test_tail_filter_json_and_timeline(self):
        hub = self.start_hub()
        alice = hub.join("alice")
        where = ["--hub", hub.ready["url"], "--token", hub.ready["token"]]
        first = self.exchange(hub, alice, "first \x1b[31m")
        with hub.open_stream({"user_id": "nobody", "data": {}}) as stream:
            stream.events()
        seen = self.run_command("tail", *where, "--count", "2")
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertEqual(len(seen.stdout.splitlines()), 2)
        self.assertIn("alice", seen.stdout)
        self.assertIn("not connected", seen.stdout)
        self.assertNotIn("\x1b", seen.stdout)
        failed = json.loads(self.run_command("tail", "state:failed", *where, "--count", "1", "--json").stdout)
        self.assertEqual(failed["state"], "not_connected")
        live = self.start_command("tail", "user:alice", *where, "--json")
        eventually(lambda: first in live.text(), what="the first")
        second = self.exchange(hub, alice, "second")
        eventually(lambda: second in live.text(), what="the second")
        self.assertEqual(self.end(live), 130)
        timeline = self.run_command("tail", *where, "--cid", second)
        self.assertEqual(timeline.returncode, 0, timeline.stderr)
        self.assertIn("alice token 1", timeline.stdout)
        self.assertIn("waiting for alice", timeline.stdout)
        self.assertEqual(self.run_command("tail", *where, "--cid", "nothing").returncode, 1)

    def test_bad_usage(self):
        hub = self.start_hub()
        where = ["--hub", hub.ready["url"]]
        self.assertEqual(self.run_command("tail", "gap>>1", *where).returncode, 2)
        self.assertEqual(self.run_command("tail", *where, "--count", "0").returncode, 2)
        self.assertEqual(self.run_command("tail", *where, "--token", "wrong").returncode, 1)
        self.assertEqual(self.run_command("tail", "--hub", "http://127.0.0.1:9").returncode, 4)


class Lint(BenchTestCase):
    def test_our_own_streams_are_clean(self):
        hub = self.start_hub(arguments=["--bots", self.write("b.yaml", "bots: {b: [{reply: {tokens: [one, ' two'], every: 5ms}}]}")])
        eventually(lambda: hub.connections() == 1, what="the bot")
        result = self.run_command("lint", hub.ready["url"] + "/sse/send", "--data", '{"user_id":"b","data":{}}')
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("text: one two\n", result.stdout)
        self.assertIn("2 events, 0 comments: nothing to complain about", result.stdout)

    def test_what_is_no_stream(self):
        hub = self.start_hub()
        result = self.run_command("lint", hub.ready["url"] + "/health", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("content-type", [finding["rule"] for finding in json.loads(result.stdout)["findings"]])
        told = self.run_command("lint", hub.ready["url"] + "/health").stdout.splitlines()
        count = len(told) - 1
        self.assertTrue(told[-1].endswith("1 finding" if count == 1 else "%d findings" % count), told)
        self.assertEqual(self.run_command("lint", "ftp://x").returncode, 2)
        self.assertEqual(self.run_command("lint", "http://127.0.0.1:9/x").returncode, 4)

    def test_a_stream_that_does_not_end_is_looked_at_for_a_while(self):
        hub = self.start_hub()
        alice = hub.join("alice")
        result = self.run_command("lint", hub.ready["url"] + "/sse/send", "--data", '{"user_id":"alice","data":{}}', "--for", "300ms")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("0 events", result.stdout)
        alice.leave()


if __name__ == "__main__":
    unittest.main()
