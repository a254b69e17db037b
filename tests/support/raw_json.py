# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at JSON as bytes: which members stand in an object, in which order, spelled how."""
import json
import re

TOKEN = re.compile(rb'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+)', re.DOTALL)


def members(text):
    """The members of the object `text` as a list of (name, raw value): decoded name, the value's bytes untouched."""
    found, position, depth, key, start = [], 0, 0, None, None
    while True:
        match = TOKEN.match(text, position)
        if not match:
            raise AssertionError("not JSON at %d: %r" % (position, text[position:position + 60]))
        token, position = match[1], match.end()
        if token in (b"}", b"]"):
            depth -= 1
        if depth == 1 and key is None and token.startswith(b'"'):
            key = json.loads(token)
        elif depth == 1 and token == b":" and start is None:
            start = position
        elif key is not None and (depth == 1 and token == b"," or depth == 0):
            found.append((key, text[start:match.start(1)].strip(b" \t\r\n")))
            key = start = None
        if token in (b"{", b"["):
            depth += 1
        if depth == 0:
            if text[position:].strip():
                raise AssertionError("bytes after the object: %r" % text[position:])
            return found


def names(text):
    return [name for name, _ in members(text)]


def value(text, name):
    """The raw bytes of the one member called `name`."""
    values = [raw for key, raw in members(text) if key == name]
    if len(values) != 1:
        raise AssertionError("%d members called %r in %r" % (len(values), name, text))
    return values[0]
