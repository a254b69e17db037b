#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the packages that Trunkline needs, and nothing else.
#
#   tools/setup.sh build    what ./run.sh needs: compiler, CMake, Qt, two header libraries
#   tools/setup.sh test     the same, and what ./test.sh needs on top
#   tools/setup.sh list headless|build|test    prints the package names; headless: without those of the window
#
# Debian 12 and later, Ubuntu 24.04 and later. Asks apt only when something is missing. Elsewhere it names the packages.
# TRUNKLINE_SKIP_SETUP=1 skips it: for a Qt from elsewhere (CMAKE_PREFIX_PATH), or a machine without network.
set -euo pipefail

headless_packages=(
    g++ cmake ninja-build ccache
    qt6-base-dev qt6-websockets-dev qt6-httpserver-dev
    libsimdjson-dev libexpected-dev
    libqt6sql6-sqlite               # the offline queue and the history on disk (STORE)
    libjwt-dev libssl-dev           # tokens of users (JWT); certificates (trunkline cert)
    libyaml-cpp-dev                 # bots and scenarios
    libhiredis-dev                  # several hubs on one Redis
)
build_packages=(
    "${headless_packages[@]}"
    qt6-svg-dev qt6-charts-dev      # the window
    qt6-l10n-tools                  # lrelease: its translations
)
test_packages=(
    python3 python3-websockets      # the Python client, and small servers inside tests
    python3-jsonschema python3-yaml # the schema of scenarios, against every example
    libxml2-utils                   # xmllint: the JUnit report against its schema
    python3-pytest                  # its fixture in docs/examples
    nodejs node-ws                  # the Node client
    curl openssl
    redis-server                    # several hubs on one Redis
    iproute2                        # a cut cable between them, in a network namespace
    chromium                        # pages of other origins, EventSource: what a real browser does
    python3-jwt python3-cryptography    # make the tokens that tests show
    python3-jsonschema              # holds answers to the schemas of /openapi.json
    python3-requests                # the snippets of docs/clients.md
    prometheus                      # promtool: names of metrics, alert rules
    zsh fish groff                  # read the completions and man pages
    appstream desktop-file-utils    # appstreamcli, desktop-file-validate: what software centers read
    nsis                            # makensis: compiles the installer for Windows
    shared-mime-info                # update-mime-database: reads what captures are
    binutils                        # readelf: how the program was linked
    clang libclang-rt-dev           # libFuzzer
    lld                             # links the test programs in a third of the time
    gcovr                           # ./test.sh --coverage
    xvfb                            # the window on a real display that nobody sees
    at-spi2-core dbus-daemon python3-pyatspi    # the window as a screen reader sees it
)

# Debian 12 keeps Qt's OpenGL headers, which Charts asks for, apart. From Qt 6.7 on Debian and Ubuntu keep the plugins apart that draw SVG.
# shellcheck source=/dev/null
case "$([[ ! -r /etc/os-release ]] || (. /etc/os-release && printf '%s' "${ID:-}${VERSION_ID:-}"))" in
    debian12) build_packages+=(libqt6opengl6-dev) ;;
    ubuntu24.*) ;;
    *) build_packages+=(qt6-svg-plugins) ;;
esac

say() { printf '%s\n' "$*" >&2; }

usage() {
    sed -n '3,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

select_packages() {
    case "${1:-}" in
        headless) packages=("${headless_packages[@]}") ;;
        build) packages=("${build_packages[@]}") ;;
        test) packages=("${build_packages[@]}" "${test_packages[@]}") ;;
        *) usage ;;
    esac
}

missing_packages() {
    local package status
    for package in "${packages[@]}"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [[ $status == installed ]] || printf '%s\n' "$package"
    done
}

# True when the tools are there although no package manager of ours put them there.
have_tools() {
    command -v cmake >/dev/null && command -v ninja >/dev/null \
        && { command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null; }
}

