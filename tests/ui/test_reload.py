#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal to the program with a window, as an operator sends it: it reads its files again and goes on. No display is needed."""
import os
import tempfile
import unittest

from desktop import Desktop


class Offscreen:
    """What Desktop asks of a display, for Qt's platform that draws nowhere."""

    environment = {"QT_QPA_PLATFORM": "offscreen", "QT_QPA_PLATFORMTHEME": "", "LC_ALL": "C.UTF-8"}


@unittest.skipIf(os.name == "nt", "Windows has no SIGHUP")
class Reload(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="trunkline-tokens-")
        self.addCleanup(folder.cleanup)
        self.tokens = os.path.join(folder.name, "tokens")
        self.write("first:admin")
        self.desktop = Desktop(Offscreen, "--auth-tokens-file", self.tokens)
        self.addCleanup(self.desktop.kill)

    def write(self, line):
        with open(self.tokens, "w", encoding="utf-8") as file:
            file.write(line + "\n")

    def status(self, token):
        return self.desktop.get("/admin/snapshot", [("Authorization", "Bearer " + token)]).status

    def test_sighup_has_the_hub_read_its_files_again(self):
        self.assertEqual((self.status("first"), self.status("second")), (200, 401))
        self.write("second:admin")
        self.assertEqual(self.status("second"), 401)                    # not by itself
        self.desktop.reload("Read certificate, tokens and keys again")
        self.assertEqual((self.status("first"), self.status("second")), (401, 200))
        self.write("second:nonsense")
        self.desktop.reload("all stays as it was")
        self.assertEqual(self.status("second"), 200)
        self.assertIsNone(self.desktop.process.poll())
        self.assertEqual(self.desktop.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
