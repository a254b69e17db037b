# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /sse/stream and POST /sse/reply: a user who listens on Server-Sent Events. What is kept for users: test_resume.py."""
import json
import time
import unittest

from hub import Closed, Hub, HubTestCase, eventually
from sse_client import SseClient

STREAM, REPLY = "/sse/stream", "/sse/reply"


class SubscriberTestCase(HubTestCase):
    def listen(self, user, query="", **keywords):
        """A listener that the hub counts."""
        client = SseClient(self.hub.address, user, query, **keywords)
        self.addCleanup(self.hang_up, client, self.hub.connections)
        return client

    def hang_up(self, client, connections):
        client.close()

    def gone(self, count):
        eventually(lambda: self.hub.connections() == count, what="%d sessions" % count)


class Stream(SubscriberTestCase):
    def test_head(self):
        client = self.listen("head")
        self.assertEqual(client.stream.status, 200)
        self.assertEqual(client.stream.header("Content-Type").split(";")[0], "text/event-stream")
        self.assertEqual(client.stream.tokens("Cache-Control"), ["no-cache"])
        self.assertEqual(client.stream.header("X-Accel-Buffering"), "no")

    def test_greeting_says_retry_and_place(self):
        hello = self.listen("hello").greeting()
        self.assertEqual(hello.fields[b"retry"], b"2000")
        self.assertGreater(hello.id, 0)
        self.assertLess(hello.id, 2 ** 53)

    def test_messages_are_numbered_events(self):
        client = self.listen("events")
        start = client.greeting().id
        self.assertTrue(self.hub.push("events", {"n": 1}))
        self.assertTrue(self.hub.push("events", {"n": 2}, event_type="tick"))
        first, second = client.take(2)
        self.assertEqual((first.id, first.name, first.json()["n"]), (start + 1, "message", 1))
        self.assertEqual((second.id, second.name, second.json()["event_type"]), (start + 2, "tick", "tick"))

    def test_line_breaks_between_tokens_cannot_forge_an_event(self):
        client = self.listen("forge")
        body = b'{"user_id":"forge","data":{"n":\n\n1,\r\n"t":\r"data: x\\n\\n"}}'
        self.assertEqual(self.hub.post("/sse/push", body).status, 200)
        self.assertEqual(client.event().json()["n"], 1)
        self.assertEqual(self.hub.post("/sse/push", {"user_id": "forge", "data": {}, "event_type": "a\ndata: b"}).status, 200)
        self.assertEqual(client.event().name, "message")

    def test_counts_as_a_session(self):
        before = self.hub.connections()
        client = self.listen("counted")
        client.greeting()
        self.assertEqual(self.hub.connections(), before + 1)
        client.close()
        self.gone(before)
        self.assertFalse(self.hub.push("counted", {}))

    def test_mentions_reach_a_public_account(self):
        client = self.listen("ci_bot")
        self.assertTrue(self.hub.push("someone", {"message": "hi @ci_bot"}))
        self.assertEqual(client.event().json()["user_id"], "someone")

    def test_http_1_0_ends_by_close(self):
        client = self.listen("ten", version="HTTP/1.0")
        self.assertIsNone(client.stream.header("Transfer-Encoding"))
        client.greeting()
        self.hub.push("ten", {"n": 1})
        self.assertEqual(client.event().json()["n"], 1)

    def test_user_id_is_checked(self):
        for query in ("", "?user_id=", "?user_id=%01", "?user_id=%ff", "?user_id=" + 257 * "x", "?user_id=%zz"):
            self.assertDetail(self.hub.get(STREAM + query), 400)
        client = self.listen("Zoë 李")
        client.greeting()
        self.assertTrue(self.hub.push("Zoë 李", {}))
        self.assertIsNotNone(client.event())

    def test_head_opens_nothing(self):
        before = self.hub.connections()
        with self.hub.connect() as connection:
            response = connection.request("HEAD", STREAM + "?user_id=nobody")
            self.assertEqual((response.status, response.header("Content-Type")), (200, "text/event-stream"))
            self.assertEqual(connection.request("GET", "/health").status, 200)
        self.assertEqual(self.hub.connections(), before)

    def test_other_methods_are_refused(self):
        response = self.hub.post(STREAM + "?user_id=a", {})
        self.assertDetail(response, 405)
        self.assertIn("get", response.tokens("Allow"))
        self.assertEqual(self.hub.request("OPTIONS", STREAM).status, 200)

    def test_second_listener_is_told_and_ended(self):
        first = self.listen("twice")
        first.greeting()
        second = self.listen("twice")
        event = second.event()
        self.assertEqual((event.name, event.json()), ("close", {"code": 1008, "reason": "User already connected"}))
        self.assertIsNone(second.event())
        with self.assertRaises(Closed) as closed:
            self.hub.join("twice").receive()
        self.assertEqual(closed.exception.code, 1008)
        self.assertTrue(self.hub.push("twice", {"n": 1}))
        self.assertEqual(first.event().json()["n"], 1)

    def test_connection_is_reused_after_the_end(self):
        first = self.listen("reuse")
        first.greeting()
        second = self.listen("reuse")
        second.event()
        self.assertIsNone(second.event())
        self.assertEqual(second.http.request("GET", "/health").status, 200)

    def test_requests_are_events_too(self):
        client = self.listen("asked")
        stream = self.stream({"user_id": "asked", "data": {"correlation_id": "as1"}})
        self.assertEqual(client.event().json()["correlation_id"], "as1")
        client.close()
        self.assertEqual([event["error"] for event in stream.events()], ["User disconnected"])


