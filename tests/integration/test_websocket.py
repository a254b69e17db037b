# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions: the handshake, duplicate users, bad frames, pings, and what a session may reply to."""
import struct
import time
import unittest

from hub import HandshakeRefused, Hub, HubTestCase, WsClient, eventually
from ws_client import BINARY, CLOSE, PING, PONG, TEXT, frame, handshake_headers

KEY = "dGhlIHNhbXBsZSBub25jZQ=="        # RFC 6455 §1.3's example


class Handshake(HubTestCase):
    def refused(self, target, headers=(), bytewise=False):
        with self.assertRaises(HandshakeRefused) as caught:
            WsClient(self.hub.address, None, path=target, headers=headers, bytewise=bytewise).leave()
        return caught.exception.response

    def test_user_ids_are_percent_decoded_utf8(self):
        for query, user in (("%D0%B0%D0%BB%D0%B8%D1%81%D0%B0", "алиса"), ("%E5%B0%8F%E6%98%8E", "小明"),
                            ("%F0%9F%98%80", "😀"), ("a%20b", "a b"), ("a+b", "a b"), ("a%2Bb", "a+b"), ("%25", "%"),
                            ("a%26b%3Dc", "a&b=c"), ("a/b", "a/b"), ("a%2fb", "a/b"), ("a:b@c", "a:b@c")):
            with self.subTest(query=query):
                client = WsClient(self.hub.address, None, path="/ws?user_id=" + query)
                self.assertTrue(self.hub.push(user, {"n": 1}))
                self.assertEqual(client.json()["user_id"], user)
                client.leave()

    def test_user_id_may_stand_among_other_parameters(self):
        client = WsClient(self.hub.address, None, path="/ws?token=1&user_id=among&v=2")
        self.assertTrue(self.hub.push("among", {}))
        client.leave()

    def test_longest_user_id(self):
        for user in ("u" * 256, "é" * 128):
            client = self.hub.join(user)
            self.assertTrue(self.hub.push(user, {}))
            client.leave()

    def test_bad_user_ids_are_refused_before_the_upgrade(self):
        for query in ("", "user_id=", "user_id", "other=1", "user_id=" + "u" * 257, "user_id=" + "%C3%A9" * 128 + "a",
                      "user_id=a%0Ab", "user_id=%00", "user_id=a%7Fb", "user_id=%1F", "user_id=%FF", "user_id=%C0%AF",
                      "user_id=%ED%A0%80", "user_id=%E2%82"):
            with self.subTest(query=query):
                self.assertDetail(self.refused("/ws?" + query), 400)
        self.assertDetail(self.refused("/ws"), 400)

    def test_wrong_path_is_not_found(self):
        for target in ("/nowhere?user_id=a", "/ws/?user_id=a", "/WS?user_id=a", "/wsx?user_id=a", "/?user_id=a"):
            with self.subTest(target=target):
                self.assertDetail(self.refused(target), 404, "Not Found")

    def test_plain_get_is_told_to_upgrade(self):
        response = self.hub.get("/ws?user_id=plain")
        self.assertDetail(response, 426)
        self.assertEqual(response.tokens("Upgrade"), ["websocket"])

    def test_handshake_byte_by_byte(self):
        client = self.join("bytewise", bytewise=True)
        self.assertTrue(self.hub.push("bytewise", {"n": 1}))
        self.assertEqual(client.json()["n"], 1)

    def test_upgrade_fields_are_case_insensitive_lists(self):
        with self.hub.connect() as connection:
            connection.send(("GET /ws?user_id=lists HTTP/1.1\r\nhOST: %s\r\nCONNECTION: keep-alive, UPGRADE\r\n"
                             "upgrade: WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: %s\r\n\r\n"
                             % (connection.host(), KEY)).encode())
            response = connection.head()
            self.assertEqual(response.status, 101, response)
            self.assertEqual(response.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")

    def test_bad_handshakes_are_refused(self):
        good = dict(handshake_headers(KEY))
        for change in ({"Sec-WebSocket-Key": None}, {"Sec-WebSocket-Key": "short"}, {"Sec-WebSocket-Version": "8"},
                       {"Sec-WebSocket-Version": None}):
            with self.subTest(change=change), self.hub.connect() as connection:
                fields = [(name, value) for name, value in {**good, **change}.items() if value is not None]
                response = connection.request("GET", "/ws?user_id=badshake", fields)
                self.assertIn(response.status, (400, 426), response)
        self.assertFalse(self.hub.push("badshake", {}))

    def test_handshake_with_post_is_refused(self):
        response = self.hub.request("POST", "/ws?user_id=poster", handshake_headers(KEY), b"{}")
        self.assertIn(response.status, (400, 405, 426), response)


class Rejecting(HubTestCase):
    """DUPLICATE_POLICY=reject, the default."""

    def test_second_is_closed_and_the_first_keeps_working(self):
        first = self.join("twin")
        for _ in range(3):
            self.assertEqual(self.join("twin").closed(), (1008, "User already connected"))
        self.assertTrue(self.hub.push("twin", {"n": 1}))
        self.assertEqual(first.json()["n"], 1)
        self.assertEqual(self.hub.connections(), 1)

    def test_rejected_session_cannot_reply(self):
        first = self.join("twin2")
        stream = self.stream({"user_id": "twin2", "data": {"correlation_id": "t2"}})
        first.receive()
        second = self.join("twin2")
        second.send({"correlation_id": "t2", "forged": True, "is_final": True})
        second.closed()
        first.send({"correlation_id": "t2", "n": 1, "is_final": True})
        self.assertEqual(stream.events(), [{"correlation_id": "t2", "n": 1, "is_final": True}])

    def test_user_may_come_back(self):
        for _ in range(20):
            client = self.hub.join("returning")
            self.assertTrue(self.hub.push("returning", {}))
            client.leave()
            eventually(lambda: not self.hub.push("returning", {}), what="the user to be gone")

    def test_vanished_user_is_forgotten(self):
        for way in ("vanish", "shut_socket"):
            with self.subTest(way=way):
                client = self.hub.join("vanishing")
                getattr(client, way)()
                eventually(lambda: not self.hub.push("vanishing", {}), what="the user to be gone")


class FewConnections(HubTestCase):
    """A session that has ended gives its connection back."""
    settings = {"max_connections": 30}

    def test_sessions_that_ended_do_not_count(self):
        for n in range(100):
            client = self.hub.join("come-and-go")
            getattr(client, ("leave", "vanish", "shut_socket")[n % 3])()
            eventually(lambda: self.hub.connections() == 0, what="the session to be forgotten")
        self.assertEqual(self.hub.get("/health").status, 200)

    def test_connections_above_the_limit_are_told(self):
        held = [self.hub.connect() for _ in range(30)]
        try:
            with self.hub.connect() as one_more:
                one_more.send_request("GET", "/health")
                response = one_more.response()
                self.assertDetail(response, 503)
                self.assertRegex(response.header("Retry-After", ""), "^[0-9]+$")
        finally:
            for connection in held:
                connection.close()
        eventually(self.serves, what="room for a connection")

    def serves(self):
        return self.hub.get("/health").status == 200

    def test_refused_handshakes_do_not_count(self):
        for _ in range(100):
            with self.assertRaises(HandshakeRefused):
                self.hub.join("")
        self.assertEqual(self.hub.get("/health").status, 200)


class Replacing(HubTestCase):
    settings = {"duplicate_policy": "replace"}

    def test_newer_replaces_older(self):
        first = self.join("twin")
        second = self.join("twin")
        self.assertEqual(first.closed(), (4001, "Replaced by a newer connection"))
        self.assertTrue(self.hub.push("twin", {"n": 1}))
        self.assertEqual(second.json()["n"], 1)
        self.assertEqual(self.hub.connections(), 1)


class Allowing(HubTestCase):
    settings = {"duplicate_policy": "allow"}

    def test_each_message_goes_to_all(self):
        clients = [self.join("many") for _ in range(3)]
        self.assertEqual(self.hub.connections(), 3)
        for n in range(5):
            self.assertTrue(self.hub.push("many", {"n": n}))
        received = [[client.receive() for _ in range(5)] for client in clients]
        self.assertEqual(received[0], received[1])
        self.assertEqual(received[0], received[2])
        clients.pop().leave()
        eventually(lambda: self.hub.connections() == 2, what="one session less")
        self.assertTrue(self.hub.push("many", {"n": 9}))
        for client in clients:
            self.assertEqual(client.json()["n"], 9)

    def test_any_session_of_the_user_may_reply(self):
        first, second = self.join("either"), self.join("either")
        stream = self.stream({"user_id": "either", "data": {"correlation_id": "e1"}})
        self.assertEqual(first.json()["correlation_id"], second.json()["correlation_id"])
        first.send({"correlation_id": "e1", "n": 1})
        self.assertEqual(stream.event(), b'{"correlation_id": "e1", "n": 1}')
        second.send({"correlation_id": "e1", "n": 2, "is_final": True})
        self.assertEqual([event["n"] for event in stream.events()], [2])

    def test_stream_ends_only_when_the_last_session_is_gone(self):
        first, second = self.join("last"), self.join("last")
        stream = self.stream({"user_id": "last", "data": {"correlation_id": "l1"}})
        first.receive(), second.receive()
        first.leave()
        eventually(lambda: self.hub.push("last", {}), what="the other session")
        second.send({"correlation_id": "l1", "n": 1})
        self.assertEqual(stream.event(), b'{"correlation_id": "l1", "n": 1}')
        second.leave()
        self.assertEqual(stream.events(), [{"error": "User disconnected", "correlation_id": "l1"}])


class Frames(HubTestCase):
    settings = {"ws_max_message_bytes": 65536}

    def test_binary_is_closed_with_1003(self):
        client = self.join("binary")
        client.send_frame(BINARY, b"\x00\x01")
        self.assertEqual(client.closed()[0], 1003)

    def test_text_that_is_not_json_reaches_nobody(self):
        client = self.join("not-json")
        stream = self.stream({"user_id": "not-json", "data": {"correlation_id": "nj"}})
        client.receive()
        for text in (b"hello", b"", b'{"correlation_id":"nj"', b'{"correlation_id":"nj","x":[1,]}', b'{"correlation_id":"nj",}',
                     b'{"correlation_id":"nj","x":01}', b'{"correlation_id":"nj","x":tru}', b'{"correlation_id":"nj","x":"\\q"}',
                     b'{"correlation_id":"nj"} x', b"{'correlation_id':'nj'}", b'["nj"]', b'"nj"', b"5", b"null"):
            client.send(text)
        client.send({"correlation_id": "nj", "n": 1, "is_final": True})
        self.assertEqual(stream.events(), [{"correlation_id": "nj", "n": 1, "is_final": True}])

    def test_text_without_an_id_reaches_nobody(self):
        client = self.join("no-id")
        stream = self.stream({"user_id": "no-id", "data": {"correlation_id": "ni"}})
        client.receive()
        for text in (b"{}", b'{"data":{}}', b'{"correlation_id":null}', b'{"other":{"correlation_id":"ni"}}',
                     b'{"data":{"deeper":{"correlation_id":"ni"}}}', b'{"data":[{"correlation_id":"ni"}]}'):
            client.send(text)
        client.send({"data": {"correlation_id": "ni"}, "is_final": True})
        self.assertEqual(len(stream.events()), 1)

    def test_message_at_the_limit_passes_and_one_past_is_closed_with_1009(self):
        client = self.join("limit")
        stream = self.stream({"user_id": "limit", "data": {"correlation_id": "lim"}})
        client.receive()
        text = b'{"correlation_id":"lim","x":"%s"}'
        full = text % (b"x" * (65536 - len(text) + 2))
        self.assertEqual(len(full), 65536)
        client.send(full)
        self.assertEqual(stream.event(), full)
        client.send(full[:-2] + b'y"}')
        self.assertEqual(client.closed()[0], 1009)
        self.assertEqual([event["error"] for event in stream.events()], ["User disconnected"])

    def test_large_message_in_fragments_is_closed_with_1009(self):
        client = self.join("fragments")
        client.send_frame(TEXT, b'"' + b"x" * 40000, fin=False)
        client.send_frame(0, b"x" * 40000 + b'"')
        self.assertEqual(client.closed()[0], 1009)

    def test_announced_huge_frame_is_closed_before_it_comes(self):
        client = self.join("huge")
        client.http.send(b"\x81\xff" + struct.pack("!Q", 1 << 40) + b"\x11\x22\x33\x44")
        self.assertEqual(client.closed()[0], 1009)

    def test_unmasked_frame_is_closed_with_1002(self):
        for first in (True, False):
            with self.subTest(first=first):
                client = self.join("unmasked")
                stream = self.stream({"user_id": "unmasked", "data": {"correlation_id": "um"}})
                client.receive()
                if not first:
                    client.send({"correlation_id": "um", "n": 0})
                    stream.event()
                client.send_frame(TEXT, b'{"correlation_id":"um","n":1}', masked=False)
                self.assertEqual(client.closed()[0], 1002)
                self.assertEqual([event.get("error") for event in stream.events()], ["User disconnected"])
                client.leave()

    def test_broken_frames_are_closed_with_1002(self):
        for name, data in (("reserved bit", frame(TEXT, b"{}", reserved=4)), ("reserved opcode", frame(3, b"")),
                           ("reserved control opcode", frame(11, b"")), ("fragmented ping", frame(PING, b"", fin=False)),
                           ("long ping", frame(PING, b"x" * 126)), ("continuation of nothing", frame(0, b"x")),
                           ("close of one byte", frame(CLOSE, b"\x03")), ("close code 1005", frame(CLOSE, b"\x03\xed")),
                           ("text inside a text", frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"))):
            for bytewise in (False, True):
                with self.subTest(name=name, bytewise=bytewise):
                    client = self.join("broken")
                    client.http.send(data, bytewise)
                    self.assertEqual(client.closed()[0], 1002)
                    client.leave()

    def test_text_that_is_not_utf8_is_closed_with_1007(self):
        client = self.join("utf8")
        client.send_frame(TEXT, b'"\xff\xfe"')
        self.assertEqual(client.closed()[0], 1007)

    def test_ping_is_answered_with_its_payload(self):
        client = self.join("pinger")
        client.send_frame(PING, b"p" * 125)
        self.assertEqual(client.frame(), (0x80 | PONG, b"p" * 125))

    def fragments(self, text):
        """`text` in frames of one byte each, with a ping among them."""
        return b"".join(frame(TEXT if i == 0 else 0, text[i:i + 1], fin=i == len(text) - 1)
                        + (frame(PING, b"!") if i == 7 else b"") for i in range(len(text)))

    def test_fragments_and_single_bytes_make_one_reply(self):
        client = self.join("pieces")
        stream = self.stream({"user_id": "pieces", "data": {"correlation_id": "pc"}})
        client.receive()
        for text in ("plain", "grüße 😀"):
            reply = ('{"correlation_id":"pc","text":"%s"}' % text).encode()
            client.send(reply, bytewise=True)
            self.assertEqual(stream.event(), reply)
        reply = b'{"correlation_id":"pc","text":"in fragments"}'
        client.http.send(self.fragments(reply))
        self.assertEqual(stream.event(), reply)
        client.http.send(self.fragments(reply), bytewise=True)
        self.assertEqual(stream.event(), reply)

    def test_fragments_may_split_a_character(self):
        """RFC 6455 §5.4: only the whole message has to be UTF-8."""
        client = self.join("split")
        stream = self.stream({"user_id": "split", "data": {"correlation_id": "sp"}})
        client.receive()
        reply = '{"correlation_id":"sp","text":"grüße 😀","is_final":true}'.encode()
        client.http.send(self.fragments(reply))
        self.assertEqual(stream.event(), reply)

    def test_close_is_answered(self):
        client = self.join("closer")
        client.send_frame(CLOSE, struct.pack("!H", 1000) + b"bye")
        self.assertEqual(client.closed()[0], 1000)
        self.assertTrue(client.http.at_end())


class DefaultLimit(HubTestCase):
    def test_one_mebibyte_and_one_past(self):
        client = self.join("mebibyte")
        stream = self.stream({"user_id": "mebibyte", "data": {"correlation_id": "mb"}})
        client.receive()
        text = b'{"correlation_id":"mb","x":"%s"}'
        full = text % (b"x" * (1024 * 1024 - len(text) + 2))
        client.send(full)
        self.assertEqual(stream.event(), full)
        client.send(full[:-2] + b'y"}')
        self.assertEqual(client.closed()[0], 1009)


class Pings(HubTestCase):
    settings = {"ws_ping_interval": "200ms", "ws_ping_timeout": "400ms"}

    def test_silent_client_is_closed_with_1011(self):
        client = self.join("silent", answer_pings=False)
        started = time.monotonic()
        self.assertEqual(client.closed(), (1011, "keepalive ping timeout"))
        self.assertGreaterEqual(client.pings, 1)
        self.assertTrue(0.4 <= time.monotonic() - started < 5)
        eventually(lambda: not self.hub.push("silent", {}), what="the session to be forgotten")

    def test_answering_client_stays(self):
        client = self.join("answering")
        while client.pings < 6:
            first, payload = client.frame()
            self.assertEqual(first & 15, PING)
            client.pings += 1
            client.send_frame(PONG, payload)
        self.assertTrue(self.hub.push("answering", {"n": 1}))
        self.assertEqual(client.json()["n"], 1)

    def test_traffic_is_no_pong(self):
        client = self.join("talker", answer_pings=False)
        deadline = time.monotonic() + 8
        while self.hub.push("talker", {}) and time.monotonic() < deadline:
            client.send({"n": 1})
            time.sleep(0.02)        # the pace of the traffic, nothing is awaited
        self.assertEqual(client.closed(), (1011, "keepalive ping timeout"))


class Stopping(unittest.TestCase):
    def test_every_session_is_closed_with_1001(self):
        hub = Hub()
        clients = [hub.join("stop-%d" % n) for n in range(20)]
        hub.terminate()
        for client in clients:
            self.assertEqual(client.closed(), (1001, "Server shutting down"))
            client.leave()
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
