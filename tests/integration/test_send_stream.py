# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /sse/send: one request, its replies as Server-Sent Events. How streams end otherwise: test_stream_ends.py."""
import json
import re
import time
import unittest

from hub import HubTestCase

SEND = "/sse/send"
UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def ask(user, cid=None, **data):
    return {"user_id": user, "data": dict(data, correlation_id=cid) if cid else data}


class Streams(HubTestCase):
    def test_head_is_sent_at_once(self):
        self.join("head")
        stream = self.stream(ask("head"))
        self.assertEqual(stream.stream.status, 200)
        self.assertEqual(stream.stream.header("Content-Type").split(";")[0], "text/event-stream")
        self.assertEqual(stream.stream.tokens("Cache-Control"), ["no-cache"])
        self.assertEqual(stream.stream.header("X-Accel-Buffering"), "no")
        self.assertEqual(stream.stream.header("Transfer-Encoding"), "chunked")
        self.assertIsNone(stream.stream.header("Content-Length"))

    def test_replies_come_as_they_are_sent(self):
        user = self.join("live")
        stream = self.stream(ask("live", "lv"))
        user.receive()
        for n in range(20):
            user.send({"correlation_id": "lv", "n": n, "is_final": n == 19})
            self.assertEqual(json.loads(stream.event())["n"], n)    # before the next one is sent
        self.assertIsNone(stream.event())

    def test_connection_is_reused_after_the_end(self):
        user = self.join("reuse")
        with self.hub.connect() as connection:
            for n in range(5):
                connection.send_request("POST", SEND, body=json.dumps(ask("reuse", "ru%d" % n)).encode())
                self.assertEqual(connection.start_stream().status, 200)
                user.receive()
                user.send({"correlation_id": "ru%d" % n, "is_final": True})
                self.assertEqual(len(connection.events()), 1)
                self.assertEqual(connection.request("GET", "/health").status, 200)

    def test_http_1_0_ends_by_close(self):
        user = self.join("ten")
        stream = self.stream(ask("ten", "t10"), version="HTTP/1.0")
        self.assertEqual(stream.stream.status, 200)
        self.assertIsNone(stream.stream.header("Transfer-Encoding"))
        user.receive()
        for n in range(3):
            user.send({"correlation_id": "t10", "n": n, "is_final": n == 2})
        self.assertEqual([event["n"] for event in stream.events()], [0, 1, 2])

    def test_connection_close_is_honoured_after_a_stream(self):
        user = self.join("closing")
        stream = self.stream(ask("closing", "cl"), headers=[("Connection", "close")])
        user.receive()
        user.send({"correlation_id": "cl", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        self.assertTrue(stream.at_end())

    def test_is_final_decides(self):
        user = self.join("final")
        stream = self.stream(ask("final", "fi"))
        user.receive()
        for reply in (b'{"correlation_id":"fi","is_final":false}', b'{"correlation_id":"fi","is_final":null}',
                      b'{"correlation_id":"fi","type":"chunk"}', b'{"correlation_id":"fi","nested":{"is_final":true}}',
                      b'{"correlation_id":"fi","nested":{"type":"final_response"}}', b'{"correlation_id":"fi","is_final":true}'):
            user.send(reply)
            self.assertEqual(stream.event(), reply)
        self.assertIsNone(stream.event())

    def test_escaped_member_names_count(self):
        user = self.join("escaped")
        stream = self.stream(ask("escaped", "es"))
        user.receive()
        user.send(b'{"correlation\\u005fid":"\\u0065s","is\\u005Ffinal":true}')
        self.assertEqual(stream.event(), b'{"correlation\\u005fid":"\\u0065s","is\\u005Ffinal":true}')
        self.assertIsNone(stream.event())

    def test_final_response_is_sent_once_with_is_final_added(self):
        user = self.join("finalr")
        for n, reply in enumerate((b'{"type":"final_response","correlation_id":"fr0","n":123456789012345678901234567890}',
                                   b'{"correlation_id":"fr1","type":"final_response","is_final":false}',
                                   b'{"correlation_id":"fr2","type":"final_response","is_final":true}',
                                   b'{"type":"final\\u005fresponse","data":{"correlation_id":"fr3","is_final":0}}')):
            with self.subTest(reply=reply):
                stream = self.stream(ask("finalr", "fr%d" % n))
                user.receive()
                user.send(reply)
                event = stream.event()
                self.assertIs(json.loads(event)["is_final"], True)
                self.assertEqual(event.count(b'"is_final":true') + event.count(b'"is_final": true'), 1, event)
                if n == 0:
                    self.assertIn(b"123456789012345678901234567890", event)
                self.assertIsNone(stream.event())

    def test_line_breaks_between_tokens_are_removed_and_nothing_else(self):
        user = self.join("lines")
        stream = self.stream(ask("lines", "ln"))
        user.receive()
        reply = '{\r\n\t"correlation_id" :\n "ln",\r"text":"a\\nb\\r\\n\\n\u2028\u2029\u0085", \n\n"n" : 1.0\n}\n'.encode()
        user.send(reply)
        self.assertEqual(stream.event().rstrip(b" "), reply.replace(b"\r", b"").replace(b"\n", b""))

    def test_no_reply_can_forge_an_event(self):
        user = self.join("forger")
        stream = self.stream(ask("forger", "fg"))
        user.receive()
        user.send({"correlation_id": "fg", "text": "x\n\ndata: {\"error\": 1}\n\nid: 7\rretry: 1\r\n: c"})
        user.send(b'{"correlation_id":"fg",\n\ndata: 1}')
        user.send(b'\n\ndata: {"correlation_id":"fg"}')
        user.send(b'{"correlation_id":"fg"\n\n,"is_final":true}')
        events = stream.events()
        self.assertEqual(len(events), 2)
        self.assertEqual(events[1], {"correlation_id": "fg", "is_final": True})

    def test_no_id_lines_by_default(self):
        user = self.join("noid")
        stream = self.stream(ask("noid", "no"))
        user.receive()
        user.send({"correlation_id": "no", "is_final": True})
        self.assertTrue(stream.block().startswith(b"data: "))

    def test_a_new_id_is_made_and_is_one_uuid(self):
        user = self.join("made")
        stream = self.stream(ask("made"))
        cid = user.json()["correlation_id"]
        self.assertRegex(cid, UUID4)
        user.send({"data": {"correlation_id": cid}, "is_final": True})
        self.assertEqual(stream.events(), [{"data": {"correlation_id": cid}, "is_final": True}])

    def test_concurrent_streams_do_not_mix(self):
        user = self.join("mix")
        streams = {"mx%d" % n: self.stream(ask("mix", "mx%d" % n)) for n in range(30)}
        for _ in streams:
            user.receive()
        for n in range(3):
            for cid in reversed(list(streams)):
                user.send({"correlation_id": cid, "n": n, "is_final": n == 2})
        for cid, stream in streams.items():
            self.assertEqual([(e["correlation_id"], e["n"]) for e in stream.events()], [(cid, 0), (cid, 1), (cid, 2)])

    def test_absent_target_is_an_event(self):
        stream = self.stream(ask("absent", "ab"))
        self.assertEqual(stream.stream.status, 200)
        self.assertEqual(stream.events(), [{"error": "User not connected", "correlation_id": "ab"}])
        stream.send_request("GET", "/health")
        self.assertEqual(stream.response().status, 200)
        made = self.stream(ask("absent"))
        self.assertRegex(made.events()[0]["correlation_id"], UUID4)

    def test_an_id_may_be_used_again_after_its_end(self):
        user = self.join("again")
        for n in range(3):
            stream = self.stream(ask("again", "ag"))
            self.assertEqual(stream.stream.status, 200)
            user.receive()
            user.send({"correlation_id": "ag", "n": n, "is_final": True})
            self.assertEqual(stream.events()[0]["n"], n)

    def test_open_id_is_a_conflict(self):
        user, other = self.join("conflict"), self.join("conflict2")
        stream = self.stream(ask("conflict", "cf"))
        user.receive()
        for target in ("conflict", "conflict2", "nobody"):
            self.assertDetail(self.hub.post(SEND, ask(target, "cf")), 409)
        self.assertTrue(user.nothing_came())
        self.assertTrue(other.nothing_came())
        user.send({"correlation_id": "cf", "n": 1})
        user.send({"correlation_id": "cf", "n": 2, "is_final": True})
        self.assertEqual([event["n"] for event in stream.events()], [1, 2])

    def test_errors_are_no_streams(self):
        for body, status in ((b"{", 422), (b"{}", 422)):
            response = self.hub.post(SEND, body)
            self.assertEqual(response.status, status)
            self.assertEqual(response.header("Content-Type").split(";")[0], "application/json")

    def test_head_and_get_are_not_allowed(self):
        for method in ("GET", "HEAD"):
            response = self.hub.request(method, SEND)
            self.assertEqual(response.status, 405)
            self.assertIn("post", response.tokens("Allow"))


class Timeouts(HubTestCase):
    settings = {"sse_response_timeout": "600ms"}

    def test_no_reply(self):
        self.join("silent")
        started = time.monotonic()
        stream = self.stream(ask("silent", "si"))
        self.assertEqual(stream.events(), [{"error": "Timeout waiting for response", "correlation_id": "si"}])
        self.assertTrue(0.5 < time.monotonic() - started < 3, time.monotonic() - started)

    def test_each_reply_restarts_the_clock(self):
        user = self.join("slow")
        stream = self.stream(ask("slow", "sl"))
        user.receive()
        started = time.monotonic()
        for n in range(5):
            time.sleep(0.3)                     # the pace of the replies: half the timeout
            user.send({"correlation_id": "sl", "n": n})
            self.assertEqual(json.loads(stream.event())["n"], n)
        self.assertGreater(time.monotonic() - started, 1.2)
        self.assertEqual([event["error"] for event in stream.events()], ["Timeout waiting for response"])

    def test_reply_after_the_timeout_is_late(self):
        user = self.join("toolate")
        stream = self.stream(ask("toolate", "tl"))
        before = self.hub.metrics()["replies_late"]
        stream.events()
        user.send({"correlation_id": "tl", "is_final": True})
        self.counted("replies_late", before)


class KeepAlive(HubTestCase):
    settings = {"sse_keepalive": "200ms"}

    def test_comments_in_silence(self):
        user = self.join("quiet")
        stream = self.stream(ask("quiet", "qu"))
        user.receive()
        started = time.monotonic()
        for _ in range(3):
            self.assertEqual(stream.block(), b": keep-alive\n\n")
        self.assertTrue(0.3 < time.monotonic() - started < 5)
        user.send({"correlation_id": "qu", "is_final": True})
        self.assertEqual(len(stream.events()), 1)

    def test_no_comment_while_replies_come(self):
        user = self.join("busy")
        stream = self.stream(ask("busy", "bu"))
        user.receive()
        end = time.monotonic() + 1
        while time.monotonic() < end:
            user.send({"correlation_id": "bu"})
            self.assertTrue(stream.block().startswith(b"data: "))


class EventIds(HubTestCase):
    settings = {"sse_event_ids": "true"}

    def test_id_lines(self):
        user = self.join("ids")
        stream = self.stream(ask("ids", "id"))
        user.receive()
        seen = []
        for n in range(3):
            user.send({"correlation_id": "id", "n": n, "is_final": n == 2})
            lines = stream.block().split(b"\n")
            self.assertEqual(lines[-2:], [b"", b""])
            self.assertEqual(sorted(line.split(b": ")[0] for line in lines[:-2]), [b"data", b"id"], lines)
            seen += [line for line in lines if line.startswith(b"id: ")]
        self.assertEqual(len(set(seen)), 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
