# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that fail: a store that cannot be written at the start or later on, a capture whose disk is full. A preloaded library plays the disk
(tests/support/disk_faults.cpp): full or read-only for the files of one test, and well again."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from hub import Hub, binary, clean_environment, eventually

FULL, READ_ONLY, FINE = b"f", b"r", b"\0"


@unittest.skipUnless(os.environ.get("TRUNKLINE_DISK_FAULTS"), "not built")
class Disk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="trunkline-disk-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "hub.sqlite")
        self.state = tempfile.NamedTemporaryFile(prefix="trunkline-disk-state-")
        self.addCleanup(self.state.close)
        self.disk_is(FINE)

    def disk_is(self, state):
        self.state.seek(0)
        self.state.write(state)
        self.state.flush()

    def variables(self):
        return {"LD_PRELOAD": os.environ["TRUNKLINE_DISK_FAULTS"], "TRUNKLINE_DISK_PREFIX": self.path, "TRUNKLINE_DISK_STATE": self.state.name,
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def start(self):
        hub = Hub(env=self.variables(), offline_queue=1000, store=self.path)
        self.addCleanup(hub.kill)
        return hub

    def push(self, hub, n):
        return hub.post("/sse/push", {"user_id": "away", "data": {"n": n}})


class Store(Disk):
    def fails_to_start(self):
        ended = subprocess.run([binary(), "serve", "--port", "0", "--offline-queue", "5", "--store", self.path], cwd=self.folder,
                               env=clean_environment(self.folder, self.variables()), capture_output=True, text=True, timeout=30)
        self.assertEqual(ended.returncode, 2, ended)
        self.assertIn("STORE=" + self.path, ended.stderr)

    def test_a_store_that_cannot_be_made_stops_the_start(self):
        for state in (READ_ONLY, FULL):
            self.disk_is(state)
            self.fails_to_start()

    def test_a_store_that_became_read_only_stops_the_start(self):
        hub = self.start()
        self.assertEqual(self.push(hub, 0).json()["status"], "queued")
        hub.stop_cleanly()
        self.disk_is(READ_ONLY)
        self.fails_to_start()

    def survives(self, state):
        hub = self.start()
        self.assertEqual(self.push(hub, 0).json()["status"], "queued")
        self.disk_is(state)
        for n in range(3):
            response = self.push(hub, 100 + n)
            self.assertEqual(response.status, 503, response)        # what is not in the file is not promised
            self.assertIsInstance(response.json()["detail"], str)
        self.assertEqual(hub.get("/health").status, 200)
        user = hub.join("here")                                     # the others go on
        stream = hub.open_stream({"user_id": "here", "data": {"correlation_id": "c"}})
        user.receive()
        user.send({"correlation_id": "c", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        stream.close()
        self.disk_is(FINE)
        eventually(lambda: self.push(hub, 1).status == 200, what="the store to work again")
        hub.process.kill()
        hub.process.wait()
        again = self.start()
        client = again.join("away")
        received = [client.json()["n"]]
        while received[-1] != 1:
            received.append(client.json()["n"])
        self.assertEqual(received[0], 0)                            # what was promised is there
        client.leave()
        again.stop_cleanly()

    def test_a_full_disk_and_room_again(self):
        self.survives(FULL)

    def test_a_disk_that_becomes_read_only_and_comes_back(self):
        self.survives(READ_ONLY)


class Recording(Disk):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder, "session.trunk")

    def readable(self):
        """What the capture holds, each line whole JSON."""
        with open(self.path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def recorded(self, mark):
        return any(mark in json.dumps(line) for line in self.readable())

    def test_the_hub_goes_on_when_its_capture_cannot_be_written(self):
        hub = Hub(env=self.variables(), arguments=("--record", self.path))
        self.addCleanup(hub.kill)
        user = hub.join("alice")
        self.assertTrue(hub.push("alice", {"mark": "before"}))
        eventually(lambda: self.recorded("before"), what="the message in the capture")
        self.disk_is(FULL)
        self.assertTrue(hub.push("alice", {"mark": "while full"}))
        eventually(lambda: "cannot write " + self.path in hub.log(), what="the hub to say so")
        self.assertTrue(hub.push("alice", {"mark": "after"}))
        self.assertEqual([user.json()["mark"] for _ in range(3)], ["before", "while full", "after"])
        self.assertTrue(self.recorded("before"))
        self.assertEqual(hub.log().count("cannot write"), 1)
        user.leave()
        self.assertEqual(hub.stop(), 0, hub.log())

    def test_the_recorder_ends_and_says_why(self):
        hub = Hub()
        self.addCleanup(hub.kill)
        user = hub.join("alice")
        recorder = subprocess.Popen([binary(), "record", "--hub", hub.ready["url"], "--output", self.path], cwd=self.folder,
                                    env={**clean_environment(self.folder, self.variables()), "TRUNKLINE_TOKEN": hub.ready["token"]},
                                    stderr=subprocess.PIPE, text=True)
        self.addCleanup(recorder.wait)
        self.addCleanup(recorder.kill)
        self.assertIn("Recording", recorder.stderr.readline())
        self.assertTrue(hub.push("alice", {"mark": "before"}))
        eventually(lambda: self.recorded("before"), what="the message in the capture")
        self.disk_is(FULL)
        self.assertTrue(hub.push("alice", {"mark": "while full"}))
        said = recorder.stderr.read()
        self.assertEqual(recorder.wait(20), 1, said)
        self.assertIn("cannot write " + self.path, said)
        self.assertTrue(self.recorded("before"))
        self.assertEqual([user.json()["mark"] for _ in range(2)], ["before", "while full"])
        user.leave()
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
