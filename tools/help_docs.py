#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes man pages and shell completions of what `trunkline --help` says, so that all say the same.

    tools/help_docs.py build/release/app/trunkline/trunkline DIRECTORY
    tools/help_docs.py --window build/release/app/desktop/trunkline-desktop DIRECTORY

writes DIRECTORY/man1/*.1, DIRECTORY/bash/trunkline, DIRECTORY/zsh/_trunkline and DIRECTORY/fish/trunkline.fish; with --window the same of
trunkline-desktop, which has no subcommands.
"""
import os
import re
import subprocess
import sys

NAME = "trunkline"
OPTION = re.compile(r"  --([a-z][a-z0-9-]*)(?: (\S.*?))?(?:  +(\S.*))?$")
COMMAND = re.compile(r"  ([a-z]+) {2,}(\S.*)$")


class Option:
    def __init__(self, name, value, doc):
        self.name, self.value, self.doc = name, value or "", doc or ""
        self.choices = self.value[1:-1].split("|") if self.value.startswith("[") else []

    def words(self):
        """The first sentence, for a completion's hint."""
        return re.split(r"(?<=[a-z0-9)])[.;] ", self.doc)[0].rstrip(".")


class Page:
    """One help text: what stands before the options, the options by group, what stands behind them."""

    def __init__(self, text):
        lines = text.rstrip("\n").split("\n")
        self.usages = [lines.pop(0).removeprefix("Usage: ")] if lines[0].startswith("Usage: ") else []
        while self.usages and lines and lines[0].startswith("       "):      # another way to say it
            self.usages.append(lines.pop(0).strip())
        self.before, self.groups, self.after = [], [["", []]], []
        for line in lines:
            self.read(line)
        self.before = paragraphs(self.before)
        self.after = paragraphs(self.after)

    def read(self, line):
        options = self.groups[-1][1]
        match = OPTION.match(line)
        if match:
            self.move_headings()
            self.groups[-1][1].append(Option(*match.groups()))
        elif line.startswith("        ") and options and not self.after:
            options[-1].doc = (options[-1].doc + " " + line.strip()).strip()
        elif any(group for _, group in self.groups):
            self.after.append(line)
        else:
            self.before.append(line)

    def move_headings(self):
        """A line that ends with a colon right before an option begins a group of them."""
        rest = [line for line in self.after if line]
        if rest and rest[-1].endswith(":") and len(rest) == 1:
            self.groups.append([rest[0][:-1], []])
        self.after = []

    def options(self):
        return [option for _, group in self.groups for option in group]


def paragraphs(lines):
    """Wrapped lines joined; indented ones stay as they are."""
    found = []
    for line in lines:
        if not line:
            found.append("")
        elif line.startswith(" ") or not found or not found[-1] or found[-1].startswith(" "):
            found.append(line)
        else:
            found[-1] += " " + line
    return [one for one in found if one]


def help_of(program, *arguments):
    environment = {**os.environ, "TRUNKLINE_COMMAND": NAME, "NO_COLOR": "1"}
    return subprocess.run([program, *arguments, "--help"], check=True, capture_output=True, text=True, timeout=60, env=environment).stdout


# Manual pages ------------------------------------------------------------------------------------------------------

def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\\&" + text if text.startswith((".", "'")) else text


def man_paragraphs(texts):
    for text in texts:
        if text.startswith(" "):
            yield from (".PP", ".EX", roff(text), ".EE")
        else:
            yield from (".PP", roff(text))


def man_page(name, version, brief, synopses, page, commands=()):
    out = ['.\\" SPDX-License-Identifier: GPL-3.0-or-later', '.TH %s 1 "" "Trunkline %s" "User Commands"' % (name.upper(), version),
           ".SH NAME", "%s \\- %s" % (name.replace("-", "\\-"), roff(brief)), ".SH SYNOPSIS",
           "\n.br\n".join(".B " + roff(one) for one in synopses)]
    if page.before:
        out += [".SH DESCRIPTION", *list(man_paragraphs(page.before))[1:]]
    if commands:
        out.append(".SH COMMANDS")
        for command, doc in commands:
            out += [".TP", ".BR %s\\-%s (1)" % (NAME, command), roff(doc)]
    for group, options in page.groups:
        if options:
            out.append('.SH "%s"' % (group.upper() or "OPTIONS"))
        for option in options:
            out += [".TP", "\\fB\\-\\-%s\\fR" % roff(option.name) + (" \\fI%s\\fR" % roff(option.value) if option.value else ""), roff(option.doc)]
    if page.after:
        out += [".SH NOTES", *list(man_paragraphs(page.after))[1:]]
    others = [".BR %s\\-%s (1)" % (NAME, command) for command, _ in commands] or [".BR %s (1)" % NAME]
    return "\n".join(out + [".SH \"SEE ALSO\"", ",\n".join(others), ""])


# Completions -------------------------------------------------------------------------------------------------------

def bash(commands, pages):
    cases = "\n".join("        %s) options='%s' ;;" % (name, " ".join("--" + one.name for one in pages[name].options())) for name, _ in commands)
    choices = sorted({(one.name, " ".join(one.choices)) for page in pages.values() for one in page.options() if one.choices})
    switches = "\n".join("        --%s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;" % one for one in choices)
    files = "|".join(sorted({"--" + one.name for page in pages.values() for one in page.options() if is_file(one)}))
    return """# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion of trunkline; made by tools/help_docs.py
_trunkline() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' options='' i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in %s) command=${COMP_WORDS[i]}; break ;; esac
    done
    case $before in
        %s) COMPREPLY=($(compgen -f -- "$word")); return ;;
%s
    esac
    case $command in
%s
        *) options='%s'; [[ $word == -* ]] || options='%s' ;;
    esac
    COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o default -F _trunkline trunkline
""" % ("|".join(name for name, _ in commands), files, switches, cases, " ".join("--" + one.name for one in pages["serve"].options()) + " --version",
       " ".join(name for name, _ in commands))


def is_file(option):
    return option.value in ("FILE", "PATH") and option.name != "path" or "path of a file" in option.doc


def zsh_quoted(text):
    return re.sub(r"([\[\]:\\])", r"\\\1", text).replace("'", "'\\''")


def zsh_option(option):
    if not option.value:
        return "'--%s[%s]'" % (option.name, zsh_quoted(option.words()))
    action = "_files" if is_file(option) else "(%s)" % " ".join(option.choices) if option.choices else ""
    return "'--%s=[%s]:%s:%s'" % (option.name, zsh_quoted(option.words()), zsh_quoted(option.value.strip("[]")), action)


def zsh(commands, pages):
    cases = "\n".join("        %s) _arguments %s ;;" % (name, " ".join(map(zsh_option, pages[name].options()))) for name, _ in commands)
    listed = " ".join("'%s:%s'" % (name, zsh_quoted(doc)) for name, doc in commands)
    return """#compdef trunkline
# SPDX-License-Identifier: GPL-3.0-or-later
# zsh completion of trunkline; made by tools/help_docs.py
_trunkline() {
    local -a commands=(%s)
    if (( CURRENT == 2 )); then
        _describe -t commands 'command' commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
%s
    esac
}
_trunkline "$@"
""" % (listed, cases)


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_option(option):
    line = "-l %s -d %s" % (option.name, fish_quoted(option.words()))
    return line + (" -r -F" if is_file(option) else " -x -a %s" % fish_quoted(" ".join(option.choices)) if option.choices
                   else " -x" if option.value else "")


def fish(commands, pages):
    lines = ["# SPDX-License-Identifier: GPL-3.0-or-later", "# fish completion of trunkline; made by tools/help_docs.py",
             "complete -c trunkline -f"]
    lines += ["complete -c trunkline -n __fish_use_subcommand -a %s -d %s" % (name, fish_quoted(doc)) for name, doc in commands]
    for name, _ in commands:
        lines += ["complete -c trunkline -n '__fish_seen_subcommand_from %s' %s" % (name, fish_option(one)) for one in pages[name].options()]
    return "\n".join(lines) + "\n"


def run(program, directory):
    overview = help_of(program)
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True, timeout=60).stdout.split()[-1]
    commands = [match.groups() for match in map(COMMAND.match, overview.split("\n")) if match and match[1] != NAME]
    pages = {name: Page(help_of(program, name)) for name, _ in commands}
    files = {"man1/%s-%s.1" % (NAME, name): man_page("%s-%s" % (NAME, name), version, doc, pages[name].usages, pages[name]) for name, doc in commands}
    brief, _, rest = overview.partition("\n")
    top = Page("\n".join(line for line in rest.split("\n") if not COMMAND.match(line) and not line.startswith("Usage:")))
    files["man1/%s.1" % NAME] = man_page(NAME, version, brief.removeprefix("Trunkline, ").rstrip("."), ["%s [SUBCOMMAND] [OPTIONS]" % NAME], top, commands)
    files["bash/" + NAME] = bash(commands, pages)
    files["zsh/_" + NAME] = zsh(commands, pages)
    files["fish/%s.fish" % NAME] = fish(commands, pages)
    write(files, directory)


def run_window(program, directory):
    name = NAME + "-desktop"
    page = Page(help_of(program))
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True, timeout=60).stdout.split()[-1]
    options = page.options()
    files = "|".join("--" + one.name for one in options if is_file(one))
    words = " ".join("--" + one.name for one in options)
    write({"man1/%s.1" % name: man_page(name, version, "messaging hub with a window", page.usages, page),
           "bash/" + name: """# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion of trunkline-desktop; made by tools/help_docs.py
_trunkline_desktop() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    case $before in
        %s) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    [[ $word != -* ]] || COMPREPLY=($(compgen -W '%s' -- "$word"))
}
complete -o default -F _trunkline_desktop trunkline-desktop
""" % (files, words),
           "zsh/_" + name: """#compdef trunkline-desktop
# SPDX-License-Identifier: GPL-3.0-or-later
# zsh completion of trunkline-desktop; made by tools/help_docs.py
_arguments %s '*:capture:_files'
""" % " ".join(map(zsh_option, options)),
           "fish/%s.fish" % name: "\n".join(["# SPDX-License-Identifier: GPL-3.0-or-later",
                                             "# fish completion of trunkline-desktop; made by tools/help_docs.py",
                                             *("complete -c trunkline-desktop " + fish_option(one) for one in options), ""])}, directory)


def write(files, directory):
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--window":
        run_window(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 3:
        run(sys.argv[1], sys.argv[2])
    else:
        sys.exit(__doc__)
