#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the window costs, and what it costs the hub: builds the `bench` preset, measures, prints one table.
# `window.sh --help` says the rest. Needs no display; with Xvfb the start is measured on a real one too.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ulimit -n "$(ulimit -Hn)"
exec python3 "$here/window.py" "$@"
