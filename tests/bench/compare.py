#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Trunkline and its peers through the same work, interleaved, and prints one table. Start it with compare.sh."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
import servers                                                                          # noqa: E402

VARIANTS = {"fast-lane-off": {"FAST_LANE": "off"}, "epoll-off": {"EPOLL": "off"},
            "both-off": {"FAST_LANE": "off", "EPOLL": "off"}, "journal-off": {"JOURNAL_ENTRIES": "0"}}
WORKLOADS = ["push", "batch", "send", "fanout", "idle", "payload", "batchsize"]
PAYLOADS = [64, 1024, 16384, 65536, 1048576]
BATCH_SIZES = [1, 10, 100, 1000]
RATIOS = ["nchan", "fastapi", "floor"]


class Case:
    """One kind of run, and the rows of the table it fills: (name, unit, path into trunkline-bench's JSON)."""

    def __init__(self, name, workload, users, rows, needs=None, pings=30, warm=True, once=False, **options):
        self.name, self.users, self.rows, self.needs, self.pings = name, users, rows, needs, pings
        self.arguments = ["--workload", workload, "--users", str(users)]
        for option, value in options.items():
            self.arguments += ["--" + option.replace("_", "-"), str(value)]
        if not warm:
            self.arguments += ["--warmup", "0"]
        self.connections = users * options.get("sessions_per_user", 1)
        self.once = once                    # long and steady: the first round is enough
        self.own_seconds = "seconds" in options


def cpu_row(name, unit="µs"):
    return (name + ", CPU a message", unit, ("load", "server_cpu_us_per_message"))


def make_cases(options):
    cases = []
    for users in options.users:
        name = f"{users:,} users"
        rows = [cpu_row("push, " + name), ("push, " + name + ", messages a second", "/s", ("load", "messages_per_second")),
                ("push, " + name + ", delivered p50", "µs", ("load", "delivery_us", "p50")),
                ("push, " + name + ", delivered p99", "µs", ("load", "delivery_us", "p99")),
                ("push, " + name + ", delivered p99.9", "µs", ("load", "delivery_us", "p99_9")),
                ("accepted WebSocket, " + name + ", CPU", "µs", ("connect", "server_cpu_us_each"))]
        if users >= 1000:
            rows += [("memory a connection, " + name + ", idle", "KiB", ("connect", "pss_kib_each")),
                     ("memory a connection, " + name + ", after pushes", "KiB", ("load", "pss_kib_each"))]
        cases.append(("push", Case("push, " + name, "push", users, rows)))
        rows = [cpu_row("batch of 100, " + name),
                ("batch of 100, " + name + ", messages a second", "/s", ("load", "messages_per_second"))]
        cases.append(("batch", Case("batch, " + name, "batch", users, rows, needs="batch")))
        rows = [cpu_row("send, " + name), ("send, " + name + ", round trips a second", "/s", ("load", "messages_per_second")),
                ("send, " + name + ", end of stream p50", "µs", ("load", "response_us", "p50")),
                ("send, " + name + ", end of stream p99", "µs", ("load", "response_us", "p99"))]
        cases.append(("send", Case("send, " + name, "send", users, rows, needs="send")))
    rows = [("fan-out to 100 sessions, CPU a delivery", "µs", ("load", "server_cpu_us_per_delivery"))]
    cases.append(("fanout", Case("fan-out", "push", 10, rows, sessions_per_user=100)))
    users, pings = (1000, 5) if options.quick else (10000, 30)
    rows = [(f"idle, {users:,} users, a ping every {pings} s (one round), share of a core", "%", ("load", "server_busy")),
            (f"idle, {users:,} users, CPU a ping", "µs", ("load", "server_cpu_us_per_ping"))]
    cases.append(("idle", Case("idle", "idle", users, rows, needs="idle", pings=pings, warm=False, once=True, seconds=pings * 2)))
    for size in PAYLOADS:
        cases.append(("payload", Case(f"payload {size}", "push", 100, [cpu_row(f"push of {size:,} B")], payload=size)))
    for size in BATCH_SIZES:
        cases.append(("batchsize", Case(f"batch of {size}", "batch", 100, [cpu_row(f"batch of {size:,}")],
                                        needs="batch", batch=size)))
    return [case for workload, case in cases if workload in options.workloads]


