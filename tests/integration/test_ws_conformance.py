# SPDX-License-Identifier: GPL-3.0-or-later
"""RFC 6455, case by case (tests/support/ws_cases.py), at the echo endpoint and at /ws: each whole, and byte by byte."""
import struct
import unittest

import ws_cases
from hub import HubTestCase, WsClient, eventually, lean_sanitizer
from http_client import WireError
from ws_client import BINARY, CLOSE, PING, PONG, TEXT

LIMIT = 128 * 1024
KINDS = {TEXT: "text", BINARY: "binary", PONG: "pong", PING: "ping"}


def in_pieces(data):
    """Byte by byte; what is long in pieces of a prime size, its ends byte by byte."""
    if len(data) <= 600:
        return [data[n:n + 1] for n in range(len(data))]
    ends = [data[n:n + 1] for n in range(40)], [data[n:n + 1] for n in range(len(data) - 40, len(data))]
    return ends[0] + [data[n:min(n + 4093, len(data) - 40)] for n in range(40, len(data) - 40, 4093)] + ends[1]


class Conformance(HubTestCase):
    settings = {"echo_endpoint": "true", "ws_max_message_bytes": LIMIT, "duplicate_policy": "allow"}

    def came(self, client, count):
        """The next `count` messages, pongs and closes as ws_cases writes them; behind a close the end of the connection."""
        seen, opcode, message = [], None, b""
        while len(seen) < count:
            first, payload = client.frame()
            if first & 15 == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                payload[2:].decode()
                seen.append(("closed", code))
                client.send_frame(CLOSE, payload[:2])
                self.assertEqual(client.http.input.to_end(), b"", seen)
                break
            if first & 15 == PONG:
                seen.append(("pong", payload))
                continue
            opcode, message = (first & 15 or opcode), message + payload
            if first & 0x80:
                seen.append((KINDS[opcode], message))
                opcode, message = None, b""
        return seen

    def run_cases(self, connect, adapt=lambda name, expected: expected):
        count = 0
        for name, data, expected in ws_cases.all_cases(LIMIT):
            wanted = adapt(name, expected)
            for pieces in ([data], in_pieces(data)):
                with self.subTest(case=name, pieces=len(pieces)):
                    client = connect()
                    client.http.send_pieces(pieces)
                    try:
                        seen = self.came(client, len(wanted))
                    except WireError as error:
                        seen = str(error)
                    self.assertEqual(seen, wanted)
                    if wanted and wanted[-1][0] != "closed":
                        client.send_frame(PING, b"still there")
                        self.assertEqual(self.came(client, 1), [("pong", b"still there")])
                    client.leave()
                    count += 1
        return count

    def test_every_case_at_the_echo_endpoint(self):
        count = self.run_cases(lambda: WsClient(self.hub.address, None, path="/echo"))
        print("\n%d runs" % count)
        self.assertGreater(count, 500)

    def test_every_case_at_ws(self):
        """The hub sends nothing back for a text, and refuses binary messages with 1003."""
        def adapt(name, expected):
            wanted = []
            if "binary" in name and expected == [("closed", ws_cases.TOO_BIG)]:
                return [("closed", 1003)]
            for kind, payload in expected:
                if kind == "binary":
                    return wanted + [("closed", 1003)]
                if kind != "text":
                    wanted.append((kind, payload))
            return wanted
        before = self.hub.metrics()
        self.run_cases(lambda: WsClient(self.hub.address, "conform"), adapt)
        eventually(lambda: self.hub.connections() == 0, what="every session to be forgotten")
        self.assertGreater(self.hub.metrics()["texts_malformed"], before["texts_malformed"])


KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION, UPGRADE, CONNECTION = b"Sec-WebSocket-Version: 13", b"Upgrade: websocket", b"Connection: Upgrade"


def handshake(*lines, start=b"GET /echo HTTP/1.1", rest=b""):
    return b"\r\n".join([start, b"Host: localhost", *lines]) + b"\r\n\r\n" + rest


