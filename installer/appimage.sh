#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Lays a release build out as an AppDir: the programs with Qt and every other library, to run on any Linux whose glibc is as new.
#
#   installer/appimage.sh BUILD DIR       BUILD: build/release with both programs; DIR: made anew
#
# Where appimagetool is in PATH it also packs DIR into one file beside it. DIR/AppRun starts the window; DIR/AppRun serve, push … the
# headless program, as does a link to it whose name is trunkline.
set -euo pipefail

[[ $# -eq 2 ]] || { sed -n '3,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
build=$1 dir=$2
[[ ! -e $dir ]] || rm -r -- "$dir"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
cmake --install "$build" --prefix "$dir/usr" --strip > /dev/null
libraries=$dir/usr/lib
mkdir -p "$libraries" "$dir/usr/plugins"

# What every desktop has, in a version that fits its kernel, driver and fonts: the AppImage project's own list, shortened.
in_system='^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|stdc\+\+|gcc_s|GL|GLX|EGL|GLdispatch|OpenGL|drm|gbm|X11|X11-xcb|xcb|xcb-dri[23]|wayland-client|fontconfig|freetype|z|expat|uuid|asound))\.so'

# Copies the libraries that a program or a library needs.
take_libraries() {
    ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | while read -r library; do
        name=${library##*/}
        [[ ! $name =~ $in_system && ! -e $libraries/$name ]] || continue
        cp -L "$library" "$libraries/$name"
    done
}

take_libraries "$dir/usr/bin/trunkline"
take_libraries "$dir/usr/bin/trunkline-desktop"
plugins=$(qtpaths6 --query QT_INSTALL_PLUGINS 2> /dev/null || qmake6 -query QT_INSTALL_PLUGINS)
for plugin in platforms/libqxcb.so platforms/libqoffscreen.so platforms/libqwayland-generic.so xcbglintegrations/libqxcb-glx-integration.so \
        tls/libqopensslbackend.so sqldrivers/libqsqlite.so iconengines/libqsvgicon.so imageformats/libqsvg.so; do
    [[ -e $plugins/$plugin ]] || continue
    install -D -m 644 "$plugins/$plugin" "$dir/usr/plugins/$plugin"
    take_libraries "$plugins/$plugin"
done
# Qt's TLS plugin opens these by name.
for library in libssl.so.3 libcrypto.so.3; do
    found=$(ldconfig -p | awk -v name="$library" '$1 == name && /x86-64|AArch64/ {print $NF; exit}')
    [[ -z $found || -e $libraries/$library ]] || cp -L "$found" "$libraries/$library"
done
printf '[Paths]\nPrefix = ..\nPlugins = plugins\n' > "$dir/usr/bin/qt.conf"

cat > "$dir/AppRun" <<'RUN'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/usr/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
program=trunkline-desktop
case "$(basename "${ARGV0:-$0}")" in trunkline) program=trunkline ;; esac
# A word that is no file and no flag is a subcommand of the headless program.
case "${1:-}" in '' | -*) ;; *) [ -e "$1" ] || program=trunkline ;; esac
exec "$here/usr/bin/$program" "$@"
RUN
chmod 755 "$dir/AppRun"
cp "$dir/usr/share/applications/org.trunkline.Trunkline.desktop" "$dir/usr/share/icons/hicolor/256x256/apps/org.trunkline.Trunkline.png" "$dir/"
ln -s org.trunkline.Trunkline.png "$dir/.DirIcon"
if command -v appimagetool > /dev/null; then
    appimagetool "$dir" "${dir%/}.AppImage" >&2
else
    echo "$dir is laid out; appimagetool, which is not here, would pack it" >&2
fi