def contenders(options):
    """key -> server class, in the order of the table's columns."""
    found = {}
    if options.trunkline:
        found["trunkline"] = type("Trunkline", (servers.Trunkline,), {"binary": options.trunkline})
        for variant in options.variants:
            found[variant] = type("Variant", (servers.Trunkline,), {
                "binary": options.trunkline, "settings": VARIANTS[variant], "label": variant})
    found["nchan"], found["fastapi"] = servers.Nchan, servers.FastApi
    found["floor"] = type("Floor", (servers.Floor,), {"binary": os.path.join(options.bench_dir, "trunkline-floor")})
    for key in list(found):
        if key in options.without:
            del found[key]
        elif problem := getattr(found[key], "missing", lambda: None)():
            say(f"without {found[key].label}: {problem}")
            del found[key]
    return found


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_once(server_class, case, options):
    server_cpu, bench_cpus = (0, [1]) if os.cpu_count() == 2 else (0, [1, 2]) if os.cpu_count() > 2 else (None, None)
    with server_class(server_cpu, case.pings) as server:
        command = [os.path.join(options.bench_dir, "trunkline-bench"), "--port", str(server.port),
                   "--pid", str(server.process.pid), "--threads", str(len(bench_cpus or [0]))]
        command += case.arguments + server.paths + ["--publishers", str(options.publishers)]
        if not case.own_seconds:
            command += ["--seconds", str(options.seconds)]
        pin = (lambda: os.sched_setaffinity(0, bench_cpus)) if bench_cpus else None
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=pin)
        if done.returncode > 1 or not done.stdout:
            return {"error": done.stderr.strip() or server.output()}
        result = json.loads(done.stdout)
        if done.returncode:
            result["error"] = json.dumps(result["faults"]) + " " + done.stderr.strip()
        return result


def measure(cases, servers_by_key, options):
    """{(case name, key): [trunkline-bench's JSON, one a round]}"""
    results = {}
    for round_number in range(options.rounds):
        for case in cases:
            for key, server_class in servers_by_key.items():
                if (case.needs and not getattr(server_class, case.needs)) or (case.once and round_number):
                    continue
                try:
                    result = run_once(server_class, case, options)
                except RuntimeError as problem:
                    result = {"error": str(problem)}
                say(f"round {round_number + 1}/{options.rounds}: {case.name}: {server_class.label}"
                    + (": " + result["error"] if "error" in result else ""))
                results.setdefault((case.name, key), []).append(result)
    return results


def value_of(results, path):
    values = []
    for result in results:
        for step in path:
            result = result.get(step) if isinstance(result, dict) else None
        if result is not None:
            values.append(result * (100 if path[-1] == "server_busy" else 1))
    return statistics.median(values) if values else None


