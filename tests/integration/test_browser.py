# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page of another origin can do to a hub on the same computer, tried in a real Chromium: nothing."""
import json
import os
import unittest

from chromium import Chromium, PageServer, program
from hub import Hub, eventually

PAGE = {"/": "<!doctype html><meta charset=utf-8><title>elsewhere</title><body></body>"}

# Each answers with a word: what a page would gain, or how it was stopped.
SOCKET = """
return await new Promise(done => {
  const socket = new WebSocket(url, protocols);
  socket.onopen = () => done('open');
  socket.onmessage = () => done('message');
  socket.onerror = () => done('refused');
});"""
FETCH = """
try {
  const answer = await fetch(url, options);
  return answer.type + ' ' + answer.status + ' ' + await answer.text();
} catch (error) { return 'blocked'; }"""
EVENTS = """
return await new Promise(done => {
  const source = new EventSource(url);
  source.onopen = () => { source.close(); done('open'); };
  source.onerror = () => { source.close(); done('refused'); };
});"""
FORM = """
const frame = document.createElement('iframe');
frame.name = 'answer' + Math.random();
document.body.append(frame);
const form = document.createElement('form');
Object.assign(form, {action: url, method: 'POST', enctype: 'text/plain', target: frame.name});
const field = document.createElement('input');
// Sent as text/plain the form's body is the JSON text of a message.
field.name = '{"user_id":"victim","data":{"form":"'; field.value = '"}}';
form.append(field);
document.body.append(form);
const loaded = new Promise(done => frame.onload = done);
form.submit();
await loaded;
try { return 'read ' + frame.contentDocument.body.textContent; } catch (error) { return 'unreadable'; }"""
FRAME = """
const frame = document.createElement('iframe');
const loaded = new Promise(done => frame.onload = done);
frame.src = url;
document.body.append(frame);
await loaded;
try { return 'read ' + frame.contentDocument.body.textContent; } catch (error) { return 'unreadable'; }"""
SCRIPT = """
const before = new Set(Object.getOwnPropertyNames(window));
const script = document.createElement('script');
const ended = new Promise(done => { script.onload = done; script.onerror = done; });
script.src = url;
document.head.append(script);
await ended;
return Object.getOwnPropertyNames(window).filter(name => !before.has(name));"""


