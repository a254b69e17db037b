# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /sse/push and /sse/push/batch: what a message body may be, what is answered, what is delivered."""
import json
import re
import unittest

import raw_json
from hub import HubTestCase, as_body

PUSH, BATCH, SEND = "/sse/push", "/sse/push/batch", "/sse/send"
UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Push(HubTestCase):
    def test_answers(self):
        user = self.join("answers")
        response = self.hub.post(PUSH, {"user_id": "answers", "data": {}})
        self.assertEqual(response.status, 200)
        self.assertEqual(response.header("Content-Type").split(";")[0], "application/json")
        self.assertLessEqual({"status": "success", "message": "Message delivered"}.items(), response.json().items())
        user.receive()
        response = self.hub.post(PUSH, {"user_id": "nobody", "data": {}})
        self.assertEqual(response.status, 200)
        self.assertLessEqual({"status": "partial", "message": "User not connected"}.items(), response.json().items())

    def test_set_members(self):
        user = self.join("members")
        self.hub.push("members", {"a": 1})
        message = user.receive()
        self.assertEqual(sorted(raw_json.names(message)), ["a", "correlation_id", "original_sender", "user_id"])
        self.assertRegex(json.loads(message)["correlation_id"], UUID4)
        self.assertEqual(json.loads(message)["original_sender"], {"user_id": "members", "timestamp": None})

    def test_new_ids_differ(self):
        user = self.join("ids")
        for _ in range(50):
            self.hub.push("ids", {})
        self.assertEqual(len({user.json()["correlation_id"] for _ in range(50)}), 50)

    def test_empty_data(self):
        user = self.join("empty")
        for body in (b'{"user_id":"empty","data":{}}', b' { "user_id" : "empty" , "data" : { } } \r\n\t'):
            self.assertEqual(self.hub.post(PUSH, body).json()["status"], "success")
            self.assertEqual(sorted(user.json()), ["correlation_id", "original_sender", "user_id"])

    def test_event_members_are_added_when_data_has_none(self):
        user = self.join("events")
        body = b'{"event_type":"t\\u0041","user_id":"events","timestamp":1.50,"event_id":"e","data":{"a":1}}'
        self.hub.post(PUSH, body)
        message = user.receive()
        self.assertEqual(sorted(raw_json.names(message)), sorted(["a", "correlation_id", "event_id", "event_type",
                                                                  "original_sender", "timestamp", "user_id"]))
        self.assertEqual(json.loads(message)["event_type"], "tA")
        self.assertEqual(raw_json.value(message, "timestamp"), b"1.50")
        self.assertEqual(json.loads(message)["event_id"], "e")

    def test_event_members_of_data_stay(self):
        user = self.join("events2")
        self.hub.push("events2", {"event_type": [1], "event_id": None, "timestamp": "noon"}, event_type="t", event_id="e",
                      timestamp=5)
        message = user.receive()
        self.assertEqual(raw_json.value(message, "event_type"), b"[1]")
        self.assertEqual(raw_json.value(message, "event_id"), b"null")
        self.assertEqual(raw_json.value(message, "timestamp"), b'"noon"')

    def test_event_members_are_not_added_when_the_sender_gave_none(self):
        user = self.join("events3")
        self.hub.push("events3", {}, event_id="only")
        names = raw_json.names(user.receive())
        self.assertIn("event_id", names)
        self.assertNotIn("event_type", names)
        self.assertNotIn("timestamp", names)

    def test_original_sender_carries_the_timestamp_of_data(self):
        user = self.join("sender")
        for raw in (b"1700000000123456789012345", b"1.50", b'"noon"', b"null", b"0"):
            self.hub.post(PUSH, b'{"user_id":"sender","timestamp":7,"data":{"timestamp":%s}}' % raw)
            message = user.receive()
            self.assertEqual(raw_json.value(message, "timestamp"), raw)
            self.assertEqual(raw_json.value(raw_json.value(message, "original_sender"), "timestamp"), raw)
            self.assertEqual(json.loads(message)["original_sender"]["user_id"], "sender")

    def test_forged_members_of_data_are_replaced_once(self):
        user = self.join("forged")
        for data in (b'{"user_id":"eve","original_sender":{"user_id":"eve"},"x":1}',
                     b'{"user_id":"eve","x":1,"user_id":"eve2","original_sender":1,"original_sender":2}',
                     b'{"user\\u005fid":"eve","x":1,"\\u006friginal_sender":"eve"}',
                     b'{"x":1,"user_id":{"user_id":"eve"}}'):
            with self.subTest(data=data):
                self.assertEqual(self.hub.post(PUSH, b'{"user_id":"forged","data":%s}' % data).json()["status"], "success")
                message = user.receive()
                self.assertEqual(sorted(raw_json.names(message)), ["correlation_id", "original_sender", "user_id", "x"])
                self.assertEqual(json.loads(message)["user_id"], "forged")
                self.assertEqual(json.loads(message)["original_sender"], {"user_id": "forged", "timestamp": None})

    def test_correlation_id_is_kept_and_data_wins(self):
        user = self.join("cid")
        for body, wanted in ((b'"data":{"correlation_id":"in-data"}', "in-data"),
                             (b'"correlation_id":"top","data":{}', "top"),
                             (b'"correlation_id":"top","data":{"correlation_id":"in-data"}', "in-data"),
                             (b'"data":{"correlation_id":"in-data"},"correlation_id":"top"', "in-data"),
                             (b'"data":{"correlation\\u005fid":"es\\u0063aped"}', "escaped"),
                             ('"data":{"correlation_id":"идент"}'.encode(), "идент")):
            with self.subTest(body=body):
                self.assertEqual(self.hub.post(PUSH, b'{"user_id":"cid",%s}' % body).status, 200)
                message = user.receive()
                self.assertEqual(raw_json.names(message).count("correlation_id"), 1)
                self.assertEqual(json.loads(message)["correlation_id"], wanted)

    def test_unknown_members_are_ignored(self):
        user = self.join("unknown")
        self.assertTrue(self.hub.push("unknown", {"a": 1}, priority=5, nested={"user_id": "x", "data": 5}, meta=[None]))
        self.assertEqual(sorted(user.json()), ["a", "correlation_id", "original_sender", "user_id"])

    def test_user_ids_of_any_script(self):
        for user in ("алиса", "小明", "😀", "a b", 'quo"te\\', "u" * 256, "é" * 128):
            client = self.join(user)
            self.assertTrue(self.hub.push(user, {"n": 1}), user)
            message = client.json()
            self.assertEqual((message["user_id"], message["original_sender"]["user_id"]), (user, user))

    def test_escaped_user_id_is_the_same_user(self):
        client = self.join("алиса")
        response = self.hub.post(PUSH, b'{"user\\u005fid":"\\u0430\\u043b\\u0438\\u0441\\u0430","d\\u0061ta":{}}')
        self.assertEqual(response.json()["status"], "success")
        self.assertEqual(client.json()["user_id"], "алиса")

    def test_missing_and_ill_typed_members(self):
        for body, loc in (({"data": {}}, ["body", "user_id"]), ({"user_id": "u"}, ["body", "data"]),
                          ({"user_id": 5, "data": {}}, ["body", "user_id"]),
                          ({"user_id": None, "data": {}}, ["body", "user_id"]),
                          ({"user_id": ["u"], "data": {}}, ["body", "user_id"]),
                          ({"user_id": "u", "data": []}, ["body", "data"]),
                          ({"user_id": "u", "data": "{}"}, ["body", "data"]),
                          ({"user_id": "u", "data": None}, ["body", "data"]),
                          ({"user_id": "u", "data": {}, "event_type": 5}, ["body", "event_type"]),
                          ({"user_id": "u", "data": {}, "event_id": {}}, ["body", "event_id"]),
                          ({"user_id": "u", "data": {}, "timestamp": "soon"}, ["body", "timestamp"]),
                          ({"user_id": "u", "data": {}, "timestamp": True}, ["body", "timestamp"])):
            for path in (PUSH, SEND):
                with self.subTest(body=body, path=path):
                    self.assertUnprocessable(self.hub.post(path, body), loc)
            with self.subTest(body=body, path=BATCH):
                good = {"user_id": "u", "data": {}}
                self.assertUnprocessable(self.hub.post(BATCH, [good, good, good, body, good]), ["body", 3, *loc[1:]])

    def test_both_missing_members_are_named(self):
        response = self.hub.post(PUSH, {})
        self.assertUnprocessable(response, ["body", "user_id"])
        self.assertUnprocessable(response, ["body", "data"])

    def test_user_id_limits(self):
        for user in ("", "u" * 257, "é" * 128 + "a", "a\nb", "\0", "a\x7f", "\x1f"):
            with self.subTest(user=user):
                self.assertUnprocessable(self.hub.post(PUSH, {"user_id": user, "data": {}}), ["body", "user_id"])
                self.assertUnprocessable(self.hub.post(BATCH, [{"user_id": user, "data": {}}]), ["body", 0, "user_id"])

    def test_body_that_is_no_object(self):
        for body in (b"[]", b'"x"', b"5", b"null", b"true"):
            with self.subTest(body=body):
                self.assertUnprocessable(self.hub.post(PUSH, body), ["body"])

    def test_get_and_others_are_not_allowed(self):
        for path in (PUSH, BATCH, SEND):
            for method in ("GET", "PUT", "DELETE", "PATCH"):
                with self.subTest(path=path, method=method):
                    response = self.hub.request(method, path)
                    self.assertDetail(response, 405, "Method Not Allowed")
                    self.assertIn("post", response.tokens("Allow"))

    def test_unknown_path(self):
        for path in ("//", "/sse", "/sse/push/", "/SSE/push", "/sse/pushx", "/nowhere"):
            self.assertDetail(self.hub.post(path, {}), 404, "Not Found")

    def test_a_query_is_no_part_of_the_path(self):
        self.assertEqual(self.hub.post(PUSH + "?source=ci", {"user_id": "nobody", "data": {}}).status, 200)


