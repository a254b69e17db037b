#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds and tests Trunkline in a clean Debian: proves the package lists and the Qt version of that release.
#
#   tests/distro.sh bookworm|trixie [--root DIR] [--worktree] [--packages-only]
#   tests/distro.sh bookworm|trixie --root DIR --shell [COMMAND …]
#   tests/distro.sh bookworm --container        takes the steps of the Dockerfile in two clean roots, starts what it says, asks for its health
#   tests/distro.sh bookworm --packages [DIR]   installs the .debs of DIR (build/release/packages: cd build/release && cpack -G DEB), runs them
#   tests/distro.sh --packages [DIR]            that in a clean Debian 12, then builds and tests in a clean Debian 13
#
#   --root DIR        keep the Debian root there and use it again next time (default: a temporary one, removed at the end); for both: DIR-bookworm
#                     and DIR-trixie
#   --worktree        test the files as they are, not the last commit
#   --packages-only   stop after tools/setup.sh
#   --shell           enter the root, in /src; with a command: run that
#   DEBIAN_MIRROR     the mirror; default: the one this machine's apt uses
#
# Needs root, debootstrap and git. All mounts live in a mount namespace of their own and end with it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf '== %s\n' "$*" >&2; }
die() { printf 'distro.sh: %s\n' "$*" >&2; exit 2; }

suite='' root='' worktree=no packages_only=no shell=no shell_command=() packages='' container=no
while [[ $# -gt 0 ]]; do
    case "$1" in
        bookworm | trixie) suite=$1 ;;
        --root) [[ $# -ge 2 ]] || die "--root wants a directory"; root=$2; shift ;;
        --worktree) worktree=yes ;;
        --packages-only) packages_only=yes ;;
        --packages)
            packages=$here/build/release/packages
            if [[ $# -ge 2 && $2 != -* ]]; then packages=$2; shift; fi ;;
        --container) container=yes ;;
        --shell) shell=yes; shift; shell_command=("$@"); break ;;
        -h | --help) sed -n '3,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) die "unknown argument: $1" ;;
    esac
    shift
done
if [[ -z $suite && -n $packages ]]; then
    # Each in a root of its own, the second one even when the first one failed.
    again=() status=0
    [[ $worktree == no ]] || again+=(--worktree)
    "${BASH_SOURCE[0]}" bookworm --packages "$packages" ${root:+--root "$root-bookworm"} || status=$?
    "${BASH_SOURCE[0]}" trixie "${again[@]}" ${root:+--root "$root-trixie"} || status=$?
    exit "$status"
fi
[[ -n $suite ]] || die "which one: bookworm or trixie?"
[[ $(id -u) -eq 0 ]] || die "must run as root (chroot and mounts)"
for tool in debootstrap git unshare chroot; do
    command -v "$tool" >/dev/null || die "$tool is missing: apt-get install debootstrap git util-linux"
done

temporary=no
if [[ -z $root ]]; then
    [[ $shell == no ]] || die "--shell wants --root"
    root=$(mktemp -d "${TMPDIR:-/tmp}/trunkline-$suite.XXXXXX")
    temporary=yes
fi
root=$(realpath -m "$root")
[[ $root != / ]] || die "not into /"
# shellcheck disable=SC2317  # called by the trap
clean_up() { [[ $temporary == no ]] || rm -rf --one-file-system "$root"; }
trap clean_up EXIT

# Runs a command inside the root: its own mount and PID namespace, so nothing stays mounted and nothing keeps running.
inside() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount --propagation private --pid --fork --kill-child bash -euc '
        root=$1; shift
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=755 tmpfs "$root/dev"
        mkdir -p "$root/dev/pts" "$root/dev/shm"
        for node in null zero full random urandom tty; do
            : > "$root/dev/$node"
            mount --bind "/dev/$node" "$root/dev/$node"
        done
        mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
        ln -s pts/ptmx "$root/dev/ptmx"
        ln -s /proc/self/fd "$root/dev/fd"
        mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
        exec chroot "$root" /usr/bin/env -i HOME=/var/tmp TERM="${TERM:-dumb}" LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c "cd /src 2>/dev/null || cd /; exec \"\$@\"" inside "$@"
    ' inside "$root" "$@"
}