def format_value(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"


def make_table(cases, servers_by_key, results):
    ratios = [key for key in RATIOS if key in servers_by_key and "trunkline" in servers_by_key]
    table = [["work", "unit"] + [server.label for server in servers_by_key.values()]
             + ["÷ " + servers_by_key[key].label for key in ratios]]
    for case in cases:
        for name, unit, path in case.rows:
            values = {key: value_of(results.get((case.name, key), []), path) for key in servers_by_key}
            row = [name, unit] + [format_value(values[key]) for key in servers_by_key]
            for key in ratios:
                own, other = values["trunkline"], values[key]
                row.append(f"{own / other:.2f}" if own is not None and other else "–")
            table.append(row)
    return table


def table_text(table, markdown):
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for number, row in enumerate(table):
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("| " + " | ".join(row) + " |" if markdown else "  ".join(cells).rstrip())
        if number == 0:
            lines.append("|" + "---|" * 2 + "---:|" * (len(row) - 2) if markdown
                         else "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def put_into(place, text):
    """Replaces what stands in FILE between the lines `<!-- NAME -->` and `<!-- /NAME -->`."""
    file, name = place.rsplit(":", 1)
    old = pathlib.Path(file).read_text(encoding="utf-8")
    before, begin, rest = old.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not end:
        raise SystemExit(f"compare.sh: {file} has no place named {name}")
    pathlib.Path(file).write_text(before + begin + text + "\n" + end + after, encoding="utf-8")


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return (f"{model}, {os.cpu_count()} cores, {system}, Linux {platform.release()}, "
            f"{datetime.date.today():%d %B %Y}")


def build(options):
    """Configures and builds the bench preset, or takes --build DIR as it is."""
    source = HERE.parent.parent
    folder = pathlib.Path(options.build or source / "build" / "bench").resolve()
    if not options.build:
        subprocess.run(["cmake", "--preset", "bench"], cwd=source, check=True, stdout=sys.stderr)
        subprocess.run(["cmake", "--build", str(folder), "--target", "trunkline", "trunkline-bench", "trunkline-floor"],
                       check=True, stdout=sys.stderr)
    options.bench_dir = str(folder / "tests" / "bench")
    if not options.trunkline:
        options.trunkline = str(folder / "app" / "trunkline" / "trunkline")
    if "trunkline" in options.without or not os.access(options.trunkline, os.X_OK):
        say("without Trunkline" + ("" if "trunkline" in options.without else f": no program {options.trunkline}"))
        options.trunkline = None


def fitting(cases):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for case in cases:
        if case.connections + 200 > hard:
            say(f"left out: {case.name} needs {case.connections + 200} open files, the hard limit is {hard} "
                "(as root: prlimit --nofile=65536 --pid $$)")
    return [case for case in cases if case.connections + 200 <= hard]


def comma_list(allowed):
    def parse(text):
        items = text.split(",") if text else []
        for item in items:
            if item not in allowed:
                raise argparse.ArgumentTypeError(f"no {item!r}; one of {', '.join(allowed)}")
        return items
    return parse


def main():
    parser = argparse.ArgumentParser(prog="compare.sh", description="Runs Trunkline, nginx with nchan, FastAPI and bare "
                                     "system calls through the same work, interleaved, and prints the medians.")
    parser.add_argument("--quick", action="store_true", help="one round of one second at 100 and 1,000 users")
    parser.add_argument("--users", help="comma-separated (100,1000,9000)")
    parser.add_argument("--workloads", type=comma_list(WORKLOADS), default=WORKLOADS[:5],
                        help="of %s (the first five)" % ",".join(WORKLOADS))
    parser.add_argument("--variants", type=comma_list(VARIANTS), default=[],
                        help="extra columns: Trunkline with %s" % ", ".join(VARIANTS))
    parser.add_argument("--without", type=comma_list(["trunkline"] + RATIOS), default=[], help="leave out columns")
    parser.add_argument("--rounds", type=int, help="(3)")
    parser.add_argument("--seconds", type=float, help="measured stretch of each run (2)")
    parser.add_argument("--build", metavar="DIR", help="take the programs of this build folder, build nothing")
    parser.add_argument("--trunkline", metavar="FILE", help="another trunkline program")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/performance.md has it")
    parser.add_argument("--into", metavar="FILE:NAME", help="also write the table between <!-- NAME --> and <!-- /NAME -->")
    parser.add_argument("--json", metavar="FILE", help="also write every single run")
    parser.add_argument("--publishers", type=int, default=8, help="(8)")
    options = parser.parse_args()
    options.users = [int(count) for count in (options.users or ("100,1000" if options.quick else "100,1000,9000")).split(",")]
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.seconds = options.seconds or (1 if options.quick else 2)
    if options.trunkline:
        options.trunkline = os.path.abspath(options.trunkline)
    build(options)
    cases, servers_by_key = fitting(make_cases(options)), contenders(options)
    results = measure(cases, servers_by_key, options)
    if options.json:
        raw = [{"case": case, "server": key, "runs": runs} for (case, key), runs in results.items()]
        pathlib.Path(options.json).write_text(json.dumps({"machine": machine(), "results": raw}, indent=1), encoding="utf-8")
    faults = [f"{case}: {servers_by_key[key].label}: {run['error']}"
              for (case, key), runs in results.items() for run in runs if "error" in run]
    text = (f"{machine()}. Medians of {options.rounds} interleaved rounds of {options.seconds:g} s, "
            f"{options.publishers} publishers, 64 B of text unless said otherwise.\n\n"
            + table_text(make_table(cases, servers_by_key, results), options.markdown or bool(options.into)) + "\n\n"
            + ("Faults:\n" + "\n".join(faults) if faults else "Every message arrived once, whole, at its user."))
    print(text)
    if options.into and not faults and options.trunkline:
        put_into(options.into, text)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
