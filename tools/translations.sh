#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Reads the window's texts from the sources into resources/translations/*.ts. Then translate what it calls new, by hand or with
# Qt Linguist: a ctest (tst_translations) fails while one is missing. English holds the plurals only.
#
#   tools/translations.sh                   updates the files
#   tools/translations.sh FOLDER LUPDATE    writes into copies in FOLDER: what the test does
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/resources/translations}
lupdate=${2:-}
if [[ -z $lupdate ]]; then
    for lupdate in /usr/lib/qt6/bin/lupdate lupdate-qt6 lupdate6 lupdate; do
        ! command -v "$lupdate" >/dev/null || break
    done
fi
cd "$root"
[[ $folder -ef resources/translations ]] || cp resources/translations/*.ts "$folder"
options=(-silent -I . -locations none -no-obsolete -source-language en)
"$lupdate" "${options[@]}" ui app/desktop hub/view hub/core/SettingsTable.cpp -target-language zh_CN -ts "$folder/trunkline_zh_CN.ts"
"$lupdate" "${options[@]}" ui app/desktop hub/view hub/core/SettingsTable.cpp -target-language en -pluralonly -ts "$folder/trunkline_en.ts"
