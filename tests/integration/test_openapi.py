# SPDX-License-Identifier: GPL-3.0-or-later
"""/openapi.json: valid, complete, and true: every path and method of it is called, and what comes back is what it says."""
import json
import os
import re
import subprocess
import unittest
import urllib.parse

import jsonschema
from hub import Hub, HubTestCase, WsClient, main

WEB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web")
PATHS = {"ws_path": "/talk", "sse_path": "/in/one", "sse_batch_path": "/in/many", "sse_send_path": "/in/ask"}


class Described(HubTestCase):
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

    def filled(self, path, operation=None):
        path = re.sub(r"\{[a-z_]+\}", "alice", path)
        query = {one["name"]: one.get("example", "") for one in (operation or {}).get("parameters", [])
                 if one.get("in") == "query" and one.get("required")}
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

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
        self.validator(operation["x-websocket"]["receive"]).validate(alice.json())

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