class Allowing(SubscriberTestCase):
    settings = {"duplicate_policy": "allow"}

    def test_data_is_what_a_websocket_gets(self):
        socket, page = self.join("both"), self.listen("both")
        page.greeting()
        body = '{"user_id":"both","data":{"big":123456789012345678901234567890,"e":"\\u00e9\\n","x":1.50},"event_id":"e1"}'
        self.assertEqual(self.hub.post("/sse/push", body.encode()).json()["status"], "success")
        self.assertEqual(page.event().data, socket.receive())


class Replacing(SubscriberTestCase):
    settings = {"duplicate_policy": "replace"}

    def test_newer_replaces_older(self):
        first = self.listen("swap")
        first.greeting()
        second = self.listen("swap")
        second.greeting()
        event = first.event()
        self.assertEqual((event.name, event.json()["code"]), ("close", 4001))
        self.assertGreater(int(event.fields[b"retry"]), 3600 * 1000)    # it must not push the newer one out at once
        self.assertIsNone(first.event())
        self.assertTrue(self.hub.push("swap", {"n": 1}))
        self.assertEqual(second.event().json()["n"], 1)

    def test_websocket_and_stream_replace_each_other(self):
        socket = self.join("mixed")
        page = self.listen("mixed")
        page.greeting()
        self.assertEqual(socket.closed()[0], 4001)
        again = self.join("mixed")
        self.assertEqual(page.event().json()["code"], 4001)
        self.assertTrue(again.nothing_came())


class KeepAlive(SubscriberTestCase):
    settings = {"sse_keepalive": "200ms", "sse_retry": "0"}

    def test_comments_in_silence(self):
        client = self.listen("quiet")
        self.assertNotIn(b"retry", client.greeting().fields)
        self.assertEqual([client.block() for _ in range(3)], 3 * [b": keep-alive\n\n"])


class Stopping(unittest.TestCase):
    def test_streams_are_told_and_ended(self):
        hub = Hub()
        client = SseClient(hub.address, "last")
        client.greeting()
        hub.terminate()
        event = client.event()
        self.assertEqual((event.name, event.json()), ("close", {"code": 1001, "reason": "Server shutting down"}))
        self.assertIsNone(client.event())
        hub.stop_cleanly()


class Replies(SubscriberTestCase):
    def ask(self, user, cid):
        return self.stream({"user_id": user, "data": {"correlation_id": cid}})

    def test_full_client_without_websocket(self):
        client = self.listen("page")
        client.greeting()
        stream = self.ask("page", "p1")
        cid = client.event().json()["correlation_id"]
        for n in range(3):
            reply = {"user_id": "page", "correlation_id": cid, "n": n, "is_final": n == 2}
            response = self.hub.post(REPLY, reply)
            self.assertEqual((response.status, response.json()["status"]), (200, "success"))
            if n < 2:
                self.assertEqual(json.loads(stream.event()), reply)
        self.assertEqual(stream.events(), [{"user_id": "page", "correlation_id": cid, "n": 2, "is_final": True}])

    def test_reply_is_forwarded_byte_for_byte(self):
        client = self.listen("bytes")
        client.greeting()
        stream = self.ask("bytes", "by")
        client.event()
        body = b'{"user_id":"bytes","data":{"correlation_id":"by","big":123456789012345678901234567890},"type":"final_response"}'
        self.assertEqual(self.hub.post(REPLY, body).status, 200)
        self.assertEqual(stream.event(), body[:-1] + b',"is_final":true}')

    def test_only_the_target_with_an_open_stream_may_reply(self):
        client = self.listen("target")
        client.greeting()
        other = self.listen("other")
        other.greeting()
        self.join("socket")
        stream = self.ask("target", "ta")
        self.assertDetail(self.hub.post(REPLY, {"user_id": "other", "correlation_id": "ta"}), 403)
        self.assertDetail(self.hub.post(REPLY, {"user_id": "nobody", "correlation_id": "ta"}), 409)
        self.assertDetail(self.hub.post(REPLY, {"user_id": "socket", "correlation_id": "ta"}), 409)
        self.assertEqual(self.hub.post(REPLY, {"user_id": "target", "correlation_id": "ta", "is_final": True}).status, 200)
        self.assertEqual(len(stream.events()), 1)

    def test_late_and_orphan(self):
        client = self.listen("late")
        client.greeting()
        stream = self.ask("late", "la")
        final = {"user_id": "late", "correlation_id": "la", "is_final": True}
        self.assertEqual(self.hub.post(REPLY, final).status, 200)
        stream.events()
        late, orphan = self.hub.metrics()["replies_late"], self.hub.metrics()["replies_orphan"]
        self.assertDetail(self.hub.post(REPLY, final), 409)
        self.assertDetail(self.hub.post(REPLY, {"user_id": "late", "correlation_id": "never"}), 404)
        self.counted("replies_late", late)
        self.counted("replies_orphan", orphan)

    def test_bodies_are_checked(self):
        self.listen("body").greeting()
        self.assertUnprocessable(self.hub.post(REPLY, {}), ["body", "user_id"], "missing")
        self.assertUnprocessable(self.hub.post(REPLY, {"user_id": 1}), ["body", "user_id"], "string_type")
        self.assertUnprocessable(self.hub.post(REPLY, {"user_id": ""}), ["body", "user_id"])
        self.assertUnprocessable(self.hub.post(REPLY, {"user_id": "body"}), ["body", "correlation_id"], "missing")
        self.assertJsonInvalid(self.hub.post(REPLY, b"{"), b"{")
        self.assertEqual(self.hub.post(REPLY, b"[]").status, 422)
        self.assertEqual(self.hub.post(REPLY, b"{}", [("Content-Type", "text/plain")]).status, 415)
        self.assertDetail(self.hub.get(REPLY), 405)


