#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks the floors of docs/architecture.md: an #include may point down, never up, and hub/ stays free of Gui and Widgets.
#
#   tests/check_includes.sh [ROOT]       prints file:line for each include that must not be; exit code 1 when there is one
#   tests/check_includes.sh --self-test  proves on a small tree that each rule is noticed
set -euo pipefail

check() {
    local root=$1 found
    # shellcheck disable=SC2016  # awk's fields
    found=$(cd "$root" && for top in hub bench ui app; do
            [[ ! -d $top ]] || find "$top" -type f \( -name '*.h' -o -name '*.cpp' -o -name 'CMakeLists.txt' \)
        done | sort | xargs awk '
        # What each room may include, besides itself. "hub" stands for the files directly in hub/, which join the rooms.
        BEGIN {
            may["hub/core"] = ""
            may["hub/view"] = "hub/core"
            may["hub/store"] = "hub/core"
            may["hub/net"] = "hub/core"
            may["hub/cluster"] = "hub/core hub/net"
            may["hub/capture"] = "hub/core hub/view"
            may["hub/bots"] = "hub/core hub/net"
            may["hub/api"] = "hub hub/core hub/net hub/view hub/store hub/cluster"
            may["hub"] = "hub/core hub/net hub/view hub/store hub/cluster hub/capture hub/bots hub/api"
            may["bench"] = may["hub"] " hub"
            may["ui"] = "hub/view"
            # The test bench in the window: knows the window and the engine; neither knows it.
            may["ui/bench"] = "ui bench hub/core hub/view hub/capture hub/bots"
            may["app"] = may["bench"] " bench ui ui/bench"
            socket = "^(QTcp(Socket|Server)|QSsl(Socket|Server)|QUdpSocket|QLocal(Socket|Server)|QAbstractSocket" \
                "|QWebSocket.*|QHttp.*|QAbstractHttp.*|QNetworkAccessManager|QNetworkRe(quest|ply)|QSocketNotifier" \
                "|QTimer|QChronoTimer|QBasicTimer|QEventLoop|QtWebSockets|QtHttpServer)$"
            window = "^(Qt(Gui|Widgets|Charts|Graphs|Svg|SvgWidgets|OpenGL|OpenGLWidgets|Quick|QuickWidgets|PrintSupport)" \
                "|Q(Gui)?Application|QWidget|QWindow|QMainWindow|QDialog|QMessageBox|QAction|QMenu|QSystemTrayIcon|QPainter" \
                "|QPixmap|QImage|QIcon|QColor|QFont|QPalette|QBrush|QPen|QClipboard|QDesktopServices|QKeySequence" \
                "|QShortcut|QTextDocument|QStandardItemModel|QStyle|QChart|QChartView)$"
        }
        # hub/core/Json.h -> hub/core, hub/Server.h -> hub, app/trunkline/main.cpp -> app, Json.h -> nothing
        function room(path,    part, n) {
            n = split(path, part, "/")
            if (n < 2) return ""
            if (part[1] == "ui" && part[2] == "bench") return n > 2 ? "ui/bench" : "ui"
            return part[1] == "hub" && n > 2 ? part[1] "/" part[2] : part[1]
        }
        function report(text) { print FILENAME ":" FNR ": " text }
        # hub/api/../net/Gate.h -> hub/net/Gate.h
        function straight(path) {
            while (match(path, /[^\/]+\/\.\.\//)) path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
            gsub(/(^|\/)\.\//, "/", path)
            sub(/^\//, "", path)
            return path
        }
        FILENAME ~ /CMakeLists.txt$/ {
            if (FILENAME ~ /^(hub|bench)\// && /Qt6::(Gui|Widgets|Charts|Graphs|Svg|OpenGL|Quick|PrintSupport)/)
                report("hub/ and bench/ link no Gui and no Widgets")
            next
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            path = $0; sub(/^[^"]*"/, "", path); sub(/".*/, "", path)
            if (path ~ /\.moc$/ || path ~ /^moc_/) next
            from = room(FILENAME)
            folder = FILENAME; sub(/[^\/]*$/, "", folder)
            if (path !~ /^(hub|bench|ui|app|tests)\//) path = straight(folder path)
            to = room(path)
            if (to == from) next
            if (!(from in may)) report(from " is no known room: give it a row in tests/check_includes.sh")
            else if (index(" " may[from] " ", " " to " ") == 0) report(from " must not include " to " (" path ")")
        }
        /^[ \t]*#[ \t]*include[ \t]*</ {
            if (FILENAME !~ /^(hub|bench)\//) next
            path = $0; sub(/^[^<]*</, "", path); sub(/>.*/, "", path)
            n = split(path, part, "/")
            for (i = 1; i <= n; i++) {
                sub(/\.h$/, "", part[i])
                if (part[i] ~ window) { report("hub/ and bench/ include no Gui and no Widgets (" path ")"); break }
                if (FILENAME ~ /^hub\/core\// && part[i] ~ socket) { report("hub/core has no sockets and no timers (" path ")"); break }
            }
        }') || { echo "check_includes: could not read the sources under $root" >&2; return 2; }
    [[ -z $found ]] && return 0
    printf '%s\n' "$found"
    return 1
}

# expect RESULT FILE LINE: one file with that line, in a tree of its own.
expect() {
    local result=$1 file=$2 line=$3 status=0
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/hub" "$tree/${file%/*}"
    echo "// nothing" > "$tree/hub/Hub.h"
    printf '%s\n' "$line" > "$tree/$file"
    check "$tree" > /dev/null || status=$?
    if [[ $status -ne $result ]]; then
        echo "check_includes: '$line' in $file gave $status, not $result"
        wrong=$((wrong + 1))
    fi
}

self_test() {
    tree=$(mktemp -d) wrong=0
    trap 'rm -rf "$tree"' EXIT
    expect 0 hub/core/Json.cpp '#include "hub/core/Result.h"'
    expect 0 hub/core/Json.cpp '#include "JsonTokens.h"'
    expect 0 hub/core/Json.cpp '#include <QByteArray>'
    expect 0 hub/core/Json.cpp '// #include "hub/net/Gate.h"'
    expect 0 hub/net/Gate.cpp '#include "hub/core/Json.h"'
    expect 0 hub/net/Gate.cpp '#include <QTcpServer>'
    expect 0 hub/net/Gate.cpp '#include "Gate.moc"'
    expect 0 hub/api/PushRoute.cpp '#include "hub/net/Gate.h"'
    expect 0 hub/Server.cpp '#include "hub/api/PushRoute.h"'
    expect 0 ui/Window.cpp '#include "hub/view/HubView.h"'
    expect 0 ui/Window.cpp '#include <QWidget>'
    expect 0 bench/Scenario.cpp '#include "hub/HubThread.h"'
    expect 0 app/trunkline/Check.cpp '#include "bench/Scenario.h"'
    expect 0 hub/capture/Recorder.h '#include "hub/view/HubView.h"'
    expect 0 ui/bench/BenchRoom.cpp '#include "ui/window/MainWindow.h"'
    expect 0 ui/bench/BenchRoom.cpp '#include "bench/ScenarioPool.h"'
    expect 0 app/desktop/Desktop.cpp '#include "ui/bench/BenchRoom.h"'
    expect 1 ui/bench/BenchRoom.cpp '#include "hub/net/Gate.h"'
    expect 1 ui/bench/BenchRoom.cpp '#include "app/desktop/Desktop.h"'
    expect 1 ui/window/MainWindow.cpp '#include "ui/bench/BenchRoom.h"'
    expect 1 ui/window/MainWindow.cpp '#include "bench/Scenario.h"'
    expect 1 hub/capture/Recorder.h '#include "hub/net/Gate.h"'
    expect 1 hub/Server.cpp '#include "bench/Scenario.h"'
    expect 1 bench/Scenario.cpp '#include <QWidget>'
    expect 1 bench/Scenario.cpp '#include "app/trunkline/Client.h"'
    expect 0 app/trunkline/main.cpp '#include "hub/Server.h"'
    expect 1 hub/core/Json.cpp '#include "hub/net/Gate.h"'
    expect 1 hub/core/Json.cpp '#  include "../net/Gate.h"'
    expect 1 hub/core/Json.cpp '#include "hub/Server.h"'
    expect 1 hub/core/Json.cpp '#include <QTimer>'
    expect 1 hub/core/Json.cpp '#include <QtNetwork/QTcpSocket>'
    expect 1 hub/net/Gate.cpp '#include "hub/api/PushRoute.h"'
    expect 1 hub/net/Gate.cpp '#include "hub/Hub.h"'
    expect 1 hub/view/HubView.h '#include "hub/net/Gate.h"'
    expect 1 hub/core/Json.h '#include "app/trunkline/Serve.h"'
    expect 1 hub/api/PushRoute.h '#include <QColor>'
    expect 1 hub/net/Gate.cpp '#include <QtWidgets/qslider.h>'
    expect 1 hub/CMakeLists.txt 'target_link_libraries(trunkline_hub PUBLIC Qt6::Gui)'
    expect 1 hub/attic/Old.cpp '#include "hub/core/Json.h"'
    expect 1 ui/Window.cpp '#include "hub/core/Journal.h"'
    expect 1 ui/Window.cpp '#include "hub/net/Gate.h"'
    [[ $wrong -eq 0 ]]
}

case "${1:-}" in
    --self-test) self_test ;;
    *) check "${1:-$(dirname "${BASH_SOURCE[0]}")/..}" ;;
esac