def handshakes():
    """(name, bytes, statuses): RFC 6455 §4.2.1."""
    yield "good", handshake(UPGRADE, CONNECTION, VERSION, KEY), {101}
    yield "good: names and values in any case", handshake(b"UPGRADE: WEBSOCKET", b"connection: UPGRADE", b"sec-websocket-VERSION: 13", KEY.replace(b"Key", b"KEY")), {101}
    yield "good: among other tokens", handshake(b"Upgrade: h2c, websocket", b"Connection: keep-alive , Upgrade", VERSION, KEY), {101}
    yield "good: Connection in two fields", handshake(UPGRADE, b"Connection: keep-alive", CONNECTION, VERSION, KEY), {101}
    yield "good: length of zero", handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Content-Length: 0"), {101}
    yield "good: protocols that nobody knows", handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Sec-WebSocket-Protocol: chat, superchat"), {101}
    yield "good: an empty line before", b"\r\n" + handshake(UPGRADE, CONNECTION, VERSION, KEY), {101}
    for name, lines in (("no Upgrade", (CONNECTION, VERSION, KEY)), ("no Connection", (UPGRADE, VERSION, KEY)),
                        ("Connection without upgrade", (UPGRADE, b"Connection: keep-alive", VERSION, KEY)),
                        ("Upgrade to something else", (b"Upgrade: h2c", CONNECTION, VERSION, KEY)),
                        ("Upgrade to almost that", (b"Upgrade: websockets", CONNECTION, VERSION, KEY))):
        yield name, handshake(*lines, start=b"GET /ws?user_id=u HTTP/1.1"), {426}
    yield "HTTP/1.0", handshake(UPGRADE, CONNECTION, VERSION, KEY, start=b"GET /ws?user_id=u HTTP/1.0"), {426}
    yield "POST", handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Content-Length: 0", start=b"POST /ws?user_id=u HTTP/1.1"), {405, 426}
    yield "no version", handshake(UPGRADE, CONNECTION, KEY), {426}
    for version in (b"", b"0", b"8", b"12", b"14", b"013", b"13.0", b"13, 8", b"8, 13", b"x"):
        yield "version %r" % version, handshake(UPGRADE, CONNECTION, b"Sec-WebSocket-Version: " + version, KEY), {426}
    yield "no key", handshake(UPGRADE, CONNECTION, VERSION), {400}
    for key in (b"", b"short", b"dGhlIHNhbXBsZSBub25jZQ", b"dGhlIHNhbXBsZSBub25jZQ=", b"dGhlIHNhbXBsZSBub25jZQ===", b"dGhlIHNhbXBsZSBub25j", b"dGhlIHNhbXBsZSBub25jZSE=",
                b"dGhlIHNhbXBsZSBub25jZSEh", b"dGhlIHNhbXBsZSBub25j!Q==", b"dGhl IHNhbXBsZSBub25jZQ==", b"=" * 24):
        yield "key %r" % key, handshake(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Key: " + key), {400}
    yield "two keys", handshake(UPGRADE, CONNECTION, VERSION, KEY, KEY), {400}
    yield "two versions", handshake(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Version: 8", KEY), {400}
    yield "a body", handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Content-Length: 4", rest=b"body"), {400}
    yield "a chunked body", handshake(UPGRADE, CONNECTION, VERSION, KEY, b"Transfer-Encoding: chunked", rest=b"0\r\n\r\n"), {400}
    yield "frames before the answer", handshake(UPGRADE, CONNECTION, VERSION, KEY, rest=ws_cases.text(b"early")), {400}


class Handshakes(HubTestCase):
    settings = {"echo_endpoint": "true"}

    def test_every_case(self):
        for name, data, statuses in handshakes():
            for pieces in ([data], in_pieces(data)):
                if name == "frames before the answer" and len(pieces) > 1:
                    continue            # byte by byte they come behind the answer
                with self.subTest(case=name, pieces=len(pieces)), self.hub.connect() as connection:
                    connection.send_pieces(pieces)
                    response = connection.head()
                    self.assertIn(response.status, statuses, response)
                    if response.status == 101:
                        self.assertEqual(response.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")      # §1.3's example
                        self.assertIsNone(response.header("Sec-WebSocket-Protocol"))
                        connection.send(ws_cases.text(b"x"))
                        self.assertEqual(connection.input.exactly(3), b"\x81\x01x")
                    elif response.status == 426:
                        self.assertEqual(response.tokens("Upgrade"), ["websocket"])


class CloseHandshake(HubTestCase):
    settings = {"echo_endpoint": "true"}

    def test_the_hub_waits_for_the_answer_to_its_close(self):
        """RFC 6455 §7.1.1: the server ends the connection once both have said goodbye, and not before."""
        first, second = self.join("twin"), self.join("twin")
        opcode, payload = second.frame()
        self.assertEqual((opcode & 15, payload[:2]), (CLOSE, struct.pack("!H", 1008)))
        second.send_frame(PING, b"on its way already")        # neither answered nor an error
        second.send(b"x" * 100)
        second.send_frame(CLOSE, payload[:2])
        self.assertTrue(second.http.at_end())
        self.assertTrue(first.nothing_came())

    def test_a_close_that_is_never_answered_ends_too(self):
        self.join("deaf")
        second = self.join("deaf")
        self.assertEqual(second.frame()[0] & 15, CLOSE)
        self.assertTrue(second.http.at_end())

    def test_a_refused_message_does_not_drown_the_close_frame(self):
        """The close frame arrives although the client goes on sending (no reset with bytes unread)."""
        client = self.join("drowning")
        client.http.send(ws_cases.text(b"x" * (8 * 1024 * 1024)))
        self.assertEqual(client.closed()[0], 1009)

    def test_reply_before_the_close_arrives(self):
        client = self.join("last-words")
        stream = self.stream({"user_id": "last-words", "data": {"correlation_id": "lw"}})
        client.receive()
        client.http.send(ws_cases.text(b'{"correlation_id":"lw","n":1}') + ws_cases.END + ws_cases.text(b'{"correlation_id":"lw","n":2}'))
        self.assertEqual([event.get("n", event.get("error")) for event in stream.events()], [1, "User disconnected"])
        self.assertEqual(client.closed()[0], 1000)

    def test_no_extension_is_agreed_on(self):
        client = WsClient(self.hub.address, None, path="/echo", headers=[("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
        self.assertIsNone(client.response.header("Sec-WebSocket-Extensions"))
        client.leave()


class Floods(HubTestCase):
    """A client that makes the hub answer and does not read."""
    settings = {"echo_endpoint": "true", "send_queue_bytes": 65536}
    environment = lean_sanitizer()

    def flood(self, client, data, limit):
        client.http.socket.settimeout(1)
        sent = 0
        try:
            while sent < limit:
                sent += client.http.socket.send(data[sent % len(data):])
        except TimeoutError:
            pass                # what was to be shown: the hub stopped reading
        return sent

    def test_unread_answers_stop_the_reading(self):
        for path, user, data in (("/echo", None, ws_cases.text(b"e" * 1000) * 50), ("/echo", None, ws_cases.ping(b"p" * 125) * 400),
                                 ("/ws", "flooding", ws_cases.ping(b"p" * 125) * 400)):
            with self.subTest(path=path):
                before = self.hub.resident_kib()
                client = WsClient(self.hub.address, user, path=path, receive_buffer=4096)
                self.assertLess(self.flood(client, data, 48 * 1024 * 1024), 48 * 1024 * 1024)
                self.assertLess(self.hub.resident_kib() - before, 32 * 1024)
                self.assertEqual(self.hub.get("/health").status, 200)
                client.vanish()

    def test_a_reader_that_was_late_gets_all_of_it(self):
        client = WsClient(self.hub.address, None, path="/echo", receive_buffer=4096)
        message = ws_cases.text(b"e" * 1000)
        sent = self.flood(client, message * 50, 48 * 1024 * 1024)
        got, whole = 0, (sent // len(message))
        while got < whole:
            first, payload = client.frame()
            self.assertEqual((first & 15, payload), (TEXT, b"e" * 1000))
            got += 1
        client.vanish()


if __name__ == "__main__":
    unittest.main(verbosity=2)
