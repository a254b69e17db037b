# SPDX-License-Identifier: GPL-3.0-or-later
"""How streams of /sse/send end when somebody goes away, who may reply, and what becomes of bytes that arrive meanwhile."""
import json
import unittest

from hub import Hub, HubTestCase, eventually
from http_client import request_bytes

SEND = "/sse/send"


def ask(user, cid):
    return {"user_id": user, "data": {"correlation_id": cid}}


class Ends(HubTestCase):
    def test_target_disconnects(self):
        for way in ("leave", "vanish", "shut_socket"):
            with self.subTest(way=way):
                user = self.hub.join("gone")
                stream = self.stream(ask("gone", "gn"))
                user.receive()
                user.send({"correlation_id": "gn", "n": 1})
                self.assertEqual(json.loads(stream.event())["n"], 1)
                getattr(user, way)()
                self.assertEqual(stream.events(), [{"error": "User disconnected", "correlation_id": "gn"}])
                eventually(lambda: not self.hub.push("gone", {}), what="the user to be gone")

    def test_late_reply_is_counted_and_reaches_nobody(self):
        user = self.join("late")
        stream = self.stream(ask("late", "lt"))
        user.receive()
        before = self.hub.metrics()
        user.send({"correlation_id": "lt", "is_final": True})
        user.send({"correlation_id": "lt", "n": "late"})
        self.assertEqual(len(stream.events()), 1)
        self.counted("replies_late", before["replies_late"])
        self.assertEqual(self.hub.metrics()["replies_orphan"], before["replies_orphan"])
        stream.send_request("GET", "/health")
        self.assertEqual(stream.response().status, 200)     # and not the late event

    def test_orphan_reply_is_counted(self):
        user = self.join("orphan")
        before = self.hub.metrics()
        user.send({"correlation_id": "nobody-knows-this"})
        self.counted("replies_orphan", before["replies_orphan"])
        self.assertEqual(self.hub.metrics()["replies_late"], before["replies_late"])

    def test_pushed_message_opens_no_correlation(self):
        user = self.join("pushed")
        self.hub.push("pushed", {"correlation_id": "pu"})
        user.receive()
        before = self.hub.metrics()["replies_orphan"]
        user.send({"correlation_id": "pu", "is_final": True})
        self.counted("replies_orphan", before)

    def test_reply_of_another_user_is_refused(self):
        user, eve = self.join("target"), self.join("eve")
        stream = self.stream(ask("target", "tg"))
        user.receive()
        before = self.hub.metrics()
        eve.send({"correlation_id": "tg", "from": "eve", "is_final": True})
        self.counted("replies_refused", before["replies_refused"])
        user.send({"correlation_id": "tg", "from": "target", "is_final": True})
        self.assertEqual([event["from"] for event in stream.events()], ["target"])

    def test_upstream_hang_up_closes_the_correlation_at_once(self):
        user = self.join("hang")
        for way in ("close", "reset", "half_close"):
            with self.subTest(way=way):
                stream = self.stream(ask("hang", "hg-" + way))
                user.receive()
                before = self.hub.metrics()["replies_late"]
                getattr(stream, way)()
                # Free again means closed: the same id opens anew.
                again = eventually(lambda: self.try_open(ask("hang", "hg-" + way)), what="the id to be free")
                user.receive()
                user.send({"correlation_id": "hg-" + way, "is_final": True})
                self.assertEqual(len(again.events()), 1)
                user.send({"correlation_id": "hg-" + way})
                self.counted("replies_late", before)

    def try_open(self, value):
        stream = self.stream(value)
        return stream if stream.stream.status == 200 else None

    def test_reply_after_hang_up_is_late(self):
        user = self.join("hang2")
        stream = self.stream(ask("hang2", "hang2"))
        user.receive()
        before = self.hub.metrics()["replies_late"]
        stream.close()
        eventually(lambda: self.reply_was_late(user, before), what="the reply to be late")

    def reply_was_late(self, user, before):
        user.send({"correlation_id": "hang2"})
        user.nothing_came()
        return self.hub.metrics()["replies_late"] > before

    def test_many_hang_ups_leave_nothing_open(self):
        self.join("churn")
        for n in range(200):
            stream = self.hub.open_stream(ask("churn", "ch%d" % n))
            stream.reset() if n % 2 else stream.close()
        eventually(lambda: self.hub.metrics()["open_requests"] == 0, what="all correlations to be closed")


