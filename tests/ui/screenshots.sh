#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures of every view, drawn from a live hub with real sockets; no display needed.
#
#   tests/ui/screenshots.sh PROGRAM [FOLDER] [LOAD]
#
# PROGRAM is trunkline_screenshots of the build, FOLDER is docs/images by default, LOAD=load adds 10,000 sessions and a burst.
# Looks best with fonts-inter and fonts-jetbrains-mono; does without.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${1:?usage: tests/ui/screenshots.sh PROGRAM [FOLDER] [load]}
folder=${2:-$root/docs/images}
mkdir -p "$folder"
export QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp}

for theme in dark light; do
    "$program" "$folder" "$theme" 1440x900 empty "$theme-"
    "$program" "$folder" "$theme" 1440x900 small "$theme-"
done
"$program" "$folder" dark 1024x640 small "dark-1024-"
"$program" "$folder" light 1024x640 empty "light-1024-"
"$program" "$folder" light 1920x1200 small "light-1920-"
QT_SCALE_FACTOR=2 "$program" "$folder" dark 1440x900 small "dark-2x-"
if [[ ${3:-} == load ]]; then
    "$program" "$folder" dark 1440x900 load "dark-"
    "$program" "$folder" light 1920x1200 load "light-1920-"
fi
