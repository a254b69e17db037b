# SPDX-License-Identifier: GPL-3.0-or-later
"""A page with an EventSource in a real Chromium: it is killed and comes back, and is a whole client without a WebSocket."""
import os
import shutil
import signal
import tempfile
import threading
import unittest

import chromium
from hub import Hub, eventually

MESSAGES = 10_000
KILLS = int(os.environ.get("TRUNKLINE_BROWSER_KILLS", "3"))

# What a careful page does: message and place are written down together, and it resumes from the place that is written.
READER = """<!doctype html><title>reader</title><script>
const settings = new URLSearchParams(location.search);
const done = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
let database, source, waiting = [], writing = false;
async function start() {
    const opening = indexedDB.open('reader', 1);
    opening.onupgradeneeded = () => { opening.result.createObjectStore('messages', {autoIncrement: true}); opening.result.createObjectStore('place'); };
    database = await done(opening);
    const place = await done(database.transaction('place').objectStore('place').get('last')) || '0';
    source = new EventSource(settings.get('hub') + '/sse/stream?user_id=' + settings.get('user') + '&last_event_id=' + place);
    source.onmessage = event => take({n: JSON.parse(event.data).n, id: event.lastEventId});
    source.addEventListener('gap', event => take({gap: JSON.parse(event.data), id: event.lastEventId}));
}
function take(message) { waiting.push(message); if (!writing) write(); }
function write() {
    const batch = waiting;
    waiting = [];
    writing = batch.length > 0;
    if (!writing) return;
    const transaction = database.transaction(['messages', 'place'], 'readwrite', {durability: 'strict'});
    for (const message of batch) transaction.objectStore('messages').add(message);
    transaction.objectStore('place').put(batch[batch.length - 1].id, 'last');
    transaction.oncomplete = write;
}
const ready = start();
async function stored() { await ready; return done(database.transaction('messages').objectStore('messages').getAll()); }
async function count() { await ready; return done(database.transaction('messages').objectStore('messages').count()); }
</script>"""


def publish(hub, user, pause):
    for first in range(0, MESSAGES, 10):
        hub.post("/sse/push/batch", [{"user_id": user, "data": {"n": n}} for n in range(first, first + 10)])
        pause.wait(0.004)


