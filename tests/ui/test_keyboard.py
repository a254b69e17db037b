#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window on a real display, over its own hub with real clients: by keyboard alone, read as a screen reader reads it."""
import os
import threading
import unittest

from desktop import Desktop, Display, Reader
from hub import eventually


class Answers:
    """A WebSocket user that answers each request at once with two replies, on a thread of its own."""

    def __init__(self, client):
        self.client = client
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        from hub import Closed                                      # pylint: disable=import-outside-toplevel
        try:
            while True:
                correlation = self.client.json()["correlation_id"]
                self.client.send({"correlation_id": correlation, "text": "one moment"})
                self.client.send({"correlation_id": correlation, "text": "here you are", "is_final": True})
        except (Closed, OSError, AssertionError):
            pass


class Keyboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.display = Display()
        cls.addClassCleanup(cls.display.close)
        os.environ.update(cls.display.environment)                  # pyatspi looks for the bus there
        cls.desktop = Desktop(cls.display)
        cls.addClassCleanup(cls.desktop.kill)
        cls.reader = Reader(cls.desktop.process.pid)
        cls.display.activate()

    def press(self, *keys):
        for key in keys:
            self.display.press(key)

    def send(self, user, message):
        with self.desktop.open_stream({"user_id": user, "data": {"message": message}}) as stream:
            stream.events()

    def table(self, name="Exchanges"):
        return self.reader.one("table", name)

    def rows(self, name="Exchanges"):
        found = self.reader.all("table", name)
        return found[0].queryTable().nRows if found else 0

    def cell(self, row, column, name="Exchanges"):
        return self.table(name).queryTable().getAccessibleAt(row, column).name

    def test_01_the_empty_window_teaches(self):
        self.reader.one("push button", lambda text: "demo_bot" in text)

    def test_02_reads_a_cell(self):
        alice = self.desktop.join("alice", timeout=300)
        self.addClassCleanup(alice.http.close)
        Answers(alice)
        self.send("alice", "what is the weather?")
        self.send("nobody", "are you there?")
        eventually(lambda: self.rows() == 2, what="two rows")
        self.assertEqual(self.cell(0, 2), "User: alice")
        self.assertEqual(self.cell(0, 3), "State: done")
        self.assertEqual(self.cell(1, 3), "State: not connected")

    def test_03_runs_a_filter(self):
        self.press("Ctrl+f")
        self.display.type("user:alice")
        self.press("Return")
        eventually(lambda: self.rows() == 1, what="one row")
        self.assertEqual(self.cell(0, 2), "User: alice")

    def test_04_opens_an_exchange(self):
        self.press("Escape", "Home")
        sentence = self.reader.one("label", lambda text: "waiting for alice" in text)
        self.assertIn("hub", sentence.name)
        self.press("F6")                    # to the detail's tabs
        self.press("Right")
        self.reader.one("tree", "Payload as a tree")

    def test_05_clears_the_filter_by_the_palette(self):
        # Qt leaves popups out of the tree that AT-SPI shows: the X server says that it is there.
        self.press("Ctrl+k")
        eventually(lambda: len(self.display.windows()) == 2, what="the palette")
        self.display.type("clear the filter")
        self.press("Return")
        eventually(lambda: len(self.display.windows()) == 1, what="the palette to close")
        eventually(lambda: self.rows() == 2, what="both rows")

    def test_06_pauses_and_resumes(self):
        self.display.activate()
        self.press("Ctrl+p")
        self.reader.one("label", lambda text: text.endswith("paused"))
        self.send("nobody", "while paused")
        self.send("nobody", "and again")
        self.assertEqual(self.rows(), 2)
        self.press("Ctrl+p")
        eventually(lambda: self.rows() == 4, what="four rows")

    def test_07_composes_and_sends(self):
        self.press("Ctrl+n")
        self.reader.one("text", "Message as JSON")
        self.press("Ctrl+a")
        self.display.type('{"user_id":"alice","data":{"message":"typed"}}')
        self.press("Ctrl+Return")
        eventually(lambda: self.rows() == 5, what="the exchange that was sent")
        self.press("Ctrl+n")

    def test_08_shows_the_traffic(self):
        self.press("Escape", "Ctrl+2")
        eventually(lambda: self.rows("Traffic") > 8, what="the messages")
        kinds = {self.cell(row, 3, "Traffic") for row in range(self.rows("Traffic"))}
        self.assertIn("Kind: request", kinds)
        self.assertIn("Kind: reply", kinds)

    def test_09_ends_when_told_to(self):
        self.assertEqual(self.desktop.stop(), 0)
        self.assertFalse(os.path.exists(self.desktop.ready_file))


if __name__ == "__main__":
    unittest.main(verbosity=2)
