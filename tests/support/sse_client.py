# SPDX-License-Identifier: GPL-3.0-or-later
"""A listener on GET /sse/stream: a bare socket, read strictly."""
import json
from urllib.parse import quote

from http_client import HttpConnection


class SseEvent:
    """One event of a stream, its fields as they stood."""

    def __init__(self, block):
        self.comments, self.fields = [], {}
        for line in block[:-2].split(b"\n"):
            if line.startswith(b":"):
                self.comments.append(line[1:].strip())
                continue
            name, _, value = line.partition(b": ")
            if name not in (b"id", b"event", b"data", b"retry") or name in self.fields:
                raise AssertionError("not a field of an event, or twice: %r" % block)
            self.fields[name] = value

    @property
    def id(self):
        return int(self.fields[b"id"]) if b"id" in self.fields else None

    @property
    def name(self):
        return self.fields.get(b"event", b"message").decode()

    @property
    def data(self):
        return self.fields.get(b"data")

    def json(self):
        return json.loads(self.data)


class SseClient:
    """Listens as `user`; `query` is added to the address. `stream` is the response's head."""

    def __init__(self, address, user, query="", headers=(), timeout=15.0, version="HTTP/1.1", path="/sse/stream", receive_buffer=None):
        self.http = HttpConnection(address, timeout, receive_buffer=receive_buffer)
        target = path + ("?user_id=" + quote(user, safe="") if user is not None else "") + query
        self.http.send_request("GET", target, headers, version=version)
        self.stream = self.http.start_stream()
        self.hello = None

    def block(self):
        return self.http.block()

    def event(self):
        """The next event that has data, or None at the end. What comes before (retry, id) is noted in `hello`."""
        while True:
            block = self.block()
            if not block:
                return None
            event = SseEvent(block)
            if event.data is not None:
                return event
            if event.fields:
                self.hello = event

    def greeting(self):
        """The first block, which has no data."""
        block = self.block()
        self.hello = SseEvent(block)
        if self.hello.data is not None:
            raise AssertionError("an event before the greeting: %r" % block)
        return self.hello

    def take(self, count):
        return [self.event() for _ in range(count)]

    def close(self):
        self.http.close()