mirror() {
    if [[ -n ${DEBIAN_MIRROR:-} ]]; then
        printf '%s\n' "$DEBIAN_MIRROR"
        return
    fi
    # shellcheck disable=SC2016  # fields of apt, not of the shell
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1
}

make_root() {
    if [[ -e $root/etc/debian_version && ! -e $root/debootstrap ]]; then
        say "using $root again"
    else
        local from
        from=$(mirror)
        [[ -n $from ]] || die "no Debian mirror among apt's sources (run apt-get update), set DEBIAN_MIRROR"
        say "debootstrap $suite into $root"
        mkdir -p "$root"
        debootstrap --variant=minbase "$suite" "$root" "$from" > "$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; die "debootstrap failed"; }
        rm -f "$root.log"
    fi
    # Proxy and clock options of this machine's apt hold in there too.
    apt-config dump | grep -E '^Acquire::(https?::|Check-)' > "$root/etc/apt/apt.conf.d/90host" || true
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

copy_source() {
    rm -rf "$root/src.new"
    mkdir -p "$root/src" "$root/src.new"
    if [[ $worktree == yes ]]; then
        (cd "$here" && git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -c) | tar -x -m -C "$root/src.new"
    else
        git -C "$here" archive HEAD | tar -x -m -C "$root/src.new"
    fi
    # A build from last time stays; the files are new to it, but its compiler cache knows most of them.
    [[ ! -d $root/src/build ]] || mv "$root/src/build" "$root/src.new/build"
    rm -rf "$root/src"
    mv "$root/src.new" "$root/src"
}

if [[ $shell == yes ]]; then
    [[ -d $root/usr ]] || die "$root is no Debian root: make it first, without --shell"
    [[ ${#shell_command[@]} -gt 0 ]] || shell_command=(bash -l)
    inside "${shell_command[@]}"
    exit
fi

# What a person does who got the .debs: apt installs them with what they need, the unit's command answers, the programs start.
try_packages() {
    mkdir -p "$root/var/tmp/debs"
    cp "$packages"/*.deb "$root/var/tmp/debs/"
    if ! inside bash -c 'apt-get -q update && apt-get -q -y install --no-install-recommends /var/tmp/debs/*.deb' > "$root.log" 2>&1; then
        tail -n 30 "$root.log" >&2
        die "apt could not install the packages"
    fi
    rm -f "$root.log"
    say "installed"
    # shellcheck disable=SC2016  # all of it is for the shell inside
    inside bash -euc '
        unit=/lib/systemd/system/trunkline.service
        grep -q "^ExecStart=/usr/bin/trunkline serve$" "$unit"
        [[ -s /usr/share/man/man1/trunkline-serve.1 && -s /usr/share/doc/trunkline/copyright ]]
        bash -n /usr/share/bash-completion/completions/trunkline
        cd /var/tmp
        $(sed -n s/^ExecStart=//p "$unit") --port 0 --ready-file ready.json & hub=$!
        trap "kill $hub" EXIT
        for ((i = 0; i < 600; i++)); do [[ ! -e ready.json ]] || break; sleep 0.1; done
        port=$(sed -E "s/.*\"port\": ?([0-9]+).*/\1/" ready.json | tr -dc 0-9)
        exec 3<> "/dev/tcp/127.0.0.1/$port"
        printf "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" >&3
        answer=$(cat <&3)
        printf "%s\n" "$answer" | tail -n 1
        [[ $answer == *healthy* ]]
        trunkline connect --hub "http://127.0.0.1:$port" --user alice --echo --count 1 > /dev/null & listener=$!
        for ((i = 0; i < 100; i++)); do
            trunkline send --hub "http://127.0.0.1:$port" --user alice --message "from the package" 2> /dev/null && break
            sleep 0.1
        done
        wait $listener
        kill $hub; wait $hub; trap - EXIT
        if [[ -e /usr/bin/trunkline-desktop ]]; then
            QT_QPA_PLATFORM=offscreen trunkline-desktop --version
            [[ -s /usr/share/man/man1/trunkline-desktop.1 && -s /usr/share/doc/trunkline-desktop/copyright ]]
            # The window itself, over a hub of its own.
            QT_QPA_PLATFORM=offscreen trunkline-desktop --port 0 --ready-file window.json & window=$!
            for ((i = 0; i < 600; i++)); do [[ ! -e window.json ]] || break; sleep 0.1; done
            trunkline push --hub "$(sed -E "s/.*\"url\": ?\"([^\"]*)\".*/\1/" window.json | tr -d "\n")" --user nobody --message hi --json || true
            kill $window; wait $window
        fi
    '
    # Removed, nothing of them stays; what hubs have written does.
    inside bash -euc '
        touch /var/tmp/kept.trunk
        apt-get -q -y purge trunkline "trunkline-desktop*" > /var/tmp/purged 2>&1 || { cat /var/tmp/purged; exit 1; }
        ! command -v trunkline && [[ ! -e /lib/systemd/system/trunkline.service && ! -e /usr/share/doc/trunkline && -e /var/tmp/kept.trunk ]]
    '
    say "$suite: the packages work"
}

# Runs the stages of the Dockerfile one after the other, each in a copy of the clean root; then the image's own command as its user.
try_container() {
    local reader=$here/tests/support/dockerfile.py base=$root stage root user directory environment entrypoint health
    for stage in build final; do
        root=$base.$stage
        rm -rf --one-file-system "$root"
        cp -a "$base" "$root"
        mkdir -p "$root/context" "$root/from"
        git -C "$here" archive HEAD | tar -x -m -C "$root/context"
        [[ $stage == build ]] || { mkdir -p "$root/from/build/build"; cp -a "$base.build/build/packages" "$root/from/build/build/"; }
        say "stage $stage"
        inside bash -c "$(python3 "$reader" "$here/Dockerfile" steps "$stage")" > "$root.log" 2>&1 || { tail -n 30 "$root.log" >&2; die "stage $stage failed"; }
        rm -rf "$root/context" "$root/from" "$root.log"
    done
    eval "$(python3 "$reader" "$here/Dockerfile" facts)"
    say "$(du -sm "$root" | cut -f1) MB; starting ${entrypoint[*]} as user $user"
    # shellcheck disable=SC2016  # all of it is for the shell inside
    inside bash -euc '
        cd "$1"; user=$2 health=$3; shift 3
        setpriv --reuid "$user" --regid "$user" --clear-groups env "$@" > /tmp/said 2>&1 & hub=$!
        trap "kill $hub" EXIT
        for ((i = 0; i < 300; i++)); do
            setpriv --reuid "$user" --regid "$user" --clear-groups $health 2> /dev/null && break
            sleep 0.1
        done
        [[ $i -lt 300 ]]
        cat /tmp/said
        grep -Eq "^  trunkline-desktop --attach http://127.0.0.1:8080 --token [0-9a-f]{48}$" /tmp/said
        kill $hub; wait $hub; trap - EXIT
        ! setpriv --reuid "$user" --regid "$user" --clear-groups $health 2> /dev/null
    ' inside "$directory" "$user" "${health[*]}" "${environment[@]}" "${entrypoint[@]}"
    rm -rf --one-file-system "$base.build" "$base.final"
    say "$suite: the Dockerfile's steps work"
}

started=$SECONDS
make_root
if [[ $container == yes ]]; then
    try_container
    exit 0
fi
if [[ -n $packages ]]; then
    compgen -G "$packages/*.deb" > /dev/null || die "no .deb in $packages"
    try_packages
    exit 0
fi
copy_source
say "packages after $((SECONDS - started)) s"
inside tools/setup.sh test
# shellcheck disable=SC2016  # dpkg's fields
inside dpkg-query -W -f '${Package} ${Version}\n' qt6-base-dev g++ cmake libsimdjson-dev libexpected-dev >&2
if [[ $packages_only == yes ]]; then
    say "$suite: packages installed after $((SECONDS - started)) s"
    exit 0
fi
say "build and tests after $((SECONDS - started)) s"
status=0
inside ./test.sh --fast || status=$?
say "$suite: exit code $status after $((SECONDS - started)) s"
exit "$status"