class HeldBytes(HubTestCase):
    """What arrives during a stream is held, and read as the next request after its end."""

    def requests(self, connection, *paths):
        return b"".join(request_bytes(connection.host(), "GET", path) for path in paths)

    def test_held_requests_are_answered_after_the_stream(self):
        user = self.join("held")
        for bytewise in (False, True):
            with self.subTest(bytewise=bytewise):
                stream = self.stream(ask("held", "he"))
                user.receive()
                stream.send(self.requests(stream, "/health", "/nowhere"), bytewise)
                user.send({"correlation_id": "he", "n": 1})
                self.assertEqual(json.loads(stream.event())["n"], 1)
                user.send({"correlation_id": "he", "n": 2, "is_final": True})
                self.assertEqual([event["n"] for event in stream.events()], [2])
                self.assertEqual([stream.response().status for _ in range(2)], [200, 404])

    def test_bytes_in_the_same_write_are_held_too(self):
        user = self.join("held2")
        with self.hub.connect() as connection:
            first = request_bytes(connection.host(), "POST", SEND, body=json.dumps(ask("held2", "h2")).encode())
            connection.send(first + self.requests(connection, "/health"))
            self.assertEqual(connection.start_stream().status, 200)
            user.receive()
            user.send({"correlation_id": "h2", "is_final": True})
            self.assertEqual(len(connection.events()), 1)
            self.assertEqual(connection.response().json()["status"], "healthy")

    def test_two_streams_in_a_row(self):
        user = self.join("held3")
        with self.hub.connect() as connection:
            connection.send(b"".join(request_bytes(connection.host(), "POST", SEND, body=json.dumps(ask("held3", cid)).encode())
                                     for cid in ("h3a", "h3b")))
            for cid in ("h3a", "h3b"):
                self.assertEqual(connection.start_stream().status, 200)
                self.assertEqual(user.json()["correlation_id"], cid)
                self.assertTrue(user.nothing_came())
                user.send({"correlation_id": cid, "is_final": True})
                self.assertEqual([event["correlation_id"] for event in connection.events()], [cid])

    def test_sixteen_kibibytes_are_held(self):
        user = self.join("held4")
        stream = self.stream(ask("held4", "h4"))
        user.receive()
        head = request_bytes(stream.host(), "POST", "/sse/push", body=b"", headers=[("Content-Length", "00000")])
        body = b'{"user_id":"nobody","data":{}}'
        head = head.replace(b"00000", b"%05d" % (16384 - len(head)))
        held = head + body + b" " * (16384 - len(head) - len(body))
        self.assertEqual(len(held), 16384)
        stream.send(held)
        # The hub reads in order of arrival; a request on another connection shows that it had the time.
        self.hub.get("/health")
        user.send({"correlation_id": "h4", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        self.assertEqual(stream.response().json()["status"], "partial")

    def test_more_than_sixteen_kibibytes_abort(self):
        user = self.join("held5")
        stream = self.stream(ask("held5", "h5"))
        user.receive()
        before = self.hub.metrics()["replies_late"]
        stream.send(b"GET /health HTTP/1.1\r\nX: " + b"x" * 16384)
        stream.input.to_end()
        user.send({"correlation_id": "h5", "is_final": True})
        self.counted("replies_late", before)


class Shutdown(unittest.TestCase):
    def test_streams_are_told(self):
        hub = Hub()
        user = hub.join("stopped")
        streams = [hub.open_stream(ask("stopped", "st%d" % n)) for n in range(5)]
        for _ in streams:
            user.receive()
        hub.terminate()
        for n, stream in enumerate(streams):
            self.assertEqual(stream.events(), [{"error": "Server shutting down", "correlation_id": "st%d" % n}])
            stream.close()
        user.closed()
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
