# SPDX-License-Identifier: GPL-3.0-or-later
"""Many users spread over three hubs on one Redis: each gets its message from whichever hub it is posted to.

TRUNKLINE_USERS says how many (900); the long run takes 9,000.
"""
import os
import resource
import unittest

from cluster import BATCH, ClusterTestCase, eventually
from hub import WsClient

USERS = int(os.environ.get("TRUNKLINE_USERS", "900"))


class Spread(ClusterTestCase):
    hubs = 3
    # Nobody answers pings while thousands of others come. A hub or Redis that gets no processor for a second is no fault here: what it says
    # late would be answered with 503.
    settings = {"ws_ping_interval": "0", "redis_timeout": "10s"}

    def test_everybody_is_reached_from_every_hub(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.assertGreater(hard, USERS + 100, "too few open files allowed")
        clients = [WsClient(self.all[n % 3].address, "user-%d" % n, timeout=60) for n in range(USERS)]
        for client in clients:
            self.addCleanup(client.http.close)
        self.assertEqual([hub.connections() for hub in self.all], [len(range(k, USERS, 3)) for k in range(3)])
        for number, asker in enumerate(self.all):
            for begin in range(0, USERS, 500):
                batch = [{"user_id": "user-%d" % n, "data": {"n": n, "from": number}} for n in range(begin, min(USERS, begin + 500))]
                results = asker.post(BATCH, batch).json()["results"]
                self.assertEqual([one for one in results if not one["success"]], [])
            for n, client in enumerate(clients):
                message = client.json()
                self.assertEqual((message["n"], message["from"]), (n, number))
        answer = self.b.post("/sse/broadcast", {"data": {"all": True}}).json()
        self.assertEqual((answer["users"], answer["sessions"]), (USERS, USERS))
        for client in clients:
            self.assertTrue(client.json()["all"])
        eventually(lambda: self.a.get("/presence?limit=1").json()["total"] == USERS, what="all to be present")
        # Redis goes and comes back: all of them are known again, and reached.
        self.redis.stop()
        for hub in self.all:
            self.wait_unready(hub, 60)
        self.redis.start()
        for hub in self.all:
            self.wait_ready(hub, 60)
        for begin in range(0, USERS, 500):
            results = self.c.post(BATCH, [{"user_id": "user-%d" % n, "data": {"n": n}} for n in range(begin, min(USERS, begin + 500))]).json()["results"]
            self.assertEqual([one for one in results if not one["success"]], [])
        for n, client in enumerate(clients):
            self.assertEqual(client.json()["n"], n)


if __name__ == "__main__":
    unittest.main()
