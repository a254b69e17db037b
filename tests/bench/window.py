#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the window: what it costs the hub, its longest events, its start, its filter, its memory. See window.sh."""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
WINDOW = BUILD / "tests" / "bench" / "trunkline-bench-window"
LOAD = BUILD / "tests" / "bench" / "trunkline-bench"
DESKTOP = BUILD / "app" / "desktop" / "trunkline-desktop"
PARTS = ["cpu", "events", "try", "eyes", "filter", "start", "memory"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def environment(platform="offscreen"):
    env = dict(os.environ, QT_QPA_PLATFORM=platform, QT_QPA_PLATFORMTHEME="", LC_ALL="C.UTF-8", no_proxy="*")
    for name in ("HOST", "PORT", "DEBUG", "LOG_LEVEL", "LOG_FORMAT"):
        env.pop(name, None)
    return env


class Host:
    """A hub in a process of its own, with a window or without."""

    def __init__(self, state, *arguments):
        self.process = subprocess.Popen([str(WINDOW), "host", state, *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=environment())
        first = json.loads(self.process.stdout.readline())
        self.port, self.pid = first["port"], first["pid"]

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def pss_mib(self):
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write("quit\n")
            self.process.stdin.flush()
        self.process.wait(60)


def load_command(host, **options):
    command = [str(LOAD), "--port", str(host.port), "--pid", str(host.pid), "--thread", "hub"]
    for name, value in options.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    return command


def push(host, **options):
    result = subprocess.run(load_command(host, **options), capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        sys.exit(f"trunkline-bench: {result.stderr}")
    return json.loads(result.stdout)


def measure_cpu(options, rows):
    """The hub thread's CPU for a message, closed and open by turns; medians, and the median of the rounds' ratios."""
    for users in options.users:
        found = {"closed": [], "open": [], "traffic": []}
        rates = {"closed": [], "open": [], "traffic": []}
        for round_number in range(options.rounds):
            for state in found:
                with Host("closed" if state == "closed" else "open") as host:
                    if state == "traffic":
                        host.ask("page traffic")
                    result = push(host, users=users, seconds=options.seconds)
                found[state].append(result["load"]["server_cpu_us_per_message"])
                rates[state].append(result["load"]["messages_per_second"])
            say(f"  {users} users, round {round_number + 1}: " + ", ".join(f"{state} {values[-1]:.2f}" for state, values in found.items()))
        for state in ("open", "traffic"):
            ratio = statistics.median(a / b for a, b in zip(found[state], found["closed"]))
            page = "exchanges" if state == "open" else "traffic"
            rows.append((f"hub thread, push to {users:,} users, CPU a message: closed, open on {page}",
                         f"{statistics.median(found['closed']):.2f}, {statistics.median(found[state]):.2f} µs", f"×{ratio:.3f}", "×1.10"))


def measure_events(options, rows):
    """Everything a person does, while messages for 10,000 sessions come and 100,000 are in the journal."""
    sessions = options.sessions
    with Host("open") as host:
        load = subprocess.Popen(load_command(host, users=sessions, seconds=options.exercise_seconds, warmup=0, publishers=4),
                                stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            state = host.ask("report")
            if state["sessions"] >= sessions and state["messages"] >= 99_000:
                break
            time.sleep(0.5)
        say(f"  {state['sessions']} sessions, {state['messages']} messages; exercising")
        host.ask("forget")
        under_load = host.ask("exercise 250")
        sent = load.communicate()[0]
        host.ask("forget")
        at_rest = host.ask("exercise 100")
    for name, found in (("under the push load", under_load), ("at rest", at_rest)):
        rows.append((f"longest event of the GUI thread {name}, {sessions:,} sessions, {state['messages']:,} messages",
                     f"{found['longest_cpu_ms']:.1f} ms of CPU, {found['longest_wall_ms']:.1f} ms on the clock", f"of {found['events']:,} events", "50 ms of CPU"))
        for slow in sorted(found["slow"], key=lambda entry: -entry["cpu_ms"])[:8]:
            say(f"    {slow['cpu_ms']:6.1f} ms  ×{slow['count']}  {slow['event']}")
    if sent:
        say(f"  {json.loads(sent)['load']['messages_per_second']:.0f} messages a second meanwhile")


def run_window(*arguments):
    result = subprocess.run([str(WINDOW), *map(str, arguments)], capture_output=True, text=True, env=environment(), check=False)
    if not result.stdout:
        sys.exit(f"trunkline-bench-window {arguments}: {result.stderr}")
    return json.loads(result.stdout)


def measure_try(options, rows):
    runs = [run_window("try") for _ in range(options.rounds)]
    shown, whole = (sorted(run[key] for run in runs)[len(runs) // 2] for key in ("shown_ms", "whole_ms"))
    if not all(run["ok"] for run in runs):
        sys.exit("Try it did not show demo_bot's timeline")
    say(f"  {runs[0]['sentence']}")
    rows.append(("Try it: timeline in sight, whole timeline", f"{shown} ms, {whole} ms", "names demo_bot", "2,000 ms"))


def measure_eyes(options, rows):
    users = min(10_000, (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 300) // 2)
    run = run_window("eyes", users)
    rows.append((f"a message under the eyes, demo with {users:,} users", f"{run['changes']} changes while {run['sessions']:,} sessions and "
                 f"{run['messages']:,} messages came", f"longest event {run['longest_cpu_ms']:.1f} ms", "no change"))


def measure_filter(options, rows):
    run = run_window("filter", options.entries)
    for found in run["filters"]:
        rows.append((f"filter of {run['entries']:,} entries: `{found['filter']}`", f"{found['ms']:,} ms on the clock, {found['cpu_ms']:,.0f} ms of CPU on all cores",
                     f"{found['progress']} times progress, longest event {found['longest_cpu_ms']:.1f} ms", "1,000 ms"))


def cpu_ms(pid):
    """CPU time that all threads of a process have used."""
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e6


def first_paint(env):
    """From before the program is started until it says that it has painted: ms on the clock, ms of CPU."""
    with tempfile.TemporaryDirectory() as home:
        env = dict(env, HOME=home, XDG_CONFIG_HOME=home, XDG_RUNTIME_DIR=home, LOG_LEVEL="DEBUG")
        start = time.monotonic()
        process = subprocess.Popen([str(DESKTOP), "--port", "0"], stderr=subprocess.PIPE, text=True, env=env, cwd=home)
        try:
            for line in process.stderr:
                if "First paint" in line:
                    return (time.monotonic() - start) * 1000, cpu_ms(process.pid)
        finally:
            process.terminate()
            process.wait(20)
    sys.exit("trunkline-desktop did not paint")


@contextlib.contextmanager
def display():
    process = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield ":" + process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(20)


def measure_start(options, rows):
    def row(name, env):
        found = sorted(first_paint(env) for _ in range(options.rounds + 2))
        wall, cpu = found[len(found) // 2][0], statistics.median(cpu for _, cpu in found)
        rows.append((f"start to first paint, {name}", f"{wall:.0f} ms on the clock ({found[0][0]:.0f} to {found[-1][0]:.0f})", f"{cpu:.0f} ms of CPU", "500 ms"))

    row("offscreen", environment())
    if shutil.which("Xvfb"):
        with display() as name:
            row("X11 (Xvfb)", dict(environment("xcb"), DISPLAY=name))


def measure_memory(options, rows):
    """Fills the journal's bound several times over: what the process grew by, after one, two and four times."""
    limit = options.limit
    with Host("open", 1_000_000, limit) as host:
        host.ask("page traffic")
        before = host.pss_mib()
        grown, sent = [], 0
        for fillings in (1, 1, 2):
            size = 4096
            wanted = fillings * limit * 1024 * 1024 / size
            while sent < wanted:
                sent += push(host, users=50, seconds=2, warmup=0, payload=size)["load"]["messages"] * 2     # in and out
            sent = 0
            time.sleep(1)
            grown.append(host.pss_mib() - before)
    rows.append((f"memory of hub and window, JOURNAL_BYTES {limit} MiB, after 1, 2 and 4 fillings", ", ".join(f"+{g:.0f}" for g in grown) + " MiB",
                 f"{grown[-1] / limit:.1f} times the limit", "does not grow on"))


def build():
    say("building the bench preset")
    subprocess.run([str(ROOT / "tools" / "configure.sh"), "bench"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(BUILD), "--target", "trunkline-bench-window", "trunkline-bench", "trunkline-desktop"],
                   check=True, stdout=subprocess.DEVNULL)


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{model.group(1) if model else 'unknown processor'}, {os.cpu_count()} cores, {datetime.date.today():%d %B %Y}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="window.sh")
    parser.add_argument("--parts", default=",".join(PARTS), help="which of " + ", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each push load")
    parser.add_argument("--users", type=lambda text: [int(n) for n in text.split(",")], default=[100, 1000])
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--exercise-seconds", type=float, default=60)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--limit", type=int, default=32, help="MiB of journal in the memory part")
    parser.add_argument("--no-build", action="store_true")
    options = parser.parse_args()
    if not options.no_build:
        build()
    rows = []
    for part in options.parts.split(","):
        say(part)
        globals()["measure_" + part](options, rows)
    print(f"{machine()}. Medians of {options.rounds} rounds.\n")
    print("| what | measured | | wanted: at most |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