@unittest.skipUnless(program(), "no Chromium here")
class ForeignPage(unittest.TestCase):
    """The page comes from evil.example, which leads to this computer; the hub has its defaults."""

    @classmethod
    def setUpClass(cls):
        cls.hub = Hub()
        cls.addClassCleanup(cls.hub.kill)
        cls.browser = Chromium(["--host-resolver-rules=MAP *.example 127.0.0.1",
                                # Chromium asks people before public pages reach loopback; the hub must not lean on that.
                                "--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights,"
                                "PrivateNetworkAccessRespectPreflightResults,BlockInsecurePrivateNetworkRequests"])
        cls.addClassCleanup(cls.browser.close)
        cls.pages = PageServer(PAGE)
        cls.addClassCleanup(cls.pages._server.server_close)
        cls.addClassCleanup(cls.pages._server.shutdown)
        cls.page = cls.browser.open(cls.pages.url("evil.example"))
        cls.victim = cls.hub.join("victim")

    @classmethod
    def tearDownClass(cls):
        cls.victim.leave()
        cls.hub.stop_cleanly()

    def url(self, path, host="127.0.0.1", scheme="http"):
        return "%s://%s:%d%s" % (scheme, host, self.hub.port, path)

    def nothing_arrived(self):
        self.assertTrue(self.victim.nothing_came())

    def test_the_page_is_what_it_should_be(self):
        self.assertEqual(self.page.run("return location.origin"), "http://evil.example:%d" % self.pages.port)

    def test_cannot_open_the_websocket(self):
        for host in ("127.0.0.1", "localhost"):
            self.assertEqual(self.page.run(SOCKET, url=self.url("/ws?user_id=spy", host, "ws"), protocols=[]), "refused")
            self.assertEqual(self.page.run(SOCKET, url=self.url("/ws?user_id=spy", host, "ws"), protocols=["bearer", "guess"]), "refused")
        self.assertFalse(self.hub.push("spy", {}), "a spy is connected")

    def test_cannot_push(self):
        body = json.dumps({"user_id": "victim", "data": {"from": "evil"}})
        for path in ("/sse/push", "/sse/send", "/sse/push/batch"):
            for headers in ({"Content-Type": "application/json"}, {"Content-Type": "text/plain"}, {}):
                for mode in ("cors", "no-cors"):
                    with self.subTest(path=path, headers=headers, mode=mode):
                        options = {"method": "POST", "body": body, "headers": headers, "mode": mode, "credentials": "include"}
                        answer = self.page.run(FETCH, url=self.url(path), options=options)
                        # An opaque answer has no status and no text.
                        self.assertIn(answer, ("blocked", "opaque 0 "))
        self.nothing_arrived()

    def test_cannot_push_with_a_beacon_or_a_form(self):
        before = self.hub.metrics()["pushes"]
        self.page.run("navigator.sendBeacon(url, new Blob([body], {type: 'text/plain'}))", url=self.url("/sse/push"),
                      body='{"user_id":"victim","data":{"from":"beacon"}}')
        self.assertEqual(self.page.run(FORM, url=self.url("/sse/push")), "unreadable")
        eventually(lambda: self.hub.metrics()["refused_forbidden"] >= 2, what="both to be refused")
        self.nothing_arrived()
        self.assertEqual(self.hub.metrics()["pushes"], before)

    def test_cannot_read_anything(self):
        token = self.hub.ready["token"]
        for path in ("/health", "/metrics", "/metrics?format=prometheus", "/ready", "/admin/snapshot",
                     "/admin/snapshot?token=" + token, "/admin/journal?token=" + token, "/nowhere"):
            for mode in ("cors", "no-cors"):
                with self.subTest(path=path, mode=mode):
                    answer = self.page.run(FETCH, url=self.url(path), options={"mode": mode})
                    self.assertIn(answer, ("blocked", "opaque 0 "))
            self.assertEqual(self.page.run(FRAME, url=self.url(path)), "unreadable")
            self.assertEqual(self.page.run(SCRIPT, url=self.url(path)), [])
        self.assertEqual(self.page.run(EVENTS, url=self.url("/admin/events?token=" + token)), "refused")

    def test_a_rebound_name_gains_nothing(self):
        """evil.example now leads to the hub itself, on its port: the same origin for the browser, a foreign Host for the hub."""
        page = self.browser.open(self.url("/health", "evil.example"))
        self.assertIn("ALLOWED_HOSTS=evil.example", page.run("return document.body.textContent"))
        body = json.dumps({"user_id": "victim", "data": {}})
        for path, options in (("/metrics", {}), ("/sse/push", {"method": "POST", "body": body, "headers": {"Content-Type": "application/json"}})):
            self.assertIn("421", page.run(FETCH, url=path, options=options))
        self.assertEqual(page.run(SOCKET, url=self.url("/ws?user_id=spy", "evil.example", "ws"), protocols=[]), "refused")
        self.nothing_arrived()

    def test_a_sandboxed_frame_gains_nothing(self):
        """Its origin is null."""
        word = self.page.run("""
          return await new Promise(done => {
            const frame = document.createElement('iframe');
            frame.sandbox = 'allow-scripts';
            addEventListener('message', event => done(event.data), {once: true});
            frame.srcdoc = `<script>
              const socket = new WebSocket('${url}');
              socket.onopen = () => parent.postMessage('open', '*');
              socket.onerror = () => parent.postMessage('refused', '*');
            <` + '/script>';
            document.body.append(frame);
          });""", url=self.url("/ws?user_id=spy", scheme="ws"))
        self.assertEqual(word, "refused")

    def test_an_allowed_page_can_do_all_of_it(self):
        """The same page from localhost, which CORS_ORIGINS allows: so the tests above test something."""
        page = self.browser.open(self.pages.url("localhost"))
        self.assertEqual(page.run(SOCKET, url=self.url("/ws?user_id=friend", scheme="ws"), protocols=[]), "open")
        options = {"method": "POST", "body": json.dumps({"user_id": "victim", "data": {"n": 7}}), "headers": {"Content-Type": "application/json"}}
        self.assertIn("cors 200", page.run(FETCH, url=self.url("/sse/push"), options=options))
        self.assertEqual(self.victim.json()["n"], 7)
        self.assertIn("healthy", page.run(FETCH, url=self.url("/health"), options={}))
        self.assertEqual(page.run(EVENTS, url=self.url("/admin/events?token=" + self.hub.ready["token"])), "open")
        page.close()


if __name__ == "__main__":
    os.environ.setdefault("TRUNKLINE_BIN", "build/dev/app/trunkline/trunkline")
    unittest.main(verbosity=2)
