#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks into built programs for what the compiler and the linker were told to harden.

    tests/check_hardening.py build/release/app/trunkline/trunkline [PROGRAM …]      needs readelf (binutils), Linux
    tests/check_hardening.py --self-test                                            that it notices what is missing

Checks each program: position independent (PIE), relocations read-only (RELRO) and bound at start (BIND_NOW), no executable stack, no
segment both writable and executable, a stack protector, fortified calls, no RPATH. And in compile_commands.json beside it:
_FORTIFY_SOURCE=3, -fstack-protector-strong and -fPIE or -fPIC for every file.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def readelf(path, *options):
    return subprocess.run(["readelf", "-W", *options, path], capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout


def missing_in(path):
    """What the program at `path` lacks, as a list of sentences."""
    header, segments, dynamic = readelf(path, "-h"), readelf(path, "-l"), readelf(path, "-d")
    symbols = readelf(path, "--dyn-syms")
    found = []
    if not re.search(r"Type:\s+DYN", header) or not re.search(r"FLAGS_1.*\bPIE\b", dynamic):
        found.append("is not position independent (PIE)")
    if "GNU_RELRO" not in segments:
        found.append("has no read-only relocations (RELRO)")
    if not re.search(r"\(FLAGS\).*BIND_NOW|FLAGS_1.*\bNOW\b|\(BIND_NOW\)", dynamic):
        found.append("binds lazily (no BIND_NOW)")
    stack = re.search(r"GNU_STACK\s.*\s([RWE ]{3})\s+0x", segments)
    if not stack or "E" in stack.group(1):
        found.append("has an executable stack")
    if any("W" in flags and "E" in flags for flags in re.findall(r"^\s+LOAD\s.*\s([R ][W ][E ])\s+0x", segments, re.M)):
        found.append("has a segment that can be written and executed")
    if "__stack_chk_fail" not in symbols:
        found.append("has no stack protector")
    if not re.search(r"__\w+_chk\b", symbols.replace("__stack_chk_fail", "")):
        found.append("calls nothing fortified (_FORTIFY_SOURCE)")
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        found.append("looks for libraries where it was built (RPATH)")
    return found


def missing_in_commands(path):
    with open(path, encoding="utf-8") as file:
        commands = json.load(file)
    found = []
    # What was checked with the compiler itself, and the program that only carries precompiled headers, are no part of it.
    for entry in commands:
        if "/hub/" not in entry["file"] and "/app/" not in entry["file"] and "/ui/" not in entry["file"]:
            continue
        for flag in ("-D_FORTIFY_SOURCE=3", "-fstack-protector-strong"):
            if flag not in entry["command"]:
                found.append("%s is compiled without %s" % (entry["file"], flag))
        if "-fPIE" not in entry["command"] and "-fPIC" not in entry["command"]:
            found.append("%s is compiled without -fPIE" % entry["file"])
    return found if commands else ["compile_commands.json is empty"]


def build_directory(program):
    directory = os.path.dirname(os.path.abspath(program))
    while directory != "/" and not os.path.exists(os.path.join(directory, "compile_commands.json")):
        directory = os.path.dirname(directory)
    return directory


def check(programs):
    failures = ["%s %s" % (program, what) for program in programs for what in missing_in(program)]
    for directory in sorted({build_directory(program) for program in programs}):
        failures += missing_in_commands(os.path.join(directory, "compile_commands.json"))
    for failure in failures:
        print(failure)
    print("%d programs, %d failures" % (len(programs), len(failures)))
    return 1 if failures or not programs else 0


def self_test():
    """A program built without each of the flags in turn is noticed; one with all of them passes."""
    compiler = shutil.which("c++") or shutil.which("g++")
    good = ["-O2", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3", "-fstack-protector-strong", "-fPIE", "-pie",
            "-Wl,-z,relro,-z,now,-z,noexecstack"]
    bad = {"position independent": ["-no-pie", "-fno-pie"], "RELRO": ["-Wl,-z,norelro"], "BIND_NOW": ["-Wl,-z,lazy"],
           "executable stack": ["-Wl,-z,execstack"], "stack protector": ["-fno-stack-protector"],
           "fortified": ["-U_FORTIFY_SOURCE"], "RPATH": ["-Wl,-rpath,/tmp"]}
    source = r"""
        #include <cstdio>
        #include <cstring>
        int main(int argc, char **argv) { char text[16]; std::strcpy(text, argv[argc - 1]); std::puts(text); return std::strlen(text) > 3; }
    """
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "a.cpp")
        with open(path, "w", encoding="ascii") as file:
            file.write(source)
        program = os.path.join(directory, "a")
        for what, flags in [(None, []), *bad.items()]:
            subprocess.run([compiler, *good, *flags, path, "-o", program], check=True, capture_output=True)
            said = missing_in(program)
            fine = not said if what is None else any(what in sentence for sentence in said)
            failures += not fine
            print("%s %s: %s" % ("ok  " if fine else "FAIL", what or "all flags", said))
    return 1 if failures else 0


if __name__ == "__main__":
    if not shutil.which("readelf"):
        print("readelf is not here: skipped")
        sys.exit(77)
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else check(sys.argv[1:]))
