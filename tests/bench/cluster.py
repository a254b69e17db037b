#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pushes and sends from one hub to users of another by way of one Redis, beside the same on one hub and beside two nginx with nchan
on the same Redis, interleaved. CPU time is that of the hubs (or of nginx); Redis' own is given apart.

    tests/bench/cluster.py --build build/bench [--users 100] [--rounds 5] [--seconds 3]
    tests/bench/cluster.py --build build/bench --idle 9000      # what users cost who are only there
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
from servers import KEEP, NCHAN                                                         # noqa: E402


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(condition, what):
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("cluster.py: waited in vain for " + what)
        time.sleep(0.02)


def cpu_seconds(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


class Pair:
    """Two servers below one parent, whose CPU time is counted with that of its children. `ports`: of users, of publishers."""

    paths = []

    def __init__(self, options, redis):
        self.options, self.redis = options, redis
        self.folder = tempfile.mkdtemp(prefix="trunkline-bench-")
        os.chmod(self.folder, 0o755)
        self.ports = [free_port() for _ in range(self.count)]
        command = " & ".join(" ".join(map(str, words)) for words in self.commands()) + " & wait"
        environment = {name: os.environ[name] for name in KEEP if name in os.environ}
        self.process = subprocess.Popen(["sh", "-c", command], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=open(os.path.join(self.folder, "output"), "w", encoding="utf-8"), stderr=subprocess.STDOUT,
                                        preexec_fn=self.prepare)
        wait(lambda: all(map(answers, self.ports)), self.label)
        time.sleep(1)       # until the hubs know each other

    @staticmethod
    def prepare():
        os.setsid()
        os.sched_setaffinity(0, {0})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def end(self):
        os.killpg(self.process.pid, 15)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class OneHub(Pair):
    label, count = "one hub, no Redis", 1
    paths = ["--ok", '"succ']
    shared = False

    def commands(self):
        for number, port in enumerate(self.ports):
            yield [self.options.trunkline, "serve", "--port", port, "--log-level", "WARNING", "--hub-name", f"bench-{number}",
                   *(["--redis-url", f"redis://127.0.0.1:{self.redis}"] if self.shared else [])]


class OneHubShared(OneHub):
    label, shared = "one hub of two, user is there", True


class TwoHubs(OneHub):
    label, count, shared = "from one hub to another", 2, True


class TwoNchan(Pair):
    label, count = "from one nchan to another", 2
    paths = ["--push-path", "/pub?user_id={user}"]

    def commands(self):
        template = (HERE / "peers" / "nginx.conf.in").read_text(encoding="utf-8")
        template = template.replace("    server {\n", "    upstream redis { nchan_redis_server redis://127.0.0.1:@REDIS@; nchan_redis_storage_mode nostore; }\n    server {\n")
        template = template.replace("            nchan_channel_id", "            nchan_redis_pass redis;\n            nchan_channel_id")
        # The hub keeps nothing either, but with Redis nchan hands on only what it may hold for a moment.
        template = template.replace("nchan_message_buffer_length 0;", "nchan_message_buffer_length 1;")
        for number, port in enumerate(self.ports):
            folder = os.path.join(self.folder, str(number))
            os.mkdir(folder)
            os.chmod(folder, 0o755)
            text = template
            for word, value in {"MODULE": next(filter(os.path.exists, NCHAN)), "FOLDER": folder, "PORT": port, "REDIS": self.redis,
                                "FILES": resource.getrlimit(resource.RLIMIT_NOFILE)[1], "PING_SECONDS": 30}.items():
                text = text.replace(f"@{word}@", str(value))
            pathlib.Path(folder, "nginx.conf").write_text(text, encoding="utf-8")
            yield ["/usr/sbin/nginx", "-p", folder, "-c", os.path.join(folder, "nginx.conf"), "-e", os.path.join(folder, "error.log")]


def run(server_class, workload, options, redis_port, redis_pid):
    server = server_class(options, redis_port)
    try:
        command = [os.path.join(options.build, "tests/bench/trunkline-bench"), "--port", str(server.ports[0]), "--publish-port", str(server.ports[-1]),
                   "--pid", str(server.process.pid), "--workload", workload, "--users", str(options.users), "--seconds", str(options.seconds),
                   "--publishers", str(options.publishers), *server.paths]
        before, start = cpu_seconds(redis_pid), time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {1}))
        if done.returncode > 1 or not done.stdout:
            raise SystemExit(f"cluster.py: {server.label}: {done.stderr}\n" + open(os.path.join(server.folder, "output"), encoding="utf-8").read()[-2000:])
        result = json.loads(done.stdout)
        load = result["load"]
        spent = cpu_seconds(redis_pid) - before
        messages = max(1, load["messages_per_second"] * (options.seconds + 0.5))
        return {"cpu": load["server_cpu_us_per_message"], "rate": load["messages_per_second"], "redis": spent * 1e6 / messages,
                "fault": json.dumps(result["faults"]) if done.returncode else "", "seconds": time.monotonic() - start,
                "p50": load.get("response_us", load.get("delivery_us", {})).get("p50"), "delivered": load.get("delivery_us", {}).get("p50")}
    finally:
        server.end()


