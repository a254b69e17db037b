#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws resources/icons/app/SIZE.png from resources/icons/trunkline.svg with a headless Chromium: tools/icons.py

tools/pack_icons.py then packs them for Windows and macOS."""
import base64
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import chromium     # noqa: E402

DRAW = """
const image = new Image();
image.src = "data:image/svg+xml;base64," + svg;
await image.decode();
const canvas = document.createElement("canvas");
canvas.width = canvas.height = size;
canvas.getContext("2d").drawImage(image, 0, 0, size, size);
return canvas.toDataURL("image/png").split(",")[1];
"""


def run():
    with open(os.path.join(ROOT, "resources", "icons", "trunkline.svg"), "rb") as file:
        svg = base64.b64encode(file.read()).decode()
    folder = os.path.join(ROOT, "resources", "icons", "app")
    os.makedirs(folder, exist_ok=True)
    with chromium.Chromium() as browser:
        page = browser.open("about:blank")
        for size in (16, 24, 32, 48, 64, 128, 256, 512):
            with open(os.path.join(folder, "%d.png" % size), "wb") as file:
                file.write(base64.b64decode(page.run(DRAW, svg=svg, size=size)))


run()
