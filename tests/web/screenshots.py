#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the pages in docs/images: TRUNKLINE_BIN=PROGRAM tests/web/screenshots.py [DIRECTORY]"""
import base64
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
import chromium                     # noqa: E402
from hub import Hub                 # noqa: E402
from test_pages import WAIT         # noqa: E402

FILL = WAIT + """
fill("token", token); submit("token-form");
await until(() => $("live-state").innerText === "live", "live");
fill("user", "carol"); fill("manner", "hand"); submit("connect-form");
await until(() => document.querySelector("[data-user=carol] .dot.done"), "carol");
fill("to", "carol"); fill("message", '{"message": "Is order 7 on its way?", "order": 7}'); $("push-button").click();
$("try-it").click();
await until(() => $("exchanges").querySelectorAll(".card").length === 2 && !$("exchanges").querySelector(".dot.live"), "the end");
fill("to", "bob"); fill("message", "anybody there?"); submit("send-form");
await until(() => $("exchanges").innerText.includes("User not connected"), "bob");
await until(() => $("traffic").innerText.includes("not_connected"), "traffic");
"""
DOCS = WAIT + """
await until(() => document.querySelector("#send[open] form"), "the block");
"""


def picture(browser, hub, path, name, theme, width, height, scale, script):
    page = browser.open("about:blank")
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 500)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
    page.go(hub.ready["url"].rstrip("/") + path)
    page.run(script, token=hub.ready["token"])
    data = page.call("Page.captureScreenshot", format="png")["data"]
    with open(name, "wb") as file:
        file.write(base64.b64decode(data))
    page.close()
    print(name)


def run():
    directory = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "docs", "images")
    with chromium.Chromium() as browser:
        for path, name, theme, width, height, scale, script in (
                ("/", "playground-dark", "dark", 1440, 900, 1, FILL), ("/", "playground-light", "light", 1440, 900, 1, FILL),
                ("/", "playground-phone", "dark", 390, 800, 2, FILL), ("/docs#send", "api-light", "light", 1440, 900, 1, DOCS),
                ("/docs#send", "api-dark", "dark", 1440, 900, 1, DOCS)):
            hub = Hub()
            picture(browser, hub, path, os.path.join(directory, name + ".png"), theme, width, height, scale, script)
            hub.stop_cleanly()


run()
