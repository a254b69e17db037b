# SPDX-License-Identifier: GPL-3.0-or-later
"""Payloads travel as bytes: what valid JSON goes through untouched, and what malformed JSON is refused."""
import json
import unittest

import raw_json
from hub import HubTestCase

SET = ("user_id", "original_sender", "correlation_id")

# Values whose spelling a decoder and encoder would change. Each must arrive with the very same bytes.
VALUES = [
    b"123456789012345678901234567890", b"-123456789012345678901234567890", b"9" * 1000, b"0", b"-0", b"1.0", b"1.10",
    b"0.1000000000000000055511151231257827", b"1e5", b"1E+2", b"1e-7", b"-0.0", b"1e400", b"18446744073709551616",
    b"9223372036854775808", b'""', b'"a/b"', b'"a\\/b"', b'"\\u0000"', b'"\\u0041\\u00e9"', '"é 小明 😀 \u2028"'.encode(),
    b'"\\ud83d\\ude00"', b'"\\uD83D\\uDE00"', b'"\\ud800"', b'"x\\udc00y"', b'"\\ude00\\ud83d"', b'"\\"\\\\\\b\\f\\n\\r\\t"',
    b'"\x7f"', b"true", b"false", b"null", b"[]", b"{}", b"[ 1 , 2 ]", b'{ "b" : 1 ,\t"a" : [ { } ] }', b'{"k":1,"k":2}',
    b'{"":""}', b'{"user_id":"inner","correlation_id":"inner"}', b'{"user\\u005fid":1}', b'[[[[[[1]]]]]]',
    '["\ufeff", "\U0010ffff", "e\u0301"]'.encode(), b'"</script>&<>\'"', b'"}]{[,:"', b'"\\\\"', b'"\\\\\\""',
]

MALFORMED = [
    b"[1,]", b"[,1]", b"[1 2]", b"[1", b"]", b"tru", b"True", b"nul", b"nulll", b"truefalse", b"01", b"-", b"-01", b"+1", b"1.", b".5",
    b"1.e5", b"1e", b"1e+", b"0x10", b"1_000", b"NaN", b"Infinity", b"-Infinity", b'"\\q"', b'"\\u12"', b'"\\u12g4"', b'"\\', b'"open',
    b"'a'", b"{a:1}", b'{"a"}', b'{"a":}', b'{"a":1,}', b'{,}', b'{"a" 1}', b'{"a":1 "b":2}', b'{1:2}', b'{"a":1]', b"[1}",
    b'"\n"', b'"\x00"', b'"\x1f"', b'"\t"', b"[1]/**/", b"/**/1", b"// x\n1", b"#", b"", b"\xa0", b"\x0c", b"undefined",
    b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"\xf8\x88\x80\x80\x80"', b'"\x80"',
    b'{"\xff":1}', b'{"\\q":1}', b"\xff", b'1"', b'"a""b"', b"1 1", b'{"x":[1,{"y":tru}]}',
]


class Fidelity(HubTestCase):
    def deliver(self, client, body):
        response = self.hub.post("/sse/push", body)
        self.assertEqual((response.status, response.json().get("status")), (200, "success"), (body[:200], response))
        return client.receive()

    def test_each_value_arrives_byte_for_byte(self):
        client = self.join("bytes")
        for raw in VALUES:
            with self.subTest(raw=raw[:60]):
                message = self.deliver(client, b'{"user_id":"bytes","data":{"v":%s}}' % raw)
                self.assertEqual(raw_json.value(message, "v"), raw)
                json.loads(message)

    def test_all_values_in_one_message_keep_their_order(self):
        client = self.join("all")
        wanted = [("k%d" % (n * 37 % 1000), raw) for n, raw in enumerate(VALUES)]
        data = b", ".join(b'"%s" :%s ' % (name.encode(), raw) for name, raw in wanted)
        message = self.deliver(client, b'{"data":{ %s },"user_id":"all"}' % data)
        self.assertEqual([member for member in raw_json.members(message) if member[0] not in SET], wanted)

    def test_the_issue_example(self):
        client = self.join("example")
        text = '{"n":123456789012345678901234567890,"e":"😀","z":"\\u0000"}'.encode()
        message = self.deliver(client, b'{"user_id":"example","data":%s}' % text)
        self.assertIn(text[1:-1], message)

    def test_member_names_keep_their_spelling(self):
        client = self.join("names")
        message = self.deliver(client, b'{"user_id":"names","data":{"\\u0061":1,"b\\/":2,"\\ud83d\\ude00":3,"a":4}}')
        for spelled in (b'"\\u0061"', b'"b\\/"', b'"\\ud83d\\ude00"'):
            self.assertIn(spelled, message)
        self.assertEqual([raw for name, raw in raw_json.members(message) if name not in SET], [b"1", b"2", b"3", b"4"])

    def test_duplicate_members_all_arrive(self):
        client = self.join("twice")
        message = self.deliver(client, b'{"user_id":"twice","data":{"a":1,"b":2,"a":3}}')
        self.assertEqual([m for m in raw_json.members(message) if m[0] not in SET], [("a", b"1"), ("b", b"2"), ("a", b"3")])

    def test_batch_delivers_the_same_bytes(self):
        client = self.join("batch-bytes")
        items = b",\n ".join(b'{"user_id":"batch-bytes","data":{"v":%s}}' % raw for raw in VALUES)
        self.assertEqual(self.hub.post("/sse/push/batch", b" [%s] " % items).status, 200)
        for raw in VALUES:
            self.assertEqual(raw_json.value(client.receive(), "v"), raw)

    def test_send_and_its_replies_keep_their_bytes(self):
        client = self.join("both-ways")
        stream = self.stream(b'{"user_id":"both-ways","data":{"correlation_id":"bw","all":[%s]}}' % b",".join(VALUES))
        self.assertEqual(raw_json.value(client.receive(), "all"), b"[%s]" % b",".join(VALUES))
        for raw in VALUES:
            reply = b'{"v": %s ,"correlation_id":"bw"}' % raw
            client.send(reply)
            self.assertEqual(stream.event(), reply)

    def test_large_payload(self):
        client = self.join("large")
        text = ("0123456789abcdef😀" * 50000).encode()
        message = self.deliver(client, b'{"user_id":"large","data":{"v":"%s","n":%s}}' % (text, b"7" * 100000))
        self.assertEqual(raw_json.value(message, "v"), b'"%s"' % text)
        self.assertEqual(raw_json.value(message, "n"), b"7" * 100000)

    def test_nesting(self):
        client = self.join("deep")
        deep = b"[" * 100 + b"]" * 100
        self.assertEqual(raw_json.value(self.deliver(client, b'{"user_id":"deep","data":{"v":%s}}' % deep), "v"), deep)

    def test_absurd_nesting_harms_nobody(self):
        client = self.join("absurd")
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            body = b'{"user_id":"absurd","data":{"v":%s1%s}}' % (opening * 200_000, closing * 200_000)
            self.assertIn(self.hub.post("/sse/push", body).status, (200, 422))
            self.assertEqual(self.hub.post("/sse/push", body[:600_000]).status, 422)
        self.assertEqual(self.hub.get("/health").status, 200)
        client.leave()