def idle(options, redis_port, redis_pid):
    """What a connected user costs a hub with and without Redis, and Redis itself."""
    def memory():
        with socket.create_connection(("127.0.0.1", redis_port)) as asker:
            asker.sendall(b"INFO memory\r\n")
            text = b""
            while b"used_memory:" not in text or not text.endswith(b"\r\n"):
                text += asker.recv(65536)
        return int(text.split(b"used_memory:")[1].split(b"\r")[0])

    print("| way | CPU a WebSocket that comes, µs | KiB a user in the hub | share of a core while idle | KiB a user in Redis | "
          "CPU of Redis a user that comes, µs | share of a core of Redis while idle |\n|---|---:|---:|---:|---:|---:|---:|")
    for kind in (OneHub, OneHubShared):
        server = kind(options, redis_port)
        try:
            command = [os.path.join(options.build, "tests/bench/trunkline-bench"), "--port", str(server.ports[0]), "--pid", str(server.process.pid),
                       "--workload", "idle", "--users", str(options.idle), "--seconds", "30", "--warmup", "0", *server.paths]
            before, spent = memory(), cpu_seconds(redis_pid)
            bench = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=Pair.prepare)
            os.sched_setaffinity(bench.pid, {1})
            time.sleep(12)
            came = cpu_seconds(redis_pid) - spent
            time.sleep(15)      # leases are renewed three times
            held, idle_share = memory(), (cpu_seconds(redis_pid) - spent - came) / 15
            result = json.loads(bench.communicate()[0])
        finally:
            server.end()
        print(f"| {kind.label} | {result['connect']['server_cpu_us_each']:.1f} | {result['connect']['pss_kib_each']:.1f} | "
              f"{result['load']['server_busy']:.2%} | {(held - before) / 1024 / options.idle:.2f} | "
              f"{came * 1e6 / options.idle:.1f} | {idle_share:.2%} |")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/bench")
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--publishers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--idle", type=int, metavar="USERS", help="only this: that many users come, and stay for half a minute")
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    options.trunkline = os.path.join(options.build, "app/trunkline/trunkline")
    port = free_port()
    redis = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxclients", "20000"],
                             stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, {1}))
    try:
        wait(lambda: answers(port), "redis-server")
        if options.idle:
            return idle(options, port, redis.pid)
        contenders = [(kind, work) for work in ("push", "send") for kind in (OneHub, OneHubShared, TwoHubs, TwoNchan) if work == "push" or kind is not TwoNchan]
        if not any(map(os.path.exists, NCHAN)):
            contenders = [one for one in contenders if one[0] is not TwoNchan]
        results = {one: [] for one in contenders}
        for number in range(options.rounds):
            for kind, work in contenders:
                results[kind, work].append(run(kind, work, options, port, redis.pid))
                print(f"round {number + 1}: {work}: {kind.label}: {results[kind, work][-1]}", file=sys.stderr, flush=True)
    finally:
        redis.terminate()
        redis.wait()
    print(f"{options.users} users, medians of {options.rounds} interleaved rounds of {options.seconds:g} s, {options.publishers} publishers\n")
    print("| work | way | CPU of hubs a message, µs | ÷ local | CPU of Redis, µs | messages a second | p50, µs |\n|---|---|---:|---:|---:|---:|---:|")
    for (kind, work), runs in results.items():
        middle = {name: statistics.median(one[name] or 0 for one in runs) for name in ("cpu", "rate", "redis", "p50")}
        local = statistics.median(one["cpu"] for one in results[OneHub, work])
        print(f"| {work} | {kind.label} | {middle['cpu']:.2f} | {middle['cpu'] / local:.2f} | {middle['redis']:.2f} | {middle['rate']:,.0f} | {middle['p50']:,.0f} |")
    faults = [f"{work}: {kind.label}: {one['fault']}" for (kind, work), runs in results.items() for one in runs if one["fault"]]
    print("\n" + ("Faults:\n" + "\n".join(faults) if faults else "Every message arrived once, whole, at its user."))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