class ContentTypes(HubTestCase):
    BODY = {"user_id": "nobody", "data": {}}

    def status(self, content_type, *more):
        response = self.hub.post(PUSH, self.BODY, [("Content-Type", content_type), *more])
        if response.status != 200:
            self.assertDetail(response, 415)
        return response.status

    def test_json_types(self):
        for kind in ("application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
                     'application/json; charset="utf-8"', "Application/JSON", "application/vnd.api+json",
                     "application/cloudevents+json; charset=utf-8"):
            self.assertEqual(self.status(kind), 200, kind)

    def test_other_types(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
                     "application/jsonx", "application/json; charset=latin-1", "application/json; charset=utf-16",
                     "application/vnd.api+json; charset=iso-8859-1", "application/xml", "json", "text/plain; a=application/json"):
            self.assertEqual(self.status(kind), 415, kind)

    def test_missing_type_is_json_for_programs_only(self):
        self.assertEqual(self.status(None), 200)
        self.assertEqual(self.status(None, ("Origin", "http://localhost:3000")), 415)
        for site in ("same-origin", "cross-site", "none"):
            self.assertEqual(self.status(None, ("Sec-Fetch-Site", site)), 415, site)

    def test_type_matters_on_every_post(self):
        for path in (BATCH, SEND):
            self.assertDetail(self.hub.post(path, {}, [("Content-Type", "text/plain")]), 415)