class Malformed(HubTestCase):
    def refused(self, path, body):
        self.assertJsonInvalid(self.hub.post(path, body), body)

    def test_in_data(self):
        client = self.join("mal")
        for raw in MALFORMED:
            with self.subTest(raw=raw):
                self.refused("/sse/push", b'{"user_id":"mal","data":{"x":%s}}' % raw)
        self.assertTrue(client.nothing_came())

    def test_in_members_that_nobody_reads(self):
        client = self.join("mal2")
        for raw in MALFORMED:
            with self.subTest(raw=raw):
                self.refused("/sse/push", b'{"user_id":"mal2","data":{},"unread":%s}' % raw)
                self.refused("/sse/push", b'{"unread":{"deep":[%s]},"user_id":"mal2","data":{}}' % (raw or b"1,"))
        self.assertTrue(client.nothing_came())

    def test_whole_body(self):
        for path in ("/sse/push", "/sse/push/batch", "/sse/send"):
            for raw in (*MALFORMED, b" ", b"\r\n", b"{", b"{}{}", b'{"user_id":"u","data":{}}x', b'{"user_id":"u","data":{}},',
                        b'\xef\xbb\xbf{"user_id":"u","data":{}}', b"\x00", b'{"user_id":"u","data":{}}\x00'):
                with self.subTest(path=path, raw=raw):
                    self.refused(path, raw)

    def test_in_a_batch(self):
        client = self.join("mal3")
        for raw in MALFORMED:
            with self.subTest(raw=raw):
                self.refused("/sse/push/batch", b'[{"user_id":"mal3","data":{}},{"user_id":"mal3","data":{"x":%s}}]' % raw)
        self.assertTrue(client.nothing_came())

    def test_in_send(self):
        client = self.join("mal4")
        for raw in MALFORMED:
            with self.subTest(raw=raw):
                self.refused("/sse/send", b'{"user_id":"mal4","data":{"x":%s}}' % raw)
        self.assertTrue(client.nothing_came())

    def test_malformed_replies_are_never_forwarded(self):
        client = self.join("mal5")
        stream = self.stream({"user_id": "mal5", "data": {"correlation_id": "m5"}})
        client.receive()
        for raw in MALFORMED:
            try:
                raw.decode()
            except UnicodeDecodeError:
                continue        # closed with 1007 before anybody reads JSON: test_websocket.py
            client.send(b'{"correlation_id":"m5","x":%s}' % raw)
            client.send(b'{"x":%s,"correlation_id":"m5"}' % raw)
        client.send(b'{"correlation_id":"m5","x":"\\ud800","is_final":true}')
        self.assertEqual(stream.event(), b'{"correlation_id":"m5","x":"\\ud800","is_final":true}')
        self.assertIsNone(stream.event())

    def test_offset_points_at_the_mistake(self):
        body = b'{"user_id":"u","data":{"x":1},"y":tru}'
        offset = self.hub.post("/sse/push", body).json()["detail"][0]["loc"][1]
        self.assertTrue(body.index(b"tru") <= offset <= body.index(b"tru") + 3, offset)
        body = b'{"user_id":"u","data":{"x":[1,]}}'
        offset = self.hub.post("/sse/push", body).json()["detail"][0]["loc"][1]
        self.assertTrue(body.index(b",]") <= offset <= body.index(b",]") + 1, offset)

    def test_empty_body(self):
        for path in ("/sse/push", "/sse/push/batch", "/sse/send"):
            response = self.hub.post(path, b"")
            self.assertUnprocessable(response, ["body", 0], "json_invalid")
            response = self.hub.request("POST", path, [("Content-Type", "application/json"), ("Content-Length", None)], b"")
            self.assertUnprocessable(response, ["body", 0], "json_invalid")


if __name__ == "__main__":
    unittest.main(verbosity=2)
