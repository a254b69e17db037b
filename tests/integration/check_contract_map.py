# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test that tests/contract.md or docs/security.md names must exist, every test of tests/integration must be named in one of
them, every row of the threat model must name a test, and every mutation of tests/mutations.py must still find its place."""
import ast
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SELF = os.path.basename(__file__)
ROOT = os.path.join(HERE, os.pardir, os.pardir)
sys.path.insert(0, os.path.join(ROOT, "tests"))
import mutations  # noqa: E402
NAME = re.compile(r"`([a-z_0-9]+)::([A-Za-z0-9]+)\.(\*|[A-Za-z0-9_]+)`")
UNIT_NAME = re.compile(r"`(tst_[a-z_0-9]+)::([A-Za-z0-9]+)`")
FILE_NAME = re.compile(r"`(tests/[a-z_0-9/.]+)`")


def existing():
    """{(file, class, test)} of the folder, names as contract.md writes them."""
    found = set()
    for file in sorted(os.listdir(HERE)):
        if not file.endswith(".py") or file == SELF:
            continue
        with open(os.path.join(HERE, file), encoding="utf-8") as source:
            tree = ast.parse(source.read())
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found |= {(re.sub(r"^test_|\.py$", "", file), node.name, item.name[len("test_"):]) for item in node.body
                          if isinstance(item, ast.FunctionDef) and item.name.startswith("test_")}
    return found


def pages():
    """(page, the text in which it names tests)"""
    for path, heading in (("tests/contract.md", "\n## "), ("docs/security.md", "\n## Threat model")):
        with open(os.path.join(ROOT, path), encoding="utf-8") as page:
            yield path, page.read().split(heading, 1)[1]


def unit_test_exists(program, function):
    """Whether a Qt Test program `program`.cpp below tests/ has that function."""
    for directory, _, files in os.walk(os.path.join(HERE, os.pardir)):
        if program + ".cpp" in files:
            with open(os.path.join(directory, program + ".cpp"), encoding="utf-8") as source:
                return re.search(r"::%s\(\)" % function, source.read()) is not None
    return False


def rows_without_a_test(text):
    """Lines of the threat model's table whose last cell names nothing."""
    rows = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("|")][2:]
    return [row for row in rows if "`" not in row.rstrip("| ").rsplit("|", 1)[1]] if rows else ["the table is empty"]


def main():
    tests, problems, covered = existing(), [], set()
    for path, text in pages():
        for name in sorted(set(NAME.findall(text))):
            if name[0].startswith("tst_"):
                continue
            matching = {test for test in tests if test[:2] == name[:2] and name[2] in ("*", test[2])}
            if not matching:
                problems.append("%s names a test that does not exist: %s::%s.%s" % (path, *name))
            covered |= matching
        problems += ["%s names a test that does not exist: %s::%s" % (path, *name) for name in sorted(set(UNIT_NAME.findall(text)))
                     if not unit_test_exists(*name)]
        problems += ["%s names a file that does not exist: %s" % (path, name) for name in set(FILE_NAME.findall(text))
                     if not os.path.exists(os.path.join(ROOT, name))]
        if path == "docs/security.md":
            problems += ["docs/security.md has a row without a test: %s" % row for row in rows_without_a_test(text)]
    problems += ["neither contract.md nor security.md names: %s::%s.%s" % test for test in sorted(tests - covered)]
    problems += ["tests/mutations.py does not find its place in %s" % gone for gone in mutations.patterns_gone(ROOT)]
    print("\n".join(problems) or "%d tests, all named in contract.md or security.md" % len(tests))
    return 1 if problems or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
