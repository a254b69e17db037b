# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP client on a bare socket: sends any bytes in any pieces, reads responses strictly (RFC 9112)."""
import json
import re
import socket
import time

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
STATUS_LINE = re.compile(rb"HTTP/(1\.[01]) ([1-5][0-9][0-9]) ([\t -~\x80-\xff]*)")
TIMEOUT = 15.0
BODILESS = (204, 304)


class WireError(AssertionError):
    """The other side broke the protocol, or closed where an answer was due."""


class Response:
    def __init__(self, version, status, reason, headers):
        self.version, self.status, self.reason, self.headers = version, status, reason, headers
        self.body = b""

    def header(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self):
        return json.loads(self.body)

    def tokens(self, name):
        """The members of a comma-separated field, in lower case."""
        return [part.strip().lower() for value in self.all(name) for part in value.split(",") if part.strip()]

    def __repr__(self):
        return "<%s %s %s %r>" % (self.status, self.reason, dict(self.headers), self.body[:400])


class Buffered:
    """A socket with a deadline and a buffer: reads lines, counts, or up to the end."""

    def __init__(self, sock, timeout=TIMEOUT):
        self.socket, self.timeout, self.buffer = sock, timeout, b""

    def fill(self, deadline):
        """Reads once more; False at the end of the stream. A reset is an end too."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise WireError("no answer within %.1f s; so far: %r" % (self.timeout, self.buffer[:400]))
        self.socket.settimeout(left)
        try:
            piece = self.socket.recv(65536)
        except socket.timeout:
            return self.fill(deadline)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.buffer += piece
        return bool(piece)

    def _until(self, enough):
        deadline = time.monotonic() + self.timeout
        while not enough():
            if not self.fill(deadline):
                raise WireError("closed in the middle; so far: %r" % self.buffer[:400])

    def exactly(self, count):
        self._until(lambda: len(self.buffer) >= count)
        piece, self.buffer = self.buffer[:count], self.buffer[count:]
        return piece

    def line(self):
        """One line without its CR LF; a bare LF or CR is an error."""
        self._until(lambda: b"\n" in self.buffer)
        line, self.buffer = self.buffer.split(b"\n", 1)
        if not line.endswith(b"\r") or b"\r" in line[:-1]:
            raise WireError("a line that does not end with CR LF: %r" % line)
        return line[:-1]

    def to_end(self):
        deadline = time.monotonic() + self.timeout
        while self.fill(deadline):
            pass
        piece, self.buffer = self.buffer, b""
        return piece


class HttpConnection:
    """One connection; usable in a `with` statement."""

    def __init__(self, address, timeout=TIMEOUT, tls=None, receive_buffer=None):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.address = address
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.input = Buffered(self.socket, timeout)
        self.stream = None
        self._pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.socket.close()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    # Sending -----------------------------------------------------------------------------------------------------

    def send(self, data, bytewise=False):
        """Sends bytes whole, or one at a time. What the hub already refused need not be sent to the end."""
        pieces = (data[i:i + 1] for i in range(len(data))) if bytewise else (data,)
        self.send_pieces(pieces)

    def send_pieces(self, pieces):
        self.socket.settimeout(self.input.timeout)
        try:
            for piece in pieces:
                self.socket.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send_request(self, method, path, headers=(), body=None, version="HTTP/1.1", bytewise=False):
        self.send(request_bytes(self.host(), method, path, headers, body, version), bytewise)

    def host(self):
        return "%s:%d" % (self.address[0], self.address[1])

    def request(self, method, path, headers=(), body=None, version="HTTP/1.1", bytewise=False):
        self.send_request(method, path, headers, body, version, bytewise)
        return self.response(head_only=method == "HEAD")

    def exchange(self, data, bytewise=False):
        self.send(data, bytewise)
        return self.response()

    # Receiving ---------------------------------------------------------------------------------------------------

    def head(self):
        """A response's head. Every field is checked; a body's framing must be unambiguous."""
        line = self.input.line()
        match = STATUS_LINE.fullmatch(line)
        if not match:
            raise WireError("not a status line: %r" % line)
        headers = []
        while True:
            line = self.input.line()
            if not line:
                break
            name, colon, value = line.partition(b":")
            if not colon or not TOKEN.fullmatch(name) or re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value):
                raise WireError("not a header field: %r" % line)
            headers.append((name.decode(), value.strip(b" \t").decode("latin-1")))
        response = Response(match[1].decode(), int(match[2]), match[3].decode("latin-1"), headers)
        if len(response.all("Content-Length")) + len(response.all("Transfer-Encoding")) > 1:
            raise WireError("ambiguous framing: %r" % response)
        return response

    def response(self, head_only=False):
        """One whole response. 1xx responses must be asked for with head()."""
        response = self.head()
        if head_only or response.status in BODILESS or response.status < 200:
            return response
        if response.header("Transfer-Encoding"):
            if response.header("Transfer-Encoding") != "chunked":
                raise WireError("unknown transfer coding: %r" % response)
            response.body = b"".join(iter(self.chunk, b""))
        elif response.header("Content-Length") is not None:
            if not re.fullmatch("[0-9]+", response.header("Content-Length")):
                raise WireError("bad Content-Length: %r" % response)
            response.body = self.input.exactly(int(response.header("Content-Length")))
        else:
            response.body = self.input.to_end()
        return response

    def chunk(self):
        """The next chunk's data; empty after the last one (trailers are not expected from the hub)."""
        line = self.input.line()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            raise WireError("not a chunk size: %r" % line)
        data = self.input.exactly(int(line, 16))
        end = self.input.line()
        if end:
            raise WireError("no CR LF after a chunk: %r" % end)
        return data

    def at_end(self):
        """True once the hub has closed; an error when it sends anything before that."""
        rest = self.input.to_end()
        if rest:
            raise WireError("unasked bytes before the end: %r" % rest[:400])
        return True

    # Event streams -----------------------------------------------------------------------------------------------

    def start_stream(self):
        self.stream = self.head()
        self._pending = b""
        if self.stream.status != 200:
            self.stream.body = self.input.exactly(int(self.stream.header("Content-Length", "0")))
        return self.stream

    def block(self):
        """The next block of the stream up to its empty line, as raw bytes; b"" once the stream has ended."""
        while b"\n\n" not in self._pending:
            if self.stream.header("Transfer-Encoding") == "chunked":
                piece = self.chunk()
            elif self.input.buffer:
                piece, self.input.buffer = self.input.buffer, b""
            elif self.input.fill(time.monotonic() + self.input.timeout):
                piece, self.input.buffer = self.input.buffer, b""
            else:
                piece = b""
            if not piece:
                if self._pending:
                    raise WireError("the stream ended inside an event: %r" % self._pending)
                return b""
            self._pending += piece
        block, self._pending = self._pending.split(b"\n\n", 1)
        return block + b"\n\n"

    def event(self):
        """The next event's data as raw bytes, comments left out; None at the end. Must be exactly one `data: ` line."""
        while True:
            block = self.block()
            if not block:
                return None
            if block.startswith(b":"):
                if block != b": keep-alive\n\n":
                    raise WireError("not the keep-alive comment: %r" % block)
                continue
            if not block.startswith(b"data: ") or b"\n" in block[:-2] or b"\r" in block:
                raise WireError("not an event of exactly one line: %r" % block)
            return block[len(b"data: "):-2]

    def events(self):
        """All events up to the end of the stream, parsed."""
        return [json.loads(data) for data in iter(self.event, None)]


def request_bytes(host, method, path, headers=(), body=None, version="HTTP/1.1"):
    """A request's bytes. Host, Content-Type and Content-Length are added unless `headers` has them; None leaves one out."""
    fields = dict((name.lower(), (name, value)) for name, value in headers)
    lines = []
    if version == "HTTP/1.1":
        fields.setdefault("host", ("Host", host))
    if body is not None:
        fields.setdefault("content-type", ("Content-Type", "application/json"))
        fields.setdefault("content-length", ("Content-Length", str(len(body))))
    for name, value in fields.values():
        if value is not None:
            lines.append(("%s: %s\r\n" % (name, value)).encode("latin-1"))
    return ("%s %s %s\r\n" % (method, path, version)).encode("latin-1") + b"".join(lines) + b"\r\n" + (body or b"")
