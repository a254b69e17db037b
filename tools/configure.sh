#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/configure.sh PRESET: configures build/PRESET when that is needed, and only then.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${1:?which preset}
build=$root/build/$preset

if [[ -e $build/CMakeCache.txt ]]; then
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt")
    # The checkout was moved or copied: CMake would refuse.
    [[ $home == "$root" ]] || rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles" "$build/build.ninja"
fi
# Ninja runs CMake again by itself when a CMakeLists.txt changed, but it does not know the presets.
if [[ -e $build/build.ninja && $build/build.ninja -nt $root/CMakePresets.json ]]; then
    exit 0
fi
if command -v ccache >/dev/null; then
    # Checkouts share what they compiled: paths below this one count as relative. The rest is what precompiled headers want;
    # they have 160 MB each, so the inode cache spares hashing them for every file.
    shared="env;CCACHE_BASEDIR=$root;CCACHE_NOHASHDIR=1;CCACHE_INODECACHE=1"
    shared+=";CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;ccache"
    export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER:-$shared}
fi
cd "$root"
exec cmake --preset "$preset"
