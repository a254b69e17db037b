#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Trunkline and runs every test. The last line says how many passed and failed.
#
#   ./test.sh              with AddressSanitizer, LeakSanitizer and UBSan; as released; fuzz targets 15 s each
#   ./test.sh --fast       as released only
#   ./test.sh --full       adds ThreadSanitizer, the tests labelled `long`, and fuzzes 60 s each
#   ./test.sh --coverage   HTML in build/coverage/html; fails when less than 90 % of the lines of hub/ ran
#   ./test.sh -R regex     this and every further argument goes to ctest; no fuzzing then
#
# User interface tests need no display: they run with QT_QPA_PLATFORM=offscreen, unless you set another one.
# Exit code: 0 all passed, 1 something failed, 2 the packages are missing.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jobs=$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
passed=0 failed=0 skipped=0
failures=()

mode=normal
ctest_args=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --fast | --full | --coverage) mode=${1#--} ;;
        -h | --help) sed -n '3,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) ctest_args=("$@"); break ;;
    esac
    shift
done

heading() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }
fail() { failed=$((failed + 1)); failures+=("$1"); }

# Ends what hangs; plain on systems without timeout(1).
within() {
    local seconds=$1
    shift
    if command -v timeout >/dev/null; then timeout -k 10 "$seconds" "$@"; else "$@"; fi
}