class Origins(SubscriberTestCase):
    settings = {"cors_origins": "https://app.example"}

    def ask(self, **headers):
        return self.hub.get(STREAM + "?user_id=visitor", [(name.replace("_", "-"), value) for name, value in headers.items()])

    def test_foreign_origin_is_refused(self):
        before = self.hub.connections()
        for origin in ("https://evil.example", "null", "http://app.example"):
            self.assertDetail(self.ask(Origin=origin), 403)
            self.assertIsNone(self.ask(Origin=origin).header("Access-Control-Allow-Origin"))
        self.assertEqual(self.hub.connections(), before)

    def test_request_of_another_site_without_an_origin_is_refused(self):
        for site in ("cross-site", "same-site"):        # as an image or a link is asked for
            self.assertDetail(self.ask(Sec_Fetch_Site=site), 403)

    def test_allowed_origin_may_read(self):
        client = self.listen("friend", headers=[("Origin", "https://app.example"), ("Sec-Fetch-Site", "cross-site")])
        self.assertEqual(client.stream.status, 200)
        self.assertEqual(client.stream.header("Access-Control-Allow-Origin"), "https://app.example")
        self.assertEqual(client.stream.header("Access-Control-Allow-Credentials"), "true")

    def test_own_pages_may_read(self):
        for site in ("same-origin", "none"):
            client = self.listen("own" + site, headers=[("Sec-Fetch-Site", site)])
            self.assertEqual(client.stream.status, 200)


class Tokens(SubscriberTestCase):
    settings = {"auth_tokens": "listener:subscribe,sender:publish"}

    def test_needs_the_role_subscribe(self):
        self.assertDetail(self.hub.get(STREAM + "?user_id=a"), 401)
        self.assertDetail(self.hub.get(STREAM + "?user_id=a&token=wrong"), 401)
        self.assertDetail(self.hub.get(STREAM + "?user_id=a", [("Authorization", "Bearer sender")]), 403)
        for headers, query in (([("Authorization", "Bearer listener")], ""), ((), "&token=listener")):
            client = self.listen("a", query, headers=headers)
            self.assertEqual(client.stream.status, 200)
            before = self.hub.connections()
            client.close()
            self.gone(before - 1)

    def test_replies_need_it_too(self):
        self.assertDetail(self.hub.post(REPLY, {"user_id": "a", "correlation_id": "c"}), 401)
        self.assertDetail(self.hub.post(REPLY, {"user_id": "a", "correlation_id": "c"}, [("Authorization", "Bearer sender")]), 403)
        self.assertDetail(self.hub.post(REPLY + "?token=listener", {"user_id": "a", "correlation_id": "c"}), 401)
        self.assertDetail(self.hub.post(REPLY, {"user_id": "a", "correlation_id": "c"}, [("Authorization", "Bearer listener")]), 409)


class SlowReader(SubscriberTestCase):
    settings = {"send_queue_bytes": "64KiB"}

    def test_reader_that_does_not_read_is_cut_off(self):
        client = self.listen("slow", receive_buffer=4096)
        client.greeting()
        other = self.join("other")
        before = self.hub.metrics()["messages_overflowed"]
        deadline = time.monotonic() + 30
        while self.hub.push("slow", {"x": 16000 * "x"}):
            self.assertLess(time.monotonic(), deadline, "never full")
        self.assertGreater(self.hub.metrics()["messages_overflowed"], before)
        eventually(lambda: self.hub.connections() == 1, what="the slow session to be gone")
        self.assertTrue(self.hub.push("other", {"n": 1}))
        self.assertEqual(other.json()["n"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
