#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures of every view, drawn from a live hub with real sockets; no display needed.
#
#   tests/ui/screenshots.sh PROGRAM FOLDER [load] [publish]
#
# PROGRAM is trunkline_screenshots of the build. `load` adds 10,000 sessions and a burst (or as many as two descriptors each
# allow), `publish` copies those that the documents show to docs/images. Looks best with fonts-inter, fonts-jetbrains-mono and
# fonts-noto-cjk; does without.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=${1:?usage: tests/ui/screenshots.sh PROGRAM FOLDER [load] [publish]}
folder=${2:?where to}
shift 2
mkdir -p "$folder"
export QT_QPA_PLATFORM=offscreen QT_QPA_PLATFORMTHEME='' LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-/tmp}
ulimit -Sn "$(ulimit -Hn)"

for theme in dark light; do
    "$program" "$folder" "$theme" 1440x900 empty "$theme-"
    "$program" "$folder" "$theme" 1440x900 small "$theme-"
    "$program" "$folder" "$theme" 1440x900 bench "$theme-"
done
"$program" "$folder" light 1440x900 returns "light-"
"$program" "$folder" dark 1024x640 returns "dark-1024-"
"$program" "$folder" dark 1024x640 small "dark-1024-"
"$program" "$folder" light 1024x640 empty "light-1024-"
"$program" "$folder" light 1920x1200 small "light-1920-"
QT_SCALE_FACTOR=2 "$program" "$folder" dark 1440x900 small "dark-2x-"
TRUNKLINE_LANGUAGE=zh_CN "$program" "$folder" light 1440x900 small "light-zh-"
TRUNKLINE_LANGUAGE=zh_CN "$program" "$folder" dark 1440x900 empty "dark-zh-"
for what in "$@"; do
    case $what in
        load)
            users=$((($(ulimit -n) - 600) / 2))
            [[ $users -lt 10000 ]] || users=10000
            "$program" "$folder" dark 1440x900 "load:$users" "dark-"
            "$program" "$folder" light 1920x1200 "load:$users" "light-1920-"
            ;;
        publish)
            for picture in dark-exchanges light-exchanges dark-scenarios; do
                cp "$folder/$picture.png" "$root/docs/images/"
            done
            ;;
    esac
done