# build PRESET [TARGET …]: quiet into a log; the log's end is shown when it failed.
build() {
    local preset=$1 log=$root/build/$1/test.log build=(cmake --build "$root/build/$1")
    shift
    [[ $# -eq 0 ]] || build+=(--target "$@")
    mkdir -p "${log%/*}"
    heading "build $preset"
    if "$root/tools/configure.sh" "$preset" > "$log" 2>&1 && with_lock "$preset" "${build[@]}" >> "$log" 2>&1; then
        return 0
    fi
    grep -n -m 20 -E 'error|Error|FAILED' "$log" || true
    tail -n 30 "$log"
    echo "The build failed; its log is build/$preset/test.log"
    fail "build $preset"
    return 1
}

# ./run.sh builds in build/release too.
with_lock() {
    local preset=$1
    shift
    if command -v flock >/dev/null; then flock -o "$root/build/$preset/run.lock" "$@"; else "$@"; fi
}

# run_ctest PRESET SECONDS ARGUMENT …
run_ctest() {
    local preset=$1 limit=$2 status=0 report=$root/build/$1/ctest.xml suite tests failing disabled missing
    shift 2
    # Integration tests wait more than they work: two for each core.
    local command=(ctest --test-dir "$root/build/$preset" --output-on-failure --no-tests=error -j "$((2 * jobs))" --timeout 120
                   --output-junit "$report" "$@")
    rm -f "$report"
    heading "test $preset"
    within "$limit" "${prefix[@]}" "${command[@]}" ${ctest_args[@]+"${ctest_args[@]}"} || status=$?
    suite=$(tr '\n\t' '  ' < "$report" 2>/dev/null | grep -o '<testsuite [^>]*>' | head -n 1)
    if [[ -z $suite ]]; then
        fail "ctest $preset (exit code $status, no report)"
        return
    fi
    number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$suite"; }
    tests=$(number tests) failing=$(number failures) disabled=$(number disabled) missing=$(number skipped)
    passed=$((passed + tests - failing - disabled - missing))
    failed=$((failed + failing))
    skipped=$((skipped + disabled + missing))
    if [[ $failing -gt 0 ]]; then
        failures+=("$preset: $(cut -d: -f2- "$root/build/$preset/Testing/Temporary/LastTestsFailed.log" | tr '\n' ' ')")
    elif [[ $status -ne 0 ]]; then
        fail "ctest $preset (exit code $status)"
    fi
}
prefix=(env)

fuzz_one() {
    local name=$1 seconds=$2 short=${1#fuzz_} seeds
    local corpus=$root/build/fuzz/corpus/$name crashes=$root/build/fuzz/crashes
    local command=("$root/build/fuzz/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048
                   -print_final_stats=1 -artifact_prefix="$crashes/$name-")
    mkdir -p "$corpus" "$crashes"
    [[ ! -e $root/tests/fuzz/$name.dict ]] || command+=("-dict=$root/tests/fuzz/$name.dict")
    command+=("$corpus")
    for seeds in "$root/tests/fuzz/seeds/$name" "$root/tests/fuzz/seeds/$short"; do
        [[ ! -d $seeds ]] || command+=("$seeds")
    done
    within $((seconds + 45)) "${command[@]}" > "$root/build/fuzz/$name.log" 2>&1
}

run_fuzzers() {
    local seconds=$1 name names=() pids=() index
    for name in "$root"/tests/fuzz/fuzz_*.cpp; do
        [[ ! -e $name ]] || { name=${name##*/}; names+=("${name%.cpp}"); }
    done
    if [[ ${#names[@]} -eq 0 ]]; then
        heading "fuzz: no targets in tests/fuzz"
        return
    fi
    build fuzz "${names[@]}" || return
    heading "fuzz ${#names[@]} targets, $seconds s each, $jobs at a time"
    for ((index = 0; index < ${#names[@]}; index++)); do
        fuzz_one "${names[index]}" "$seconds" &
        pids+=($!)
        # Wait for the oldest of a full set before the next one starts.
        if ((index + 1 >= jobs)); then settle_fuzzer "${names[index + 1 - jobs]}" "${pids[index + 1 - jobs]}"; fi
    done
    for ((index = ${#names[@]} < jobs ? 0 : ${#names[@]} + 1 - jobs; index < ${#names[@]}; index++)); do
        settle_fuzzer "${names[index]}" "${pids[index]}"
    done
}

settle_fuzzer() {
    local name=$1 log=$root/build/fuzz/$1.log
    if wait "$2"; then
        passed=$((passed + 1))
        printf '  %-28s %s runs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    else
        fail "$name"
        tail -n 40 "$log"
        echo "$name failed; its log is build/fuzz/$name.log, the input is in build/fuzz/crashes/"
    fi
}

run_coverage() {
    local html=$root/build/coverage/html
    build coverage || return
    find "$root/build/coverage" -name '*.gcda' -delete
    run_ctest coverage 600 -LE long
    heading "coverage of hub/"
    if ! command -v gcovr >/dev/null; then
        fail "coverage (gcovr is missing)"
        return
    fi
    rm -rf "$html"
    mkdir -p "$html"
    if gcovr --root "$root" --filter "$root/hub/" --exclude-throw-branches --exclude-unreachable-branches -j "$jobs" \
        --html-details "$html/index.html" --print-summary --fail-under-line 90 "$root/build/coverage"; then
        passed=$((passed + 1))
    else
        fail "coverage (under 90 % of the lines of hub/, or gcovr failed)"
    fi
    echo "HTML: build/coverage/html/index.html"
}

set_environment() {
    export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
    export QTEST_FUNCTION_TIMEOUT=${QTEST_FUNCTION_TIMEOUT:-110000}     # ms; before ctest's 120 s, and with a name
    export NODE_PATH=${NODE_PATH:-/usr/share/nodejs:/usr/lib/nodejs}
    export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:allow_addr2line=1}
    export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
    local tsan=halt_on_error=0:second_deadlock_stack=1:ignore_noninstrumented_modules=1:die_after_fork=0
    [[ ! -e $root/tests/tsan.supp ]] || tsan+=":suppressions=$root/tests/tsan.supp"
    export TSAN_OPTIONS=${TSAN_OPTIONS:-$tsan}
    [[ ! -e $root/tests/lsan.supp ]] || export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$root/tests/lsan.supp}
    # Neither settings nor proxies of this shell, nor a hub that runs on this desk, may change a result.
    unset HOST PORT DEBUG LOG_LEVEL LOG_FORMAT TRUNKLINE_HUB
    export no_proxy='*' NO_PROXY='*'
    XDG_RUNTIME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/trunkline-test.XXXXXX") || exit 1
    export XDG_RUNTIME_DIR
    chmod 700 "$XDG_RUNTIME_DIR"
    trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
    ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || ulimit -Sn 8192 2>/dev/null || true
}

summary() {
    heading "done"
    local failure
    for failure in ${failures[@]+"${failures[@]}"}; do echo "failed: $failure"; done
    [[ $skipped -eq 0 ]] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [[ $failed -eq 0 && $passed -gt 0 ]]
}

"$root/tools/setup.sh" test || exit 2
set_environment

case $mode in
    coverage)
        run_coverage
        ;;
    fast)
        build release && run_ctest release 600 -LE long
        ;;
    normal)
        build asan && run_ctest asan 600 -LE long
        # The variants of the integration tests (no fast lane, no epoll) ran with the sanitizers just now.
        build release && run_ctest release 300 -LE 'long|lanes'
        [[ ${#ctest_args[@]} -gt 0 ]] || run_fuzzers 15
        ;;
    full)
        build asan && run_ctest asan 1200 -LE long
        build release && run_ctest release 3600
        # gcc 12's ThreadSanitizer cannot live with as much address randomisation as newer kernels make.
        if build tsan; then
            if command -v setarch >/dev/null && setarch "$(uname -m)" -R true 2>/dev/null; then prefix=(setarch "$(uname -m)" -R); fi
            run_ctest tsan 2400 -LE long
            prefix=(env)
        fi
        [[ ${#ctest_args[@]} -gt 0 ]] || run_fuzzers 60
        ;;
esac
summary