class Batch(HubTestCase):
    def test_empty_batch(self):
        for body in (b"[]", b" [ ] "):
            response = self.hub.post(BATCH, body)
            self.assertEqual((response.status, response.json()["results"]), (200, []))

    def test_results_in_order(self):
        self.join("here")
        users = ["here", "gone", "here", "away"]
        response = self.hub.post(BATCH, [{"user_id": user, "data": {}} for user in users])
        self.assertEqual(response.status, 200)
        for index, (user, result) in enumerate(zip(users, response.json()["results"], strict=True)):
            self.assertLessEqual({"index": index, "user_id": user, "success": user == "here"}.items(), result.items())

    def test_messages_to_one_user_keep_their_order(self):
        one, two = self.join("order-1"), self.join("order-2")
        body = [{"user_id": "order-%d" % (1 + n % 2), "data": {"n": n}} for n in range(2000)]
        response = self.hub.post(BATCH, body)
        self.assertTrue(all(result["success"] for result in response.json()["results"]))
        self.assertEqual([one.json()["n"] for _ in range(1000)], list(range(0, 2000, 2)))
        self.assertEqual([two.json()["n"] for _ in range(1000)], list(range(1, 2000, 2)))

    def test_one_invalid_message_delivers_nothing(self):
        user = self.join("all-or-none")
        good = {"user_id": "all-or-none", "data": {"n": 1}}
        for bad in ({"user_id": "all-or-none"}, 5, None, [], {"user_id": "", "data": {}}):
            with self.subTest(bad=bad):
                response = self.hub.post(BATCH, [good, good, bad])
                self.assertEqual(response.status, 422, response)
                self.assertEqual(response.json()["detail"][0]["loc"][:2], ["body", 2])
                self.assertTrue(user.nothing_came())
        body = as_body([good, good])[:-1] + b",]"
        self.assertJsonInvalid(self.hub.post(BATCH, body), body)
        body = as_body([good])[:-1] + b',{"user_id":"all-or-none","data":{"x":tru}}]'
        self.assertJsonInvalid(self.hub.post(BATCH, body), body)
        self.assertTrue(user.nothing_came())

    def test_every_invalid_message_is_named(self):
        response = self.hub.post(BATCH, [{"user_id": "u", "data": {}}, {"data": {}}, {"user_id": "u", "data": 1}])
        self.assertUnprocessable(response, ["body", 1, "user_id"])

    def test_body_that_is_no_array(self):
        for body in (b"{}", b'{"user_id":"u","data":{}}', b'"x"', b"null"):
            with self.subTest(body=body):
                self.assertUnprocessable(self.hub.post(BATCH, body), ["body"])

    def test_each_message_has_its_own_members(self):
        user = self.join("own")
        self.hub.post(BATCH, [{"user_id": "own", "data": {"correlation_id": "a", "timestamp": 1}},
                              {"user_id": "own", "data": {}, "event_type": "t"}])
        first, second = user.json(), user.json()
        self.assertEqual((first["correlation_id"], first["original_sender"]["timestamp"]), ("a", 1))
        self.assertRegex(second["correlation_id"], UUID4)
        self.assertEqual((second["event_type"], second["original_sender"]["timestamp"]), ("t", None))


if __name__ == "__main__":
    unittest.main(verbosity=2)
