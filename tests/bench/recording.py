#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What recording costs a push: messages a second and CPU a message, with and without `serve --record`, in turn in one run.

    cmake --preset bench && cmake --build --preset bench --target trunkline trunkline-bench
    TRUNKLINE_BIN=build/bench/app/trunkline/trunkline tests/bench/recording.py --bench build/bench/tests/bench/trunkline-bench

Two hubs of one program, one of which records both legs into a file; 8 publishers push to 100 users as fast as the hub answers. The pair is
started anew after some rounds: two starts of one program differ by a tenth, for as long as they live. Compared are the medians of the quieter half of the rounds of each kind: load, hub and recorder are three busy threads, and where they have two
cores between them the hub is woken for fewer messages at a time, which costs more a message than the recording does. The median of the
ratios of neighboring rounds, which has that in it, stands beside it, and so does the CPU of the recorder's own thread, which formats and
writes. A recorder that falls behind says so in the capture; those messages are counted here. Exit code 1 when the hub's thread
uses over 1.10 times as much a message.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from hub import Hub  # noqa: E402

MOST = 1.10


def process_cpu(hub):
    """Nanoseconds on a CPU, by the name of the thread; the recorder is a process that the hub made."""
    used = {}
    with open("/proc/%d/task/%d/children" % (hub, hub), encoding="utf-8") as file:
        pids = [hub] + [int(pid) for pid in file.read().split()]
    for base in ["/proc/%d/task/%s/" % (pid, thread) for pid in pids for thread in os.listdir("/proc/%d/task" % pid)]:
        with open(base + "comm", encoding="utf-8") as file:
            name = file.read().strip()
        with open(base + "schedstat", encoding="utf-8") as file:
            used[name] = used.get(name, 0) + int(file.read().split()[0])
    return used


def measure(options, hub):
    """(messages a second, microseconds of the hub's thread a message, of the recorder's, of the whole process)"""
    before = process_cpu(hub.process.pid)
    done = subprocess.run([options.bench, "--port", str(hub.port), "--pid", str(hub.process.pid), "--users", str(options.users), "--seconds",
                           str(options.seconds), "--warmup", "0", "--payload", str(options.payload)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("trunkline-bench ended with %d: %s%s" % (done.returncode, done.stdout[-2000:], done.stderr[-2000:]))
    after = process_cpu(hub.process.pid)
    result = json.loads(done.stdout)
    sent = result["sent_in_all"]
    main = os.path.basename(os.environ.get("TRUNKLINE_BIN", "trunkline"))[:15]

    def each(name):
        return (after.get(name, 0) - before.get(name, 0)) / 1000 / sent
    whole = sum(each(name) for name in after)
    return result["load"]["messages_per_second"], each(main), each("recorder"), whole


def read_capture(path):
    """(messages, missed)"""
    messages = missed = 0
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            if line.startswith('{"gap"'):
                missed += json.loads(line)["gap"]["skipped"]
            else:
                messages += 1
    return messages, missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", required=True, help="the program trunkline-bench")
    parser.add_argument("--starts", type=int, default=7, help="of each hub")
    parser.add_argument("--rounds", type=int, default=3, help="after each start")
    parser.add_argument("--seconds", type=int, default=1, help="each round")
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--payload", type=int, default=200)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="trunkline-recording-")
    capture = os.path.join(folder, "bench.trunk")
    print("%d users, 8 publishers, %d bytes     messages/s   hub us/message   recorder us/message   process us/message" % (options.users, options.payload))
    cpu, whole, speed = {"alone": [], "recorded": []}, {"alone": [], "recorded": []}, []
    lines = missed = 0
    for start in range(options.starts):
        plain, recording = Hub(), Hub(arguments=["--record", capture])
        for hub in (plain, recording):
            measure(options, hub)           # warm
        for number in range(options.rounds):
            alone, recorded = measure(options, plain), measure(options, recording)
            cpu["alone"].append(alone[1])
            cpu["recorded"].append(recorded[1])
            whole["alone"].append(alone[3])
            whole["recorded"].append(recorded[3])
            speed.append(recorded[0] / alone[0])
            print("start %d, round %d  not recorded  %10.0f   %14.2f   %19.2f   %18.2f" % (start + 1, number + 1, *alone))
            print("                   recorded      %10.0f   %14.2f   %19.2f   %18.2f" % recorded, flush=True)
        recording.stop_cleanly()
        plain.stop_cleanly()
        counts = read_capture(capture)
        lines, missed = lines + counts[0], missed + counts[1]
    shutil.rmtree(folder)
    ratio = report("the hub's thread", cpu)
    report("the whole process", whole)
    starts = [statistics.median(speed[i:i + options.rounds]) for i in range(0, len(speed), options.rounds)]
    print("messages a second: x %.3f (median of neighboring rounds); by start: %s" % (statistics.median(speed), " ".join("%.2f" % one for one in starts)))
    print("%d lines in the captures, %d messages were missed" % (lines, missed))
    return 0 if ratio <= MOST else 1


def report(what, cpu):
    """Prints it and gives the ratio of the quieter half of the rounds."""
    quiet = {kind: statistics.median(sorted(values)[:(len(values) + 1) // 2]) for kind, values in cpu.items()}
    ratio = quiet["recorded"] / quiet["alone"]
    neighbors = statistics.median(b / a for a, b in zip(cpu["alone"], cpu["recorded"]))
    print("%s, quieter half of the rounds: %.2f us a message, recorded %.2f: x %.3f; median of neighboring rounds x %.3f (wanted: at most %.2f)"
          % (what, quiet["alone"], quiet["recorded"], ratio, neighbors, MOST))
    return ratio


if __name__ == "__main__":
    sys.exit(main())