@unittest.skipUnless(chromium.program(), "no Chromium")
class Killed(unittest.TestCase):
    def setUp(self):
        self.profile = tempfile.mkdtemp(prefix="trunkline-profile-")
        self.addCleanup(shutil.rmtree, self.profile, ignore_errors=True)

    def processes(self):
        """Those that work on the profile; one that is killed takes a moment to be gone."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as file:
                    if self.profile.encode() in file.read():
                        found.append(int(pid))
            except OSError:
                pass
        return found

    def browser(self, url):
        eventually(lambda: not self.processes(), 20, "the killed browser to be gone")
        for name in os.listdir(self.profile):
            if name.startswith("Singleton"):        # of the one that was killed
                os.unlink(os.path.join(self.profile, name))
        browser = chromium.Chromium(["--user-data-dir=" + self.profile])
        self.addCleanup(browser.close)
        return browser, browser.open(url)

    def test_page_that_is_killed_misses_nothing(self):
        hub = Hub(history_size=2 * MESSAGES)
        self.addCleanup(hub.kill)
        pause = threading.Event()
        publisher = threading.Thread(target=publish, args=(hub, "page", pause), daemon=True)
        with chromium.PageServer({"/": READER}) as pages:
            url = pages.url(path="/?user=page&hub=http://127.0.0.1:%d" % hub.port)
            browser, page = self.browser(url)
            self.assertEqual(page.run("return await count()"), 0)
            publisher.start()
            for kill in range(KILLS):
                had = page.run("return await count()")
                eventually(lambda: page.run("return await count()") > had + 200, 60, "messages to flow")
                os.killpg(browser.process.pid, signal.SIGKILL)
                browser.close()
                browser, page = self.browser(url)
            eventually(lambda: page.run("return await count()") >= MESSAGES, 120, "the rest")
            publisher.join()
            messages = page.run("return await stored()")
            browser.close()
        self.assertEqual([message.get("gap") for message in messages if "gap" in message], [])
        self.assertEqual([message["n"] for message in messages], list(range(MESSAGES)))
        hub.stop_cleanly()


PAGE = """<!doctype html><title>client</title><script>
function listen(hub, user) {
    window.seen = [];
    window.source = new EventSource(hub + '/sse/stream?user_id=' + user);
    source.onmessage = event => seen.push({data: JSON.parse(event.data), id: event.lastEventId});
    source.addEventListener('tick', event => seen.push({tick: JSON.parse(event.data), id: event.lastEventId}));
    source.addEventListener('gap', event => seen.push({gap: JSON.parse(event.data), id: event.lastEventId}));
    return new Promise((resolve, reject) => { source.onopen = () => resolve('open'); source.onerror = () => reject(new Error('state ' + source.readyState)); });
}
</script>"""


@unittest.skipUnless(chromium.program(), "no Chromium")
class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = chromium.Chromium()
        cls.pages = chromium.PageServer({"/": PAGE})

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.pages.__exit__()

    def open(self, host="127.0.0.1"):
        page = self.browser.open(self.pages.url(host))
        self.addCleanup(page.close)
        return page

    def test_page_is_a_full_client(self):
        hub = Hub()
        self.addCleanup(hub.kill)
        page, base = self.open(), "http://127.0.0.1:%d" % hub.port
        self.assertEqual(page.run("return await listen(base, 'page')", base=base), "open")
        self.assertTrue(hub.push("page", {"n": 1}, event_type="tick"))
        stream = hub.open_stream({"user_id": "page", "data": {"correlation_id": "c1", "n": 2}})
        eventually(lambda: page.run("return seen.length") == 2, what="both messages")
        tick, request = page.run("return seen")
        self.assertEqual((tick["tick"]["n"], request["data"]["n"]), (1, 2))
        self.assertEqual(int(request["id"]), int(tick["id"]) + 1)
        answer = page.run("""const response = await fetch(base + '/sse/reply', {method: 'POST', headers: {'Content-Type': 'application/json'},
                                 body: JSON.stringify({user_id: 'page', correlation_id: 'c1', is_final: true})});
                             return [response.status, await response.json()]""", base=base)
        self.assertEqual(answer, [200, {"status": "success", "message": "Reply forwarded"}])
        self.assertEqual(stream.events(), [{"user_id": "page", "correlation_id": "c1", "is_final": True}])
        stream.close()
        page.run("source.close()")
        eventually(lambda: hub.connections() == 0, what="the session to end")
        hub.stop_cleanly()

    def test_foreign_page_reaches_nothing(self):
        hub = Hub(cors_origins="https://app.example", offline_queue=5)
        self.addCleanup(hub.kill)
        hub.push("victim", {"secret": 1})
        page, base = self.open(), "http://127.0.0.1:%d" % hub.port
        with self.assertRaises(chromium.ScriptError):
            page.run("await listen(base, 'victim')", base=base)
        self.assertEqual(page.run("return [source.readyState, seen.length]"), [2, 0])
        page.run("""await new Promise(resolve => { const image = new Image(); image.onerror = image.onload = resolve;
                                                   image.src = base + '/sse/stream?user_id=victim'; })""", base=base)
        page.run("""try { await fetch(base + '/sse/stream?user_id=victim', {mode: 'no-cors'}) } catch (error) {}""", base=base)
        self.assertEqual(hub.connections(), 0)
        self.assertEqual(hub.metrics()["queue_messages"], 1)        # it still waits for its user
        hub.stop_cleanly()

    def test_browser_comes_back_by_itself_after_the_hub_was_killed(self):
        folder = tempfile.mkdtemp(prefix="trunkline-store-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        settings = {"history_size": 100, "store": os.path.join(folder, "hub.sqlite"), "sse_retry": "300ms"}
        hub = Hub(**settings)
        self.addCleanup(hub.kill)
        page, base, port = self.open(), "http://127.0.0.1:%d" % hub.port, hub.port
        page.run("return await listen(base, 'back')", base=base)
        for n in range(3):
            self.assertTrue(hub.push("back", {"n": n}))
        eventually(lambda: page.run("return seen.length") == 3, what="three messages")
        hub.process.kill()
        hub.process.wait()
        hub = Hub(port=port, **settings)
        self.addCleanup(hub.kill)
        hub.push("back", {"n": 3})
        eventually(lambda: hub.connections() == 1, 30, "the browser")
        hub.push("back", {"n": 4})
        eventually(lambda: page.run("return seen.length") >= 5, what="the rest")
        self.assertEqual([message.get("data", {}).get("n") for message in page.run("return seen")], [0, 1, 2, 3, 4])
        page.run("source.close()")
        hub.stop_cleanly()


if __name__ == "__main__":
    unittest.main(verbosity=2)
