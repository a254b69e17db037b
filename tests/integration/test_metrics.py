# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /health, /ready and /metrics."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from cluster import ClusterTestCase
from hub import Hub, HubTestCase, eventually

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

    def text(self):
        return self.is_prometheus(self.hub.get("/metrics?format=prometheus"))

    def value(self, sample):
        """The value of one sample, labels and all."""
        for line in self.text().splitlines():
            if line.startswith(sample + " "):
                return float(line.rsplit(" ", 1)[1])
        self.fail("no sample %s in\n%s" % (sample, self.text()))

    def grows(self, sample, by, action):
        before = self.value(sample)
        action()
        eventually(lambda: self.value(sample) >= before + by, what=sample)
        self.assertEqual(self.value(sample), before + by)

    def test_sessions_by_kind(self):
        self.assertEqual(self.value('trunkline_sessions{kind="websocket"}'), 0)
        self.join("kind-1")
        with self.hub.connect() as listener:
            listener.send_request("GET", "/sse/stream?user_id=kind-2")
            listener.start_stream()
            eventually(lambda: self.value('trunkline_sessions{kind="event_stream"}') == 1, what="the event stream")
            self.assertEqual(self.value('trunkline_sessions{kind="websocket"}'), 1)
        eventually(lambda: self.value('trunkline_sessions{kind="event_stream"}') == 0, what="its end")

    def test_drops_have_a_reason(self):
        self.grows('trunkline_drops_total{reason="not_connected"}', 2,
                   lambda: (self.hub.push("nobody", {}), self.stream({"user_id": "nobody", "data": {}}).events()))

    def test_exchanges_are_measured(self):
        user = self.join("measured")
        def exchange():
            stream = self.stream({"user_id": "measured", "data": {"correlation_id": "m"}})
            user.send({"correlation_id": "m", "is_final": True})
            stream.events()
        for family in ("trunkline_first_reply_seconds", "trunkline_exchange_seconds"):
            self.grows(family + "_count", 1, exchange)
            self.assertEqual(self.value(family + '_bucket{le="+Inf"}'), self.value(family + "_count"))
            self.assertLessEqual(self.value(family + '_bucket{le="5e-06"}'), self.value(family + '_bucket{le="60"}'))
            self.assertGreater(self.value(family + "_sum"), 0)

    def test_every_64th_push_is_timed(self):
        def push():
            for _ in range(64):
                self.hub.push("nobody", {})
        self.grows("trunkline_push_seconds_count", 1, push)

    def test_build_info(self):
        self.assertRegex(self.text(), r'(?m)^trunkline_build_info\{version="[0-9.]+",qt="6\.[0-9.]+"\} 1$')

    def test_open_metrics_names_families_without_total(self):
        text = self.is_prometheus(self.hub.get("/metrics?format=openmetrics"))
        self.assertIn("# TYPE trunkline_drops counter\n", text)
        self.assertIn('trunkline_drops_total{reason="slow_reader"}', text)

    def test_head(self):
        for path in ("/metrics", "/metrics?format=prometheus", "/health", "/ready"):
            got, head = self.hub.get(path), self.hub.request("HEAD", path)
            self.assertEqual((head.status, head.header("Content-Type")), (200, got.header("Content-Type")))


class HeartbeatsApart(HubTestCase):
    settings = {"ws_ping_interval": "50ms", "sse_keepalive": "50ms", "sse_response_timeout": "10s"}

    def test_heartbeats_are_counted_and_are_no_messages(self):
        self.join("beating")
        self.stream({"user_id": "beating", "data": {}})
        def counted(kind):
            text = self.hub.get("/metrics?format=prometheus").body.decode()
            return float(re.search(r'trunkline_heartbeats_total\{kind="%s"\} ([0-9]+)' % kind, text)[1])
        delivered = self.hub.metrics()["messages_delivered"]
        # A client answers a ping when it reads: this one is asked for the next message all the time.
        for kind in ("ping", "keep_alive"):
            eventually(lambda one=kind: counted(one) > 0, what=kind)
        self.assertEqual(self.hub.metrics()["messages_delivered"], delivered)


@unittest.skipUnless(os.environ.get("TRUNKLINE_REDIS") and shutil.which("redis-server"), "no Redis, or a hub without it")
class SeveralHubs(ClusterTestCase):
    hubs = 1

    def test_several_hubs(self):
        """Names and help texts of the backplane's families; promtool reads them, too."""
        eventually(lambda: "trunkline_backplane_ping_seconds" in self.a.get("/metrics?format=prometheus").body.decode(), what="a round trip")
        text = self.a.get("/metrics?format=prometheus").body
        for sample in (b"trunkline_backplane_up 1\n", b"trunkline_backplane_hubs 1\n", b'trunkline_backplane_info{hub="hub-a'):
            self.assertIn(sample, text)
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""))


class Examples(unittest.TestCase):
    """docs/examples: what promtool and Grafana read names metrics that exist."""

    EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "examples")

    def test_promtool_accepts_the_alerts(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        for arguments in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"], ["check", "config", "prometheus.yml"],
                          ["check", "config", "prometheus-compose.yml"]):
            done = subprocess.run(["promtool", *arguments], cwd=self.EXAMPLES, capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_promtool_reads_the_dashboard(self):
        """Each expression of it as the rule of a file: promtool parses those, not dashboards."""
        if not shutil.which("promtool"):
            self.skipTest("promtool is not installed")
        with open(os.path.join(self.EXAMPLES, "grafana.json"), encoding="utf-8") as file:
            panels = json.load(file)["panels"]
        expressions = [target["expr"].replace("$__rate_interval", "1m") for panel in panels for target in panel["targets"]]
        self.assertGreater(len(expressions), 20)
        rules = [{"record": "dashboard:expression%d" % n, "expr": one} for n, one in enumerate(expressions)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rules.yml")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)      # JSON is YAML
            done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_names_exist(self):
        # With a Redis that is not there: the families of several hubs stand in the metrics all the same.
        hub = Hub(**({"redis_url": "redis://127.0.0.1:1"} if os.environ.get("TRUNKLINE_REDIS") else {}))
        self.addCleanup(hub.stop_cleanly)
        exposed = set(re.findall(r"(?m)^(trunkline_[a-z_]+)", hub.get("/metrics?format=prometheus").body.decode()))
        for name in ("alerts.yml", "grafana.json"):
            with open(os.path.join(self.EXAMPLES, name), encoding="utf-8") as file:
                text = file.read()
            used = set(re.findall(r"\b(trunkline_[a-z_]+)\b", text))
            self.assertGreater(len(used), 5, name)
            self.assertEqual({one for one in used - exposed if os.environ.get("TRUNKLINE_REDIS") or "_backplane_" not in one}
                             - {"trunkline_backplane_ping_seconds"}, set(), name)       # test_several_hubs has seen that one
        with open(os.path.join(self.EXAMPLES, "grafana.json"), encoding="utf-8") as file:
            dashboard = json.load(file)
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
