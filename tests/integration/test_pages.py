# SPDX-License-Identifier: GPL-3.0-or-later
"""The playground and the API page, in a real browser, with a real WebSocket and a real stream."""
import base64
import hashlib
import re
import unittest

import chromium
from hub import Hub, HubTestCase, main

TOKENS = "p4ss:publish+subscribe,w4tch:observe+publish+subscribe"
WAIT = """
const until = async (condition, what) => {
  const end = Date.now() + 20000;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (Date.now() > end) throw new Error("waited in vain for " + what + ": " + document.body.innerText.slice(0, 2000));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const $ = (id) => document.getElementById(id);
const fill = (id, value) => { $(id).value = value; $(id).dispatchEvent(new Event("input", {bubbles: true})); };
const submit = (id) => $(id).requestSubmit();
"""


class Bytes(HubTestCase):
    def test_pages_are_whole(self):
        for path in ("/", "/docs"):
            with self.subTest(path=path):
                response = self.hub.get(path)
                self.assertEqual(response.status, 200)
                self.assertEqual(response.header("Content-Type"), "text/html; charset=utf-8")
                html = response.body.decode()
                self.assertNotRegex(html, r"(src|href)=\"(https?:)?//")
                self.assertNotRegex(html, r"(<link rel=\"stylesheet\"|<script src|<!-- include)")
                for shared in ('<meta name="viewport"', '<link rel="icon"', '<a class="brand"'):
                    self.assertEqual(html.count(shared), 1, shared)
                head = self.hub.request("HEAD", path)
                self.assertEqual((head.status, head.header("Content-Length")), (200, str(len(response.body))))
                self.assertEqual(head.body, b"")

    def test_policy_names_the_scripts_and_nothing_else(self):
        for path in ("/", "/docs"):
            with self.subTest(path=path):
                response = self.hub.get(path)
                policy = dict(part.strip().split(" ", 1) for part in response.header("Content-Security-Policy").split(";"))
                self.assertEqual(policy["default-src"], "'none'")
                for directive, tag in (("script-src", "script"), ("style-src", "style")):
                    texts = re.findall(r"<%s>(.*?)</%s>" % (tag, tag), response.body.decode(), re.DOTALL)
                    hashes = {"'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}
                    self.assertEqual(set(policy[directive].split()), hashes)
                self.assertEqual(response.header("X-Content-Type-Options"), "nosniff")

    def test_pages_take_no_post_and_no_other_host(self):
        self.assertEqual(self.hub.request("POST", "/").status, 405)
        self.assertEqual(self.hub.get("/", [("Host", "evil.example")]).status, 421)


@unittest.skipUnless(chromium.program(), "there is no Chromium")
class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = chromium.Chromium()
        cls.addClassCleanup(cls.browser.close)
        cls.hub = Hub()
        cls.addClassCleanup(cls.hub.stop_cleanly)
        cls.guarded = Hub(auth_tokens=TOKENS)
        cls.addClassCleanup(cls.guarded.stop_cleanly)

    def open(self, hub, path="/"):
        page = self.browser.open("http://127.0.0.1:%d%s" % (hub.port, path))
        self.addCleanup(page.close)
        return page

    def act(self, page, body, **names):
        return page.run(WAIT + body, **names)

    def test_try_it_streams_an_answer(self):
        page = self.open(self.hub)
        finished = self.hub.metrics()["requests_finished"]
        said = self.act(page, """
            $("try-it").click();
            await until(() => $("exchanges").querySelectorAll(".item").length === 12, "twelve pieces");
            await until(() => $("exchanges").querySelector(".dot.done"), "the end");
            return $("exchanges").innerText;""")
        self.assertIn("12 replies in", said)
        self.assertIn("of silence", said)
        self.assertEqual(self.hub.metrics()["requests_finished"], finished + 1)

    def test_listen_reply_by_hand_and_push(self):
        page = self.open(self.hub)
        said = self.act(page, """
            fill("user", "carol"); submit("connect-form");
            await until(() => document.querySelector("[data-user=carol] .dot.done"), "carol");
            fill("to", "carol"); fill("message", '{"message": "hi", "correlation_id": 12345678901234567890, "n": 1.50}');
            submit("send-form");
            const card = document.querySelector("[data-user=carol]");
            await until(() => card.querySelector(".item"), "the message");
            const got = card.querySelector(".item pre").textContent;
            card.querySelector("form input").value = "by hand";
            card.querySelector("form").requestSubmit();
            await until(() => $("exchanges").querySelector(".dot.done"), "the reply");
            const stream = $("exchanges").innerText;
            fill("message", "pushed"); $("push-button").click();
            await until(() => card.innerText.includes("pushed"), "the push");
            await until(() => $("exchanges").innerText.includes("delivered in"), "its answer");
            fill("to", "nobody-here"); $("push-button").click();
            await until(() => $("exchanges").innerText.includes("User not connected"), "partial");
            return {got, stream};""")
        self.assertIn("12345678901234567890", said["got"])       # every digit
        self.assertIn("1.50", said["got"])
        self.assertIn("by hand", said["stream"])
        self.assertIn("1 reply in", said["stream"])

    def test_what_is_sent_never_becomes_markup(self):
        page = self.open(self.hub)
        self.act(page, """
            fill("user", "<img src=x onerror=alert(1)>"); fill("manner", "echo"); submit("connect-form");
            await until(() => document.querySelector("#listeners .dot.done"), "the listener");
            fill("to", "<img src=x onerror=alert(1)>"); fill("message", "<script>window.ran = 1</script>"); submit("send-form");
            await until(() => $("exchanges").querySelector(".dot.done"), "the echo");
            if (document.querySelector("img, #exchanges script") || window.ran) throw new Error("markup");""")
        refused = page.run("""
            const script = document.createElement("script");
            try { script.textContent = "window.ran = 2"; } catch { /* trusted types */ }
            document.body.append(script);
            const style = document.createElement("style");
            style.textContent = "body { opacity: 0.123 }";
            document.body.append(style);
            const other = await fetch("http://localhost:1/").then(() => "went out", (error) => error.name);
            return [window.ran ?? "nothing ran", getComputedStyle(document.body).opacity, other];""")
        self.assertEqual(refused, ["nothing ran", "1", "TypeError"])

    def test_wrong_json_is_not_sent(self):
        page = self.open(self.hub)
        before = self.hub.metrics()["pushes"]
        self.assertEqual(self.act(page, """
            fill("message", '{"a": tru}'); $("push-button").click();
            return $("message").getAttribute("aria-invalid");"""), "true")
        self.assertEqual(self.hub.metrics()["pushes"], before)

    def test_token_is_asked_for_and_forgotten(self):
        page = self.open(self.guarded)
        self.act(page, """
            submit("send-form");
            await until(() => !$("token-form").hidden, "the token form");
            fill("token", "p4ss"); submit("token-form");
            fill("user", "dave"); fill("manner", "echo"); submit("connect-form");
            await until(() => document.querySelector("[data-user=dave] .dot.done"), "dave");
            fill("to", "dave"); submit("send-form");
            await until(() => $("exchanges").querySelector(".dot.done"), "the echo");
            const kept = JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, $("token").value]);
            if (kept.includes("p4ss")) throw new Error(kept);""")
        page.go("http://127.0.0.1:%d/" % self.guarded.port)
        self.assertEqual(page.run("return bearerToken"), "")

    def test_live_view_wants_observe(self):
        page = self.open(self.guarded)
        said = self.act(page, """
            const use = (token) => { $("token-button").click(); fill("token", token); submit("token-form"); };
            use("p4ss");
            await until(() => $("live-state").innerText.includes("role"), "the refusal");
            if (!$("live-view").hidden) throw new Error("shown to a token without observe");
            use("w4tch");
            await until(() => $("live-state").innerText === "live", "live");
            fill("user", "erin"); fill("manner", "echo"); submit("connect-form");
            await until(() => $("sessions").innerText.includes("erin"), "the session");
            fill("to", "erin"); fill("message", "seen by all"); submit("send-form");
            await until(() => $("traffic").innerText.includes("seen by all"), "the traffic");
            return [...$("traffic").querySelectorAll("tr")].map((row) => row.cells[2]?.innerText);""")
        self.assertLessEqual({"connect", "request", "reply"}, set(said))

    def test_api_page_asks_the_hub(self):
        page = self.open(self.hub, "/docs#health")
        said = self.act(page, """
            await until(() => $("operations").getAttribute("aria-busy") === "false", "the API");
            const block = await until(() => document.querySelector("#health[open] form"), "the block that the address names");
            block.requestSubmit();
            await until(() => block.innerText.includes("200 in"), "the answer's head");
            await until(() => block.querySelector("pre").textContent, "the answer");
            for (const one of document.querySelectorAll("details")) one.open = true;
            await until(() => [...document.querySelectorAll("details")].every((one) => one.childElementCount === 2), "all blocks");
            return {answer: block.querySelector("pre").textContent, operations: document.querySelectorAll("details").length};""")
        self.assertIn('"healthy"', said["answer"])
        api = self.hub.get("/openapi.json").json()
        self.assertEqual(said["operations"], sum(method != "head" for methods in api["paths"].values() for method in methods))

    def test_pages_fit_a_phone(self):
        for path in ("/", "/docs"):
            page = self.open(self.hub, path)
            page.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
            self.act(page, """
                if (location.pathname === "/docs") await until(() => document.querySelector("details"), "the API");
                const wide = document.documentElement.scrollWidth;
                if (wide > 360) throw new Error(`${location.pathname} is ${wide} px wide`);""")

    def test_nothing_is_loaded_from_elsewhere_and_nothing_is_said_to_the_console(self):
        for path in ("/", "/docs"):
            page = self.browser.open("about:blank")
            self.addCleanup(page.close)
            self.browser.events.clear()
            for domain in ("Network", "Log", "Runtime"):
                page.call(domain + ".enable")
            page.go("http://127.0.0.1:%d%s" % (self.hub.port, path))
            self.act(page, "await until(() => $('state')?.querySelector('.done') || document.querySelector('details'), 'the page');")
            events = [one for one in self.browser.events if one.get("sessionId") == page.session]
            asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
            self.assertTrue(asked)
            for url in asked:
                self.assertTrue(url.startswith(("http://127.0.0.1:%d/" % self.hub.port, "data:")), url)
            self.assertEqual([one["params"] for one in events if one["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")], [])


if __name__ == "__main__":
    main()