name_packages() {
    say "This system has no apt. Trunkline needs a C++20 compiler, CMake 3.22, Ninja, Qt 6.4.2 or later with WebSockets"
    say "and HttpServer, simdjson 3, tl-expected 1.0 and yaml-cpp 0.7; for the window Qt's Svg, Charts and lrelease; for users' tokens libjwt 1"
    say "and OpenSSL 3; for several hubs hiredis. In the words of the common package managers (not tried here):"
    say "  Fedora    sudo dnf install gcc-c++ cmake ninja-build ccache qt6-qtbase-devel qt6-qtwebsockets-devel \\"
    say "                qt6-qthttpserver-devel qt6-qtsvg-devel qt6-qtcharts-devel qt6-linguist simdjson-devel expected-devel \\"
    say "                yaml-cpp-devel libjwt-devel openssl-devel hiredis-devel"
    say "  Arch      sudo pacman -S --needed base-devel cmake ninja ccache qt6-base qt6-websockets qt6-httpserver \\"
    say "                qt6-svg qt6-charts qt6-tools simdjson tl-expected yaml-cpp libjwt openssl hiredis"
    say "  openSUSE  sudo zypper install gcc-c++ cmake ninja ccache qt6-base-devel qt6-websockets-devel \\"
    say "                qt6-httpserver-devel qt6-svg-devel qt6-charts-devel qt6-sql-sqlite simdjson-devel yaml-cpp-devel \\"
    say "                libjwt-devel libopenssl-devel hiredis-devel; tl-expected from its source"
    say "  macOS     brew install cmake ninja ccache qt simdjson tl-expected yaml-cpp openssl@3 hiredis"
    say "  Windows   vcpkg install, which reads vcpkg.json; ./run.ps1 does it"
    if [[ $1 == test ]]; then
        say "The tests also want: python3 with websockets, jsonschema, requests, jwt and yaml, node with ws, curl, redis-server, clang with"
        say "libFuzzer, gcovr; more where docs/development.md says so."
    fi
    if have_tools; then
        say "CMake, Ninja and a compiler are here: going on. CMake names what is still missing."
        return 0
    fi
    say "Then run this command again."
    return 1
}

# A person sees apt at work; a log gets apt's output only when it failed.
shown() {
    local output status=0
    if [[ -t 2 ]]; then
        "$@" >&2
        return
    fi
    output=$("$@" 2>&1) || status=$?
    [[ $status -eq 0 ]] || printf '%s\n' "$output" >&2
    return "$status"
}

install_packages() {
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            say "Missing packages, and neither root nor sudo to install them. As root:"
            say "  apt-get install --no-install-recommends $*"
            return 1
        fi
        as_root=(sudo)
    fi
    say "Installing: $*"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    # The lists of a fresh image are empty, those of an old one point at files that are gone.
    shown "${apt[@]}" update || { sleep 3; shown "${apt[@]}" update; } || say "apt-get update failed: trying with the lists at hand."
    shown "${apt[@]}" install --no-install-recommends "$@"
}

# The validator of OpenAPI documents and the linter of Dockerfiles are on npm only; their versions and hashes stand in the lock file.
# Without npm their tests are skipped.
install_from_npm() {
    local folder stamp
    folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/web" && pwd)
    stamp=$folder/node_modules/.trunkline-lock
    cmp -s "$folder/package-lock.json" "$stamp" && return 0
    command -v npm >/dev/null || return 0
    shown npm ci --prefix "$folder" --no-audit --no-fund --ignore-scripts || { say "npm ci failed: the OpenAPI validator and the Dockerfile linter are missing"; return 0; }
    cp "$folder/package-lock.json" "$stamp"
}

main() {
    if [[ ${1:-} == list ]]; then
        select_packages "${2:-}"
        printf '%s\n' "${packages[@]}"
        return 0
    fi
    select_packages "${1:-}"
    [[ -z ${TRUNKLINE_SKIP_SETUP:-} ]] || return 0
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        have_tools && [[ -n ${TRUNKLINE_QUIET_SETUP:-} ]] && return 0
        name_packages "$1"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
    [[ $1 != test ]] || install_from_npm
}

main "$@"
