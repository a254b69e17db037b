#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Trunkline and starts it with the arguments given:
#
#   ./run.sh                                   the hub on 127.0.0.1:8080
#   ./run.sh --port 9000                       with a setting
#   ./run.sh connect --user alice --echo       a subcommand
#   ./run.sh --help                            all of them
#
# Where there is a display and the window was built, a start without a subcommand opens the window; `./run.sh serve` never does.
# Nothing but the program writes to stdout. The build's log is build/release/run.log.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$root/build/release
log=$build/run.log
targets=(trunkline)
program=$build/app/trunkline/trunkline

say() { printf '%s\n' "$*" >&2; }

has_display() { [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} || $(uname -s) == Darwin ]]; }

# A start of the hub: no arguments, or flags only that do not just ask something.
starts_hub() {
    [[ $# -eq 0 || $1 == -* ]] || return 1
    local argument
    for argument in "$@"; do
        case "$argument" in -h | --help | --version | --check-config) return 1 ;; esac
    done
}

build() { "$root/tools/configure.sh" release && cmake --build "$build" --target "${targets[@]}"; }

prepare() {
    mkdir -p "$build"
    if [[ -x $program ]]; then
        TRUNKLINE_QUIET_SETUP=1 "$root/tools/setup.sh" build
        local watch
        # read waits without a child that would outlive this script and hold the lock.
        (
            [[ -z ${lock:-} ]] || exec {lock}>&-
            read -r -t 3 <> <(:) || say "Building what changed; log in ${log#"$PWD"/}"
        ) &
        watch=$!
        if ! build > "$log" 2>&1; then
            kill "$watch" 2>/dev/null || true
            cat "$log" >&2
            say "The build failed. Its log: $log"
            return 1
        fi
        kill "$watch" 2>/dev/null || true
        wait "$watch" 2>/dev/null || true
    else
        "$root/tools/setup.sh" build
        say "First build: a few minutes. Later starts take seconds."
        # To the terminal and into the log; pipefail keeps the build's exit code.
        build 2>&1 | tee "$log" >&2 || { say "The build failed. Its log: $log"; return 1; }
    fi
}

if has_display && [[ -e $root/app/desktop/CMakeLists.txt ]] && starts_hub "$@"; then
    targets+=(trunkline-desktop)
    program=$build/app/desktop/trunkline-desktop
fi

# Two terminals may do this at the same time: the second waits for the first.
mkdir -p "$build"
if command -v flock >/dev/null; then
    exec {lock}> "$build/run.lock"
    flock -n "$lock" || { say "Another ./run.sh is building: waiting for it."; flock "$lock"; }
    prepare
    exec {lock}>&-
else
    prepare
fi

# What the program suggests to type next starts with this.
export TRUNKLINE_COMMAND=$0
exec "$program" "$@"
