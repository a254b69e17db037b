#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Trunkline, nginx with nchan, FastAPI and bare system calls through the same work: builds what is needed, runs,
# prints one table. `compare.sh --help` says the rest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ulimit -n "$(ulimit -Hn)"
python=/usr/bin/python3            # the one Debian's python3-fastapi belongs to
[ -x "$python" ] || python=python3
exec "$python" "$here/compare.py" "$@"
