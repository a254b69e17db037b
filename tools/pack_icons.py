#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs resources/icons/app/*.png into what Windows and macOS want: an .ico and an .icns, both of PNGs as they are.

    tools/pack_icons.py             writes resources/windows/trunkline.ico and resources/macos/trunkline.icns
    tools/pack_icons.py --check     only compares: exit code 1 when one differs
"""
import os
import struct
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
ICO = (16, 24, 32, 48, 64, 128, 256)
# The type of each size, and of the same picture on a screen with twice as many dots.
ICNS = ((b"icp4", 16), (b"ic11", 32), (b"icp5", 32), (b"ic12", 64), (b"ic07", 128), (b"ic13", 256), (b"ic08", 256), (b"ic14", 512), (b"ic09", 512))


def picture(size):
    with open(os.path.join(ROOT, "resources", "icons", "app", "%d.png" % size), "rb") as file:
        return file.read()


def ico():
    head, body = struct.pack("<HHH", 0, 1, len(ICO)), b""
    for size in ICO:
        data = picture(size)
        offset = 6 + 16 * len(ICO) + len(body)
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset)     # 0 stands for 256
        body += data
    return head + body


def icns():
    body = b"".join(kind + struct.pack(">I", 8 + len(picture(size))) + picture(size) for kind, size in ICNS)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main():
    differs = False
    for path, data in ((os.path.join("windows", "trunkline.ico"), ico()), (os.path.join("macos", "trunkline.icns"), icns())):
        path = os.path.join(ROOT, "resources", path)
        if "--check" in sys.argv[1:]:
            with open(path, "rb") as file:
                differs = differs or file.read() != data
        else:
            with open(path, "wb") as file:
                file.write(data)
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
