# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /health, /ready and /metrics."""
import re
import shutil
import subprocess
import unittest

from hub import HubTestCase, eventually

SAMPLE = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="(\\.|[^"\\])*"(,[a-zA-Z_][a-zA-Z0-9_]*="(\\.|[^"\\])*")*,?\})?'
                    r' ([-+]?[0-9][0-9.eE+-]*|NaN|[+-]Inf)( -?[0-9]+)?')


class Health(HubTestCase):
    def test_members(self):
        response = self.hub.get("/health")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.header("Content-Type").split(";")[0], "application/json")
        health = response.json()
        self.assertLessEqual({"status": "healthy", "uptime": "running"}.items(), health.items())
        self.assertIsInstance(health["connections"], int)
        self.assertIsInstance(health["uptime_seconds"], (int, float))
        self.assertRegex(health["version"], r"^[0-9]+\.[0-9]+\.[0-9]+")

    def test_uptime_grows(self):
        first = self.hub.get("/health").json()["uptime_seconds"]
        eventually(lambda: self.hub.get("/health").json()["uptime_seconds"] > first, what="the uptime to grow")

    def test_connections_are_registered_sessions(self):
        self.assertEqual(self.hub.connections(), 0)
        clients = [self.join("count-%d" % n) for n in range(5)]
        self.join("count-0").closed()           # the rejected twin is no registered session
        with self.hub.connect():                # nor is a bare connection
            self.assertEqual(self.hub.connections(), 5)
            self.assertEqual(self.hub.metrics()["active_connections"], 5)
        for n, client in enumerate(clients):
            client.leave()
            eventually(lambda left=4 - n: self.hub.connections() == left, what="one session less")
        self.assertEqual(self.hub.metrics()["active_connections"], 0)

    def test_ready(self):
        self.assertEqual(self.hub.get("/ready").status, 200)

    def test_other_methods(self):
        for path in ("/health", "/ready", "/metrics"):
            for method in ("POST", "PUT", "DELETE"):
                response = self.hub.request(method, path)
                self.assertEqual(response.status, 405, (method, path))
                self.assertIn("get", response.tokens("Allow"))


class Metrics(HubTestCase):
    def is_json(self, response):
        self.assertEqual(response.status, 200)
        self.assertEqual(response.header("Content-Type").split(";")[0], "application/json")
        self.assertEqual(response.json()["service"], "websocket-sse-server")
        self.assertIsInstance(response.json()["active_connections"], int)

    def is_prometheus(self, response):
        self.assertEqual(response.status, 200)
        self.assertIn(response.header("Content-Type").split(";")[0], ("text/plain", "application/openmetrics-text"))
        text = response.body.decode()
        self.assertTrue(text.endswith("\n"))
        samples = 0
        for line in text.splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, re.compile("^(%s)$" % SAMPLE.pattern))
                samples += 1
        self.assertGreater(samples, 3)
        if response.header("Content-Type").startswith("application/openmetrics-text"):
            self.assertTrue(text.endswith("# EOF\n"))
        return text

    def accept(self, *values):
        return self.hub.get("/metrics", [("Accept", value) for value in values])

    def test_json_by_default(self):
        self.is_json(self.hub.get("/metrics"))
        for accept in ("*/*", "application/json", "application/*", "", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                       "application/json, text/plain, */*", "application/json, text/plain;q=0.9", "text/plain;q=0, */*", "text/plain;q=0.2,*/*"):
            with self.subTest(accept=accept):
                self.is_json(self.accept(accept))

    def test_prometheus_by_accept(self):
        for accept in ("text/plain", "text/plain;version=0.0.4", "Text/Plain", "application/openmetrics-text; version=1.0.0",
                       "text/plain, application/json;q=0.5", "application/json;q=0.5, text/plain;q=0.9",
                       "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"):
            with self.subTest(accept=accept):
                self.is_prometheus(self.accept(accept))

    def test_prometheus_by_query(self):
        self.is_prometheus(self.hub.get("/metrics?format=prometheus"))
        self.is_prometheus(self.hub.get("/metrics?x=1&format=prometheus"))
        self.is_prometheus(self.hub.get("/metrics?format=prometheus", [("Accept", "application/json")]))

    def test_promtool_has_no_objection(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        text = self.hub.get("/metrics?format=prometheus").body
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=20)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_prometheus_counts_the_same(self):
        self.join("prom-1"), self.join("prom-2")
        text = self.is_prometheus(self.hub.get("/metrics?format=prometheus"))
        self.assertRegex(text, r"(?m)^[a-z_]*(sessions|connections)[a-z_]*(\{[^}]*\})? 2(\.0+)?$")

    def test_counters_follow_the_traffic(self):
        user = self.join("counted")
        before = self.hub.metrics()
        self.hub.push("counted", {})
        self.hub.push("nobody", {})
        stream = self.stream({"user_id": "counted", "data": {"correlation_id": "ct"}})
        self.assertEqual(self.hub.metrics()["open_requests"], before["open_requests"] + 1)
        user.send({"correlation_id": "ct", "is_final": True})
        stream.events()
        after = self.hub.metrics()
        self.assertEqual(after["open_requests"], before["open_requests"])
        for name in ("replies_late", "replies_orphan", "replies_refused"):
            self.assertEqual(after[name], before[name], name)

    def test_head(self):
        for path in ("/metrics", "/metrics?format=prometheus", "/health", "/ready"):
            got, head = self.hub.get(path), self.hub.request("HEAD", path)
            self.assertEqual((head.status, head.header("Content-Type")), (200, got.header("Content-Type")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
