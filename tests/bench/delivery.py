# SPDX-License-Identifier: GPL-3.0-or-later
"""Two questions about delivery, each answered with both figures and their ratio:

    fanout    CPU a delivery of one broadcast to all users, against that of a push
    slow      p99 of 1,000 listeners' messages while one more listener has stopped reading, against the same while it reads

The runs are interleaved; medians of all rounds are printed. Exit code 1 when a message was lost or the bound does not hold.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))


def say(text):
    print(text, file=sys.stderr, flush=True)


def bench(options, hub, workload, users, seconds, *more):
    """trunkline-bench's JSON of one run."""
    command = [str(options.build / "tests" / "bench" / "trunkline-bench"), "--port", str(hub.port), "--pid", str(hub.process.pid),
               "--workload", workload, "--users", str(users), "--seconds", str(seconds), *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode or not done.stdout:
        raise SystemExit("delivery.py: %s: %s%s" % (workload, done.stderr, done.stdout))
    return json.loads(done.stdout)


def fanout(options, start):
    cost = {"push": [], "broadcast": []}
    for number in range(options.rounds):
        for workload, values in cost.items():
            hub = start()
            more = ["--publishers", "1" if workload == "broadcast" else "8"]
            values.append(bench(options, hub, workload, options.users, options.seconds, *more)["load"]["server_cpu_us_per_delivery"])
            hub.stop_cleanly()
            say("round %d/%d: %s: %.2f µs of CPU a delivery" % (number + 1, options.rounds, workload, values[-1]))
    push, broadcast = (statistics.median(cost[name]) for name in ("push", "broadcast"))
    print("%s users: a push %.2f µs of CPU a delivery, a broadcast %.2f µs: %.2f times (at most 0.60)"
          % (format(options.users, ","), push, broadcast, broadcast / push))
    return broadcast <= 0.6 * push


class OneMore:
    """A listener that gets `rate` messages of 8 KB a second; it reads them, or it stops after the first."""

    def __init__(self, hub, rate, reads):
        self.client = hub.join("one-more", receive_buffer=4096)
        self.hub, self.rate, self.reads, self.ends, self.taken, self.posted = hub, rate, reads, False, 0, 0
        self.threads = [threading.Thread(target=work) for work in (self.post, self.read)]
        for thread in self.threads:
            thread.start()

    def post(self):
        body = json.dumps({"user_id": "one-more", "data": {"text": "x" * 8000}}).encode()
        with self.hub.connect(timeout=60) as connection:
            while not self.ends:
                began = time.monotonic()
                status = connection.request("POST", "/sse/push?timeout=100ms", (), body)
                self.posted += 1
                self.taken += status.status == 200 and status.json()["status"] == "success"
                time.sleep(max(0.0, 1 / self.rate - (time.monotonic() - began)))

    def read(self):
        while self.reads and not self.ends:
            try:
                self.client.receive()
            except Exception:       # the end of the run
                return

    def end(self):
        self.ends = True
        self.threads[0].join()
        self.client.vanish()
        self.threads[1].join()


def slow(options, start):
    holds = True
    for policy in options.policies:
        p99 = {True: [], False: []}
        for number in range(options.rounds):
            for reads, values in p99.items():
                hub = start(slow_consumer=policy, ws_ping_interval="0")
                one = OneMore(hub, 100, reads)
                delivery = bench(options, hub, "push", options.users, options.seconds)["load"]["delivery_us"]
                one.end()
                hub.stop_cleanly()
                values.append(delivery["p99"])
                say("round %d/%d: %s: one %s: p50 %.0f, p99 %.0f µs (%d posted to it, %d taken)"
                    % (number + 1, options.rounds, policy, "reads" if reads else "has stopped", delivery["p50"], delivery["p99"], one.posted, one.taken))
        reading, stopped = statistics.median(p99[True]), statistics.median(p99[False])
        print("%s: %s listeners, p99 %.0f µs while one more reads, %.0f µs while it has stopped for %g s: %.2f times (at most 1.50)"
              % (policy, format(options.users, ","), reading, stopped, options.seconds, stopped / reading))
        holds = holds and stopped <= 1.5 * reading
    return holds


def main():
    parser = argparse.ArgumentParser(prog="delivery.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", choices=["fanout", "slow"])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent.parent / "build" / "bench", help="folder of the bench preset")
    parser.add_argument("--users", type=int, help="(9000; slow: 1000)")
    parser.add_argument("--seconds", type=float, help="of each run (3; slow: 60)")
    parser.add_argument("--rounds", type=int, default=3, help="(3)")
    parser.add_argument("--policies", type=lambda text: text.split(","), default=["close", "drop-oldest", "block-publisher"],
                        help="slow: of SLOW_CONSUMER, comma-separated (all three)")
    options = parser.parse_args()
    options.build = options.build.resolve()
    options.users = options.users or (9000 if options.question == "fanout" else 1000)
    options.seconds = options.seconds or (3 if options.question == "fanout" else 60)
    os.environ["TRUNKLINE_BIN"] = str(options.build / "app" / "trunkline" / "trunkline")
    from hub import Hub
    holds = {"fanout": fanout, "slow": slow}[options.question](options, lambda **settings: Hub(**settings))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
