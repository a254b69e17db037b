#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text of the window has a finished translation with the same places to fill in; none is left over.

check_translations.py LUPDATE: reads the texts from the sources anew, into copies, with tools/translations.sh.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"
# lupdate says so when it files a text under another name than the program asks for.
WRONG_CONTEXT = re.compile(r"lacks Q_OBJECT|Qualifying with unknown|Discarding unconsumed")


def messages(path):
    """(context, source, plural?) -> (finished?, [translations])."""
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            plural = message.get("numerus") == "yes"
            texts = [form.text or "" for form in translation.iter("numerusform")] if plural else [translation.text or ""]
            key = (context.findtext("name"), message.findtext("source"), message.findtext("comment") or "")
            found[key] = (translation.get("type") is None, texts)
    return found


def places(text):
    return set(re.findall(r"%(?:L?\d+|n)", text))


def mistakes(fresh, committed):
    for key, (finished, texts) in fresh.items():
        name = f"{key[0]}: {key[1]!r}"
        if key not in committed:
            yield f"{name} is new"
        elif not finished or not all(text.strip() or not key[1].strip() for text in texts):
            yield f"{name} is not translated"
        elif any(places(text) - {"%n"} != places(key[1]) - {"%n"} for text in texts):
            yield f"{name} has other places to fill in: {texts}"
    for key in committed.keys() - fresh.keys():
        yield f"{key[0]}: {key[1]!r} is no longer in the sources"


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([str(ROOT / "tools" / "translations.sh"), folder, sys.argv[1]], capture_output=True, text=True, check=True)
        failures += [line for line in run.stderr.splitlines() if WRONG_CONTEXT.search(line)]
        for committed in sorted(FOLDER.glob("*.ts")):
            before = messages(committed)
            if not before:
                failures.append(f"{committed.name} is empty")
            failures += [f"{committed.name}: {text}" for text in mistakes(messages(pathlib.Path(folder) / committed.name), before)]
    for failure in failures:
        print(failure)
    if failures:
        print(f"{len(failures)} texts. Run tools/translations.sh, translate what is unfinished, commit.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
