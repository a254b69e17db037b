#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the project's Dockerfile, for a machine without Docker: the steps of a stage as a script for a clean root.

    dockerfile.py FILE steps STAGE      STAGE: its name, or `final`. The script wants the build context in /context and what other
                                        stages left in /from/NAME
    dockerfile.py FILE facts            what the image says about running it, as shell assignments: user, directory, entrypoint, health

Knows the instructions that this Dockerfile has, and ends with an error at any other.
"""
import json
import re
import shlex
import sys


def instructions(text):
    """(stage, word, rest) of each; comments and line ends gone."""
    stage, number = "", -1
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            number += 1
            stage = rest.partition(" AS ")[2].strip() or "final"
        yield stage, word, rest.strip()


def copied(rest):
    *sources, target = rest.split()
    if any(one.startswith("--") for one in sources):
        sys.exit("COPY with options is not known here: " + rest)
    into = target.endswith("/") or target == "." or len(sources) > 1
    lines = ["mkdir -p " + shlex.quote(target)] if into else []
    for one in sources:
        lines.append("cp -a %s %s" % (shlex.quote("/context/." if one == "." else "/context/" + one), shlex.quote(target)))
    return lines


def ran(rest):
    mount = re.match(r"--mount=type=bind,from=(\S+),source=(\S+),target=(\S+) ", rest)
    if rest.startswith("--") and not mount:
        sys.exit("RUN with these options is not known here: " + rest)
    command = "sh -c " + shlex.quote(rest[mount.end():] if mount else rest)
    if not mount:
        return [command]
    stage, source, target = (shlex.quote(one) for one in mount.groups())
    return ["mkdir -p " + target, "cp -a /from/%s%s/. %s/" % (stage, source, target), command, "rm -rf " + target]


def steps(text, wanted):
    lines = ["set -eu"]
    for stage, word, rest in instructions(text):
        if stage != wanted or word in ("FROM", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT"):
            continue
        if word == "ENV":
            lines.append("export " + rest)
        elif word == "WORKDIR":
            lines.append("mkdir -p %s && cd %s" % (rest, rest))
        elif word == "COPY":
            lines += copied(rest)
        elif word == "RUN":
            lines += ran(rest)
        else:
            sys.exit("the instruction %s is not known here" % word)
    return "\n".join(lines) + "\n"


def facts(text):
    found = {word: rest for stage, word, rest in instructions(text) if stage == "final"}
    health = json.loads(found["HEALTHCHECK"].partition("CMD ")[2])
    return "\n".join(("user=" + shlex.quote(found["USER"]), "directory=" + shlex.quote(found["WORKDIR"]),
                      "environment=(%s)" % found["ENV"], "entrypoint=(%s)" % shlex.join(json.loads(found["ENTRYPOINT"])),
                      "health=(%s)" % shlex.join(health))) + "\n"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    sys.stdout.write(steps(text, sys.argv[3]) if sys.argv[2] == "steps" else facts(text))


if __name__ == "__main__":
    main()
