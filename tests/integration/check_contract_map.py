# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test that tests/contract.md names must exist, and every test of tests/integration must be named there."""
import ast
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SELF = os.path.basename(__file__)
NAME = re.compile(r"`([a-z_0-9]+)::([A-Za-z0-9]+)\.(\*|[A-Za-z0-9_]+)`")


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


def main():
    with open(os.path.join(HERE, os.pardir, "contract.md"), encoding="utf-8") as page:
        named = set(NAME.findall(page.read().split("\n## ", 1)[1]))
    tests, problems, covered = existing(), [], set()
    for name in sorted(named):
        matching = {test for test in tests if test[:2] == name[:2] and name[2] in ("*", test[2])}
        if not matching:
            problems.append("contract.md names a test that does not exist: %s::%s.%s" % name)
        covered |= matching
    problems += ["contract.md does not name: %s::%s.%s" % test for test in sorted(tests - covered)]
    print("\n".join(problems) or "%d tests, all named in contract.md" % len(tests))
    return 1 if problems or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
