# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures: serve --record, record, what survives a kill, export."""
import json
import os
import shlex
import signal
import subprocess
import time
import unittest

from bench import BenchTestCase, read_capture
from hub import eventually

import hub as support


def talk(hub):
    """A push, a push to nobody, and an exchange of two replies."""
    alice = hub.join("alice")
    hub.push("alice", {"n": 1, "token": "s3cret"})
    assert alice.json()["n"] == 1
    hub.push("nobody", {"n": 2})
    with hub.open_stream({"user_id": "alice", "data": {"message": "hi"}}) as stream:
        cid = alice.json()["correlation_id"]
        alice.send({"correlation_id": cid, "data": {"delta": "one"}, "is_final": False})
        alice.send({"correlation_id": cid, "data": {"delta": "two"}, "is_final": True})
        assert len(stream.events()) == 2
    alice.leave()
    return cid


class Capture(BenchTestCase):
    def test_serve_records_both_legs_from_the_first_message_to_the_last(self):
        path = self.path("hub.trunk")
        hub = support.Hub(arguments=["--record", path])
        cid = talk(hub)
        hub.join("bob")
        hub.stop_cleanly()
        header, entries, gaps = read_capture(path)
        self.assertEqual(header["format"], "1.0")
        self.assertEqual(header["settings"]["PORT"], "0")
        self.assertNotIn("AUTH_TOKENS", header["settings"])
        self.assertEqual(gaps, [])
        self.assertEqual([entry["n"] for entry in entries], list(range(1, len(entries) + 1)))
        self.assertEqual(sorted(entry["t_us"] for entry in entries), [entry["t_us"] for entry in entries])
        exchange = [(e["leg"], e["dir"], e["kind"]) for e in entries if e.get("cid") == cid]
        self.assertEqual(exchange, [("upstream", "in", "request"), ("client", "out", "request"), ("client", "in", "reply"),
                                    ("upstream", "out", "event"), ("client", "in", "reply"), ("upstream", "out", "event")])
        posted = [json.loads(e["text"]) for e in entries if e["leg"] == "upstream" and e["kind"] == "push" and e.get("text")]
        self.assertEqual([p["data"]["n"] for p in posted], [1, 2])
        kinds = [(e["kind"], e["user"]) for e in entries if e["kind"] in ("connect", "disconnect")]
        self.assertIn(("connect", "bob"), kinds)
        self.assertEqual(kinds[:2], [("connect", "alice"), ("disconnect", "alice")])

    def test_nothing_of_the_upstream_leg_is_kept_when_nobody_records(self):
        hub = self.start_hub()
        talk(hub)
        token = ("Authorization", "Bearer " + hub.ready["token"])
        entries = hub.get("/admin/journal", [token]).json()["entries"]
        self.assertTrue(entries)
        self.assertFalse([e for e in entries if e["leg"] == "upstream" and e.get("text")])

    def test_record_joins_a_running_hub_and_leaves_it(self):
        hub = self.start_hub()
        early = hub.join("early")
        recorder = self.start_command("record", "--hub", hub.ready["url"], "--token", hub.ready["token"], "--output", "late.trunk",
                                      "--redact", "data.token,token")
        eventually(lambda: "Recording" in recorder.text(), what="the recorder")
        talk(hub)
        early.leave()
        eventually(lambda: self.read("late.trunk").count('"kind":"disconnect"') == 2, what="the last message")
        self.assertEqual(self.end(recorder), 0)
        header, entries, _ = read_capture(self.path("late.trunk"))
        self.assertEqual(header["redactions"], ["data.token", "token"])
        self.assertEqual((entries[0]["n"], entries[0]["kind"], entries[0]["user"]), (0, "connect", "early"))
        self.assertNotIn("s3cret", self.read("late.trunk"))
        self.assertIn(("upstream", "out", "event"), [(e["leg"], e["dir"], e["kind"]) for e in entries])
        # Gone: the hub keeps no upstream leg any more.
        eventually(lambda: self._pushes_unrecorded(hub), what="the hub to stop recording")

    def _pushes_unrecorded(self, hub):
        token = ("Authorization", "Bearer " + hub.ready["token"])
        last = hub.get("/admin/journal", [token]).json()["last"]
        hub.push("nobody", {"probe": 1})
        entries = hub.get("/admin/journal?after=%d" % last, [token]).json()["entries"]
        return not [e for e in entries if e.get("text")]

    def test_record_without_a_hub_ends_4_and_leaves_no_file(self):
        result = self.run_command("record", "--hub", "http://127.0.0.1:9", "--output", "none.trunk")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("serve starts one", result.stderr)
        self.assertFalse(os.path.exists(self.path("none.trunk")))

    def test_kill_loses_nothing_that_was_answered(self):
        """kill -9 in the middle of traffic: every push that was answered is in the capture, without a hole and without a torn line."""
        for _ in range(3):
            path = self.path("killed.trunk")
            hub = support.Hub(arguments=["--record", path])
            self.addCleanup(hub.kill)
            alice = hub.join("alice")
            answered = 0
            until = time.monotonic() + 0.35         # some looks of the recorder, and some of what comes after the last
            while time.monotonic() < until:
                hub.push("alice", {"n": answered, "fill": "x" * 300})
                answered += 1
            hub.process.kill()
            hub.process.wait()
            del alice
            # The recorder, a process of its own, takes a moment to write the rest.
            eventually(lambda: self._pushes_in(path)[-1:] == [answered - 1], what="the last push")
            self.assertEqual(self._pushes_in(path), list(range(answered)))
            _, entries, gaps = read_capture(path)
            self.assertEqual((gaps, [entry["n"] for entry in entries]), ([], list(range(1, len(entries) + 1))))
            self.assertTrue(self.read("killed.trunk").endswith("}\n"))

    def _pushes_in(self, path):
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")[1:-1]
        entries = [json.loads(line) for line in lines]
        return [json.loads(entry["text"])["data"]["n"] for entry in entries if entry["leg"] == "upstream" and entry["kind"] == "push" and entry.get("text")]

    def test_kill_of_all_its_processes_costs_a_tenth_of_a_second_and_a_line(self):
        path = self.path("killed.trunk")
        hub = support.Hub(arguments=["--record", path])
        self.addCleanup(hub.kill)
        alice = hub.join("alice")
        for n in range(200):
            hub.push("alice", {"n": n})
            alice.json()
        eventually(lambda: self.read("killed.trunk").count("\n") > 100, what="the recorder")
        with open("/proc/%d/task/%d/children" % (hub.process.pid, hub.process.pid), encoding="utf-8") as file:
            recorders = [int(pid) for pid in file.read().split()]
        self.assertEqual(len(recorders), 1)
        os.kill(recorders[0], signal.SIGKILL)       # as when a container is killed
        eventually(lambda: "Recording has ended: its process has ended" in hub.log(), what="a word of it")
        hub.process.kill()
        hub.process.wait()
        text = self.read("killed.trunk")
        whole = text[:text.rindex("\n") + 1]
        for line in whole.splitlines():
            json.loads(line)
        with open(path, "a", encoding="utf-8") as file:
            file.write('{"n":9999,"t_us":1,"leg":"cli')     # as if the kill had come in the middle of a line
        result = self.run_command("export", path, "--har")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("cut off", result.stderr)

    def test_the_recorder_ends_with_the_hub_and_has_nothing_of_it(self):
        path = self.path("clean.trunk")
        hub = support.Hub(arguments=["--record", path])
        self.addCleanup(hub.kill)
        with open("/proc/%d/task/%d/children" % (hub.process.pid, hub.process.pid), encoding="utf-8") as file:
            recorder = int(file.read())
        self.assertLessEqual(len(os.listdir("/proc/%d/fd" % recorder)), 6)      # /dev/null, its file and two pipes: no socket of the hub's
        self.assertEqual(len(os.listdir("/proc/%d/task" % hub.process.pid)), 1)     # a second thread would cost each message
        names = os.listdir("/proc/%d/fd" % hub.process.pid)
        self.assertFalse([name for name in names if os.path.realpath("/proc/%d/fd/%s" % (hub.process.pid, name)).endswith(".trunk")])
        os.kill(recorder, signal.SIGTERM)           # as Ctrl+C in a terminal reaches both
        hub.push("nobody", {"n": 0})
        hub.stop_cleanly()
        self.assertFalse(os.path.exists("/proc/%d" % recorder))
        self.assertEqual(self._pushes_in(path)[:1], [0])
        self.assertEqual(read_capture(path)[2], [])

    def test_a_disk_that_is_full_is_told(self):
        result = self.run_command("serve", "--port", "0", "--record", "/dev/full")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("cannot write /dev/full", result.stderr)

    def test_a_disk_that_becomes_full_is_told_and_the_hub_goes_on(self):
        path = self.path("full.trunk")
        hub = support.Hub(arguments=["--record", path], wrapper=["prlimit", "--fsize=20000"])
        self.addCleanup(hub.kill)
        alice = hub.join("alice")
        for n in range(100):
            hub.push("alice", {"n": n, "fill": "x" * 1000})
            self.assertEqual(alice.json()["n"], n)
        eventually(lambda: "Recording has ended: cannot write " + path in hub.log(), what="a word of it")
        hub.push("alice", {"n": 100})
        self.assertEqual(alice.json()["n"], 100)
        hub.stop_cleanly()
        result = self.run_command("export", path, "--har")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_restart_onto_the_same_file_waits_for_what_a_killed_hub_has_left(self):
        path = self.path("again.trunk")
        for turn in range(4):
            hub = support.Hub(arguments=["--record", path])
            self.addCleanup(hub.kill)
            header, entries, gaps = read_capture(path)
            self.assertEqual((header["url"], entries, gaps), (hub.ready["url"], [], []))        # nothing of the one before
            alice = hub.join("alice")
            for n in range(150):
                hub.push("alice", {"n": n, "turn": turn})
            hub.process.kill()
            hub.process.wait()      # its recorder may have a tenth of a second to write
            del alice
        eventually(lambda: self._pushes_in(path) == list(range(150)), what="the last push")
        self.assertNotIn('\\"turn\\":2', self.read("again.trunk"))

    def test_two_recorders_do_not_share_a_file(self):
        path = self.path("shared.trunk")
        hub = support.Hub(arguments=["--record", path])
        self.addCleanup(hub.kill)
        hub.push("nobody", {"n": 0})
        for command in (["serve", "--port", "0", "--record", path], ["record", "--hub", hub.ready["url"], "--token", hub.ready["token"], "--output", path]):
            result = self.run_command(*command)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("cannot write %s: another recorder writes it" % path, result.stderr)
        hub.push("nobody", {"n": 1})
        hub.stop_cleanly()
        self.assertEqual(self._pushes_in(path), [0, 1])

    def test_a_hub_that_cannot_start_leaves_captures_alone(self):
        hub = support.Hub()
        self.addCleanup(hub.kill)
        older = self.write("older.trunk", "of the day before\n")
        for path in (older, self.path("new.trunk")):
            result = self.run_command("serve", "--port", str(hub.port), "--record", path)
            self.assertEqual(result.returncode, 3, result.stderr)
        self.assertEqual(self.read("older.trunk"), "of the day before\n")
        self.assertFalse(os.path.exists(self.path("new.trunk")))

    def test_size_and_parts(self):
        path = self.path("parts.trunk")
        hub = support.Hub(arguments=["--record", path, "--max-size", "64KiB", "--keep", "2"])
        alice = hub.join("alice")
        for burst in range(8):
            for n in range(20):
                hub.push("alice", {"n": n, "fill": "x" * 1000})
                alice.json()
            # Each burst is about 60 KB on disk: the next one only when this one has arrived, so that parts are made.
            eventually(lambda: self._burst_is_written(path, burst), what="the recorder")
        hub.stop_cleanly()
        names = sorted(name for name in os.listdir(self.directory) if name.endswith(".trunk"))
        self.assertEqual(len(names), 3, names)
        self.assertEqual([read_capture(self.path(name))[0]["format"] for name in names], ["1.0"] * 3)

    def _burst_is_written(self, path, burst):
        try:
            return read_capture(path)[1][-1]["n"] >= 1 + 40 * (burst + 1)
        except (ValueError, IndexError, FileNotFoundError):
            return False        # in the middle of a line, or a part has just begun, or is about to

    def test_bad_bounds_are_refused(self):
        for arguments in (["--record", "x", "--max-size", "12"], ["--record", "x", "--max-size", "much"], ["--record", "x", "--keep", "-1"]):
            result = self.run_command("serve", "--port", "0", *arguments)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("allowed:", result.stderr)
        result = self.run_command("serve", "--port", "0", "--record", "/nowhere/x.trunk")
        self.assertEqual(result.returncode, 2)
        self.assertIn("/nowhere/x.trunk", result.stderr)

    def test_export(self):
        path = self.path("hub.trunk")
        hub = support.Hub(arguments=["--record", path])
        cid = talk(hub)
        hub.stop_cleanly()
        _, entries, _ = read_capture(path)
        har = json.loads(self.run_command("export", path, "--har").stdout)["log"]
        self.assertEqual(har["version"], "1.2")
        streams = [e for e in har["entries"] if e.get("_resourceType") == "eventsource"]
        sockets = [e for e in har["entries"] if e.get("_resourceType") == "websocket"]
        self.assertEqual([json.loads(m["data"])["data"]["delta"] for m in streams[0]["_eventSourceMessages"]], ["one", "two"])
        self.assertEqual([m["type"] for m in sockets[0]["_webSocketMessages"]], ["receive", "receive", "send", "send"])
        pushes = [e for e in har["entries"] if e["request"]["url"].endswith("/sse/push")]
        self.assertEqual(["success" in e["response"]["content"]["text"] for e in pushes], [True, False])

        reply = next(e["n"] for e in entries if e["kind"] == "reply")
        curl = self.run_command("export", path, "--curl", str(reply)).stdout
        words = shlex.split(curl)
        self.assertEqual(words[0], "curl")
        self.assertEqual(json.loads(words[-1]), {"user_id": "alice", "data": {"message": "hi"}})
        self.assertEqual(self.run_command("export", path, "--curl", "999").returncode, 2)
        self.assertTrue(cid)

        masked = self.run_command("export", path, "--redact", "*.token", "--output", self.path("masked.trunk"))
        self.assertEqual(masked.returncode, 0, masked.stderr)
        self.assertIn("s3cret", self.read("hub.trunk"))
        self.assertNotIn("s3cret", self.read("masked.trunk"))
        self.assertEqual(read_capture(self.path("masked.trunk"))[0]["redactions"], ["*.token"])

    def test_export_curl_works_as_it_stands(self):
        path = self.path("hub.trunk")
        hub = self.start_hub(arguments=["--record", path])
        alice = hub.join("alice")
        hub.push("alice", {"message": "it's \"quoted\" $HOME"})
        first = alice.json()
        number = eventually(lambda: [e["n"] for e in read_capture(path)[1] if e["kind"] == "push"] if self.read("hub.trunk").endswith("\n") else [],
                            what="the capture")[0]
        curl = self.run_command("export", path, "--curl", str(number)).stdout
        done = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, timeout=30)
        self.assertIn("success", done.stdout)
        self.assertEqual(alice.json()["message"], first["message"])

    def test_files_that_are_no_captures(self):
        self.assertEqual(self.run_command("export", self.write("a.txt", "hello"), "--har").returncode, 2)
        newer = self.run_command("export", self.write("b.trunk", '{"format":"2.0"}\n'), "--har")
        self.assertEqual(newer.returncode, 2)
        self.assertIn("newer Trunkline", newer.stderr)
        self.assertEqual(self.run_command("export", self.path("none.trunk"), "--har").returncode, 2)
        self.assertEqual(self.run_command("export").returncode, 2)


if __name__ == "__main__":
    unittest.main()
