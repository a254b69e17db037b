# SPDX-License-Identifier: GPL-3.0-or-later
"""A WebSocket client on a bare socket (RFC 6455): reads strictly, and can break any rule on purpose."""
import base64
import hashlib
import json
import os
import socket
import struct
from urllib.parse import quote

from http_client import HttpConnection, WireError

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"      # RFC 6455 §1.3


class HandshakeRefused(Exception):
    def __init__(self, response):
        super().__init__(repr(response))
        self.response = response


class Closed(Exception):
    """The hub closed the session; code and reason as it said them (1006 when it said nothing)."""

    def __init__(self, code, reason):
        super().__init__("%d %s" % (code, reason))
        self.code, self.reason = code, reason


def handshake_headers(key):
    return [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key)]


class WsClient:
    """One session. `user` None asks for `path` as it stands, query and all."""

    def __init__(self, address, user, path="/ws", headers=(), timeout=15.0, bytewise=False, answer_pings=True, tls=None,
                 receive_buffer=None):
        self.answer_pings = answer_pings
        self.pings = 0
        target = path if user is None else "%s?user_id=%s" % (path, quote(user, safe=""))
        key = base64.b64encode(os.urandom(16)).decode()
        self.http = HttpConnection(address, timeout, tls, receive_buffer)
        self.http.send_request("GET", target, [*handshake_headers(key), *headers], bytewise=bytewise)
        response = self.http.head()
        if response.status != 101:
            length = int(response.header("Content-Length", "0"))
            response.body = self.http.input.exactly(length)
            self.http.close()
            raise HandshakeRefused(response)
        expected = base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()
        if response.header("Sec-WebSocket-Accept") != expected or response.header("Upgrade", "").lower() != "websocket":
            raise WireError("not a WebSocket handshake: %r" % response)
        self.response = response

    # Sending -----------------------------------------------------------------------------------------------------

    def send_frame(self, opcode, payload=b"", fin=True, masked=True, reserved=0, bytewise=False):
        self.http.send(frame(opcode, payload, fin, masked, reserved), bytewise)

    def send(self, value, bytewise=False):
        """A text message: bytes as they are, anything else as JSON."""
        payload = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_frame(TEXT, payload, bytewise=bytewise)

    # Receiving ---------------------------------------------------------------------------------------------------

    def frame(self):
        """The next frame as (opcode, payload); a server's frames are unmasked and have no reserved bits."""
        first, second = self.http.input.exactly(2)
        if first & 0x70 or second & 0x80:
            raise WireError("a server frame with reserved bits or a mask: %02x %02x" % (first, second))
        length = second & 0x7f
        if length == 126:
            length = struct.unpack("!H", self.http.input.exactly(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self.http.input.exactly(8))[0]
        return first, self.http.input.exactly(length)

    def receive(self):
        """The next text message's bytes; answers pings on the way; raises Closed at the end."""
        message = b""
        while True:
            try:
                first, payload = self.frame()
            except WireError as error:
                if "closed in the middle" in str(error) and not self.http.input.buffer and not message:
                    raise Closed(1006, "") from None
                raise
            opcode = first & 15
            if opcode == PING:
                self.pings += 1
                if self.answer_pings:
                    self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                self.send_frame(CLOSE, payload[:2])
                raise Closed(code, payload[2:].decode())
            elif opcode in (0, TEXT):
                message += payload
                if first & 0x80:
                    return message
            elif opcode != PONG:
                raise WireError("unexpected opcode %d" % opcode)

    def json(self):
        return json.loads(self.receive())

    def closed(self):
        """Waits for the close, whatever comes before it; returns (code, reason)."""
        try:
            while True:
                self.receive()
        except Closed as close:
            return close.code, close.reason

    def nothing_came(self):
        """True when the hub had nothing for us: a ping's pong is the next frame."""
        self.send_frame(PING, b"anything?")
        while True:
            first, payload = self.frame()
            if first & 15 == PING:
                self.send_frame(PONG, payload)
            elif first & 15 == PONG and payload == b"anything?":
                return True
            else:
                raise AssertionError("an unexpected message came: %r" % payload[:400])

    def leave(self):
        """Closes properly and waits until the hub has closed too."""
        if self.http.socket.fileno() < 0:
            return
        try:
            self.send_frame(CLOSE, struct.pack("!H", 1000))
            self.closed()
            self.http.input.to_end()
        except (WireError, OSError):
            pass
        self.http.close()

    def vanish(self):
        """Goes away without a word, with RST."""
        self.http.reset()

    def shut_socket(self):
        """FIN without a close frame."""
        self.http.socket.shutdown(socket.SHUT_RDWR)
        self.http.close()


def frame(opcode, payload=b"", fin=True, masked=True, reserved=0):
    """A frame's bytes, RFC 6455 §5.2."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    flag, length = (0x80 if masked else 0), len(payload)
    if length < 126:
        head += bytes([flag | length])
    elif length < 65536:
        head += bytes([flag | 126]) + struct.pack("!H", length)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    mask = b"\x11\x22\x33\x44"
    repeated = mask * (length // 4 + 1)
    masked_payload = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated[:length], "big")).to_bytes(length, "big")
    return head + mask + masked_payload
