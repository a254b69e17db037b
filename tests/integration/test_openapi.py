# SPDX-License-Identifier: GPL-3.0-or-later
"""/openapi.json: valid, complete, and true: every path and method of it is called, and what comes back is what it says."""
import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.parse

import jsonschema
from cluster import ClusterTestCase
from hub import Hub, HubTestCase, WsClient, main

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WEB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web")
# What RFC 9110, RFC 9112 and Fetch say of every answer.
GENERAL_FIELDS = {"connection", "content-length", "content-type", "keep-alive", "transfer-encoding", "vary"}
# What the gate answers whichever path was asked for; docs/api.md explains each.
OF_THE_GATE = {"400", "408", "413", "414", "417", "421", "429", "431", "500", "503", "505"}
PATHS = {"ws_path": "/talk", "sse_path": "/in/one", "sse_batch_path": "/in/many", "sse_send_path": "/in/ask"}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class DescribedCase(HubTestCase):
    settings = {"echo_endpoint": "on", "sse_response_timeout": "300ms"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.hub.get("/openapi.json").json()
        cls.admin = [("Authorization", "Bearer " + cls.hub.ready["token"])]

    def operations(self):
        for path, methods in self.api["paths"].items():
            for method, operation in methods.items():
                yield path, method, operation

    def validator(self, schema):
        return jsonschema.Draft202012Validator({**schema, "components": self.api["components"]})

    def check_fields(self, response, operation):
        """No header field comes that the document does not know."""
        described = operation["responses"].get(str(response.status)) or operation["responses"]["default"]
        if "$ref" in described:
            described = self.api["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
        named = {name.lower() for name in described.get("headers", {})}
        came = {name.lower() for name, _ in response.headers if not name.lower().startswith("access-control-")}
        self.assertEqual(came - GENERAL_FIELDS - named, set(), response)

    def filled(self, path, operation=None):
        path = re.sub(r"\{[a-z_]+\}", "alice", path)
        query = {one["name"]: one.get("example", "") for one in (operation or {}).get("parameters", [])
                 if one.get("in") == "query" and one.get("required")}
        return path + ("?" + urllib.parse.urlencode(query) if query else "")


class Described(DescribedCase):
    def test_every_operation_is_described(self):
        ids = []
        for path, method, operation in self.operations():
            with self.subTest(path=path, method=method):
                self.assertTrue(operation["summary"])
                self.assertTrue(operation["operationId"])
                self.assertIn(operation["tags"][0], [tag["name"] for tag in self.api["tags"]])
                ids.append(operation["operationId"])
        self.assertEqual(len(ids), len(set(ids)))

    def test_no_route_is_left_out(self):
        """What Allow says of each path is what the document says of it."""
        for path, methods in self.api["paths"].items():
            allow = self.hub.request("OPTIONS", self.filled(path)).tokens("Allow") if path != "/echo" else None
            if allow:
                self.assertEqual(set(allow) - {"options"}, set(methods), path)
            self.assertTrue(methods, "%s is not described" % path)

    def test_every_route_of_the_docs_is_there(self):
        listed = re.findall(r"(?m)^\| `?(?:GET|POST)? ?(.*?)\|", re.search(r"\| Route \| What it does.*?\n\n", read("docs/api.md"), re.DOTALL)[0]
                            + re.search(r"## /admin.*?## Errors", read("docs/api.md"), re.DOTALL)[0])
        paths = {re.sub(r"\?.*", "", one).replace("{user}", "{user_id}") for row in listed for one in re.findall(r"(/[a-z./{}_]*)", row)}
        self.assertGreater(len(paths), 18)
        self.assertEqual(set(self.api["paths"]), paths)

    def test_every_error_is_described(self):
        """What the gate may answer stands at every operation, each with the fields that come along."""
        documented = set(re.findall(r"(?m)^\| (\d{3})[, ]", re.search(r"## Errors.*?## Who", read("docs/api.md"), re.DOTALL)[0]))
        self.assertGreater(len(documented), 15)
        everywhere = set()
        for path, method, operation in self.operations():
            with self.subTest(path=path, method=method):
                self.assertLessEqual(OF_THE_GATE | {"403", "default"}, set(operation["responses"]))
                if operation.get("security"):
                    self.assertIn("401", operation["responses"])
                everywhere |= set(operation["responses"])
        # 404 and 405 are of paths and methods that are not in the document: its `default` has them.
        self.assertEqual(documented - everywhere, {"405"})

    def test_refusals_carry_what_is_described(self):
        hub = Hub(auth_tokens="s:publish", rate_requests_per_address="1", rate_burst="6", max_body_bytes="2000")
        self.addCleanup(hub.stop_cleanly)
        seen = set()
        token = ("Authorization", "Bearer s")
        for method, path, headers, body in (("GET", "/metrics", [], None), ("DELETE", "/sse/push", [], None), ("GET", "/ws", [], None),
                                            ("POST", "/sse/push", [token, ("Content-Type", "application/json"), ("Idempotency-Key", "a b\x7f")], b"{}"),
                                            ("GET", "/metrics", [token], None), ("POST", "/sse/push", [("Expect", "x")], b""),
                                            *[("GET", "/health", [], None)] * 12):
            response = hub.request(method, path, headers, body)
            seen.add(response.status)
            operations = self.api["paths"][path]
            self.check_fields(response, operations.get(method.lower()) or next(iter(operations.values())))
            for status, field in ((401, "WWW-Authenticate"), (405, "Allow"), (426, "Upgrade"), (429, "Retry-After")):
                self.assertEqual(response.header(field) is not None, response.status == status, (field, response))
        self.assertLessEqual({401, 405, 426, 400, 403, 417, 429}, seen)

    def test_every_operation_answers_as_it_says(self):
        for path, method, operation in self.operations():
            if operation["operationId"] in ("connect", "reply"):
                continue            # test_websocket_is_as_described, test_reply_is_as_described
            with self.subTest(path=path, method=method):
                self.check_operation(path, method, operation)

    def check_operation(self, path, method, operation):
        body, headers = None, list(self.admin)
        if "requestBody" in operation:
            (kind, content), = operation["requestBody"]["content"].items()
            self.validator(content["schema"]).validate(content["example"])
            body = json.dumps(content["example"]).encode()
            headers.append(("Content-Type", "text/plain" if kind == "*/*" else kind))
        with self.hub.connect() as connection:
            connection.send_request(method.upper(), self.filled(path, operation), headers, body)
            if any("text/event-stream" in one.get("content", {}) for one in operation["responses"].values()) and method != "head":
                self.check_stream(connection, operation)
            else:
                self.check_answer(connection.response(head_only=method == "head"), method, operation)

    def check_answer(self, response, method, operation):
        self.assertIn("X-Request-ID", operation["responses"][str(response.status)]["headers"])
        self.assertTrue(response.header("X-Request-ID"))
        self.assertLess(response.status, 300, response)
        self.check_fields(response, operation)
        described = operation["responses"][str(response.status)].get("content", {})
        if method == "head":
            return
        kind = response.header("Content-Type").split(";")[0]
        self.assertTrue(kind in described or "*/*" in described, response)
        schema = described.get(kind, {}).get("schema", {})
        if kind == "application/json" and schema:
            self.validator(schema).validate(response.json())

    def check_stream(self, connection, operation):
        self.assertEqual(connection.start_stream().status, 200)
        self.assertEqual(connection.stream.header("Content-Type"), "text/event-stream")
        self.check_fields(connection.stream, operation)
        data = [line[6:] for line in connection.block().split(b"\n") if line.startswith(b"data: ")]
        if data:
            self.validator(operation["x-sse"]["data"]).validate(json.loads(data[0]))

    def test_errors_have_the_described_shape(self):
        schemas = self.api["components"]["schemas"]
        for response, name in ((self.hub.get("/nowhere"), "Error"), (self.hub.post("/sse/push", {}), "ValidationError"),
                               (self.hub.post("/sse/push", b"{"), "ValidationError"), (self.hub.get("/sse/push"), "Error"),
                               (self.hub.get("/admin/snapshot"), "Error")):
            self.validator(schemas[name]).validate(response.json())

    def test_reply_is_as_described(self):
        operation = self.api["paths"]["/sse/reply"]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        self.check_error("/sse/reply", example, operation)
        with self.hub.connect() as listener:
            listener.send_request("GET", "/sse/stream?user_id=" + example["user_id"])
            listener.start_stream()
            request = self.stream({"user_id": example["user_id"], "data": {"correlation_id": example["correlation_id"]}})
            self.check_answer(self.hub.post("/sse/reply", example), "post", operation)
            self.assertEqual(request.events()[0]["text"], "hello")
            self.check_error("/sse/reply", example, operation)

    def check_error(self, path, body, operation):
        response = self.hub.post(path, body)
        self.assertGreaterEqual(response.status, 400)
        self.assertIn(str(response.status), operation["responses"])

    def test_websocket_is_as_described(self):
        operation = self.api["paths"]["/ws"]["get"]
        response = self.hub.get(self.filled("/ws", operation))
        self.assertEqual(response.status, 426)
        self.assertIn("426", operation["responses"])
        alice = self.join("alice")
        self.hub.push("alice", {"message": "hi"})
        message = alice.json()
        self.validator({"$ref": "#/components/schemas/Delivery"}).validate(message)
        self.validator(operation["x-websocket"]["receive"]).validate(message)
        self.assertRaises(jsonschema.ValidationError, self.validator(operation["x-websocket"]["receive"]).validate, {"message": "hi"})

    def test_what_the_hub_itself_says_is_as_described(self):
        """Gaps, who comes and goes, receipts, closes: on a WebSocket and on an event stream."""
        hub = Hub(history_size="2")
        self.addCleanup(hub.stop_cleanly)
        schemas = {name: self.validator({"$ref": "#/components/schemas/" + name}) for name in ("Gap", "PresenceNews", "Close", "Delivery", "PushResult", "Ack")}
        for n in range(5):
            hub.push("alice", {"n": n})
        watcher = hub.join(None, path="/ws?user_id=watcher&presence=1")
        alice = hub.join(None, path="/ws?user_id=alice&last_event_id=1&sequence=1")
        schemas["PresenceNews"].validate(watcher.json())
        schemas["Gap"].validate(alice.json())
        self.assertIsInstance(alice.json()["_seq"], int)
        schemas["Delivery"].validate(alice.json())
        with hub.connect() as connection:
            connection.send_request("POST", "/sse/push?wait=ack&timeout=10s", [("Content-Type", "application/json")],
                                    b'{"user_id": "alice", "data": {"correlation_id": "r1"}}')
            alice.json()
            ack = {"type": "ack", "correlation_id": "r1"}
            schemas["Ack"].validate(ack)
            alice.send(ack)
            answer = connection.response().json()
            self.assertTrue(answer["acknowledged"])
            schemas["PushResult"].validate(answer)
        events = self.api["paths"]["/sse/stream"]["get"]["x-sse"]["events"]
        self.assertEqual(set(events), {"gap", "presence", "close"})
        with hub.connect() as second:
            second.send_request("GET", "/sse/stream?user_id=alice")
            second.start_stream()
            block = b""
            while b"event: close" not in block:
                block = second.block()
            self.validator(events["close"]).validate(json.loads(re.search(rb"(?m)^data: (.*)$", block)[1]))

    def test_it_can_be_read_from_other_origins_that_are_allowed(self):
        response = self.hub.get("/openapi.json", [("Origin", "http://localhost:3000")])
        self.assertEqual(response.header("Access-Control-Allow-Origin"), "http://localhost:3000")

    def test_a_real_validator_is_content(self):
        validator = os.path.join(WEB, "node_modules", "@seriousme", "openapi-schema-validator", "bin", "validate-api-cli.js")
        if not os.path.exists(validator):
            self.skipTest("tools/setup.sh test installs the validator where npm is")
        path = os.path.join(self.hub.directory, "openapi.json")
        for change, code in ((lambda text: text, 0), (lambda text: text.replace('"operationId"', '"operation id"'), 1)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(change(json.dumps(self.api)))
            result = subprocess.run(["node", validator, path], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(result.returncode != 0, code != 0, result.stdout[-2000:] + result.stderr[-2000:])


@unittest.skipUnless(os.environ.get("TRUNKLINE_REDIS") and shutil.which("redis-server"), "no Redis, or a hub without it")
class SeveralHubs(ClusterTestCase):
    """The same answers, where several hubs share their users: they have more members there."""
    hubs = 2

    def test_answers_are_as_described(self):
        api = self.a.get("/openapi.json").json()
        def check(schema, response):
            self.assertEqual(response.status, 200, response)
            jsonschema.Draft202012Validator({"$ref": "#/components/schemas/" + schema, "components": api["components"]}).validate(response.json())
            return response.json()
        self.join(self.b, "bob")
        self.assertEqual(check("PushResult", self.a.post("/sse/push", {"user_id": "bob", "data": {}}))["status"], "success")
        check("BatchResult", self.a.post("/sse/push/batch", [{"user_id": "bob", "data": {}}]))
        check("BroadcastResult", self.a.post("/sse/broadcast", {"data": {}}))
        self.assertTrue(check("Metrics", self.a.get("/metrics"))["backplane"]["up"])
        self.assertEqual(check("Presence", self.a.get("/presence/bob"))["hubs"], check("PresencePage", self.a.get("/presence"))["users"][0]["hubs"])
        check("Ready", self.a.get("/ready"))
        self.redis.stop()
        lost = self.a.post("/sse/push", {"user_id": "bob", "data": {}})
        self.assertEqual((lost.status, lost.header("Retry-After")), (503, "1"))
        self.assertIn("Retry-After", api["paths"]["/sse/push"]["post"]["responses"]["503"]["headers"])


class Settings(unittest.TestCase):
    def test_paths_of_settings_are_named(self):
        hub = Hub(web_pages="off", **PATHS)
        self.addCleanup(hub.stop_cleanly)
        paths = hub.get("/openapi.json").json()["paths"]
        for path in PATHS.values():
            self.assertIn(path, paths)
        for path in ("/", "/docs", "/echo", "/sse/push"):
            self.assertNotIn(path, paths)
        self.assertEqual(hub.get("/").status, 404)
        self.assertEqual(hub.get("/docs").status, 404)

    def test_a_page_gives_way_to_a_path_of_a_setting(self):
        hub = Hub(ws_path="/")
        self.addCleanup(hub.stop_cleanly)
        self.assertEqual(hub.get("/").status, 426)
        WsClient(hub.address, "alice", path="/").leave()


if __name__ == "__main__":
    main()
