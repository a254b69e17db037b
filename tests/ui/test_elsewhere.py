#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window on a real display, over a hub that shares its users with two others by way of a real Redis: it says which hub holds whom."""
import os
import unittest

from cluster import Redis
from desktop import Desktop, Display, Reader
from hub import Hub, eventually


class Elsewhere(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.display = Display()
        cls.addClassCleanup(cls.display.close)
        os.environ.update(cls.display.environment)                  # pyatspi looks for the bus there
        cls.redis = Redis()
        cls.addClassCleanup(cls.redis.kill)
        url = "redis://127.0.0.1:%d" % cls.redis.port
        cls.hubs = [Hub(redis_url=url, hub_name=name) for name in ("hub-b", "hub-c")]
        for hub in cls.hubs:
            cls.addClassCleanup(hub.kill)
        cls.desktop = Desktop(cls.display, "--redis-url", url, "--hub-name", "hub-a")
        cls.addClassCleanup(cls.desktop.kill)
        for hub in (*cls.hubs, cls.desktop):
            eventually(lambda hub=hub: hub.get("/ready").status == 200, what="the hub to be ready")
        cls.reader = Reader(cls.desktop.process.pid)
        cls.display.activate()

    def join(self, hub, user):
        client = hub.join(user, timeout=300)
        self.addCleanup(client.leave)
        return client

    def rows(self):
        """What is in the list of sessions; a hub's name without the mark of its start."""
        found = self.reader.all("list", "Sessions")
        names = [found[0].getChildAtIndex(row).name for row in range(found[0].childCount)] if found else []
        return [name.partition("#")[0] for name in names]

    def test_the_list_of_sessions_says_which_hub_holds_a_user(self):
        self.join(self.desktop, "near")
        clients = {name: self.join(hub, name) for name, hub in zip(("bob", "carol"), self.hubs)}
        wanted = ["bob, on hub-b", "carol, on hub-c"]
        eventually(lambda: [name for name in self.rows() if ", on " in name] == wanted, 20, "both to be found")
        self.assertTrue(any(name.startswith("On other hubs") and name.endswith("2") for name in self.rows()), self.rows())
        # One goes from one hub to the other.
        clients["bob"].leave()
        self.join(self.hubs[1], "bob")
        eventually(lambda: "bob, on hub-c" in self.rows(), 20, "the one who moved")
        self.redis.stop()
        eventually(lambda: not any(", on " in name for name in self.rows()), 20, "nobody to be found without Redis")
        self.assertTrue(any(name.startswith("near") for name in self.rows()), self.rows())


if __name__ == "__main__":
    unittest.main(verbosity=2)
