# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops the servers that compare.py runs: each on a free port of 127.0.0.1, in a folder of its own."""
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
NCHAN = ["/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/lib64/nginx/modules/ngx_nchan_module.so"]
KEEP = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "HOME")      # nothing else may set a server's settings


class Server:
    """One server process. `paths` are trunkline-bench's options for it."""
    label = ""
    paths = []
    batch = send = idle = True

    def __init__(self, cpu, pings=30):
        self.folder = tempfile.TemporaryDirectory(prefix="trunkline-bench-")
        self.ready_file = os.path.join(self.folder.name, "ready.json")
        self.cpu, self.pings, self.process, self.port = cpu, pings, None, 0

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def __enter__(self):
        environment = {name: os.environ[name] for name in KEEP if name in os.environ}
        environment.update(self.environment())
        with open(os.path.join(self.folder.name, "output"), "w", encoding="utf-8") as output:
            self.process = subprocess.Popen(self.command(), cwd=self.folder.name, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=output, preexec_fn=self.prepare)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def prepare(self):
        if self.cpu is not None:
            os.sched_setaffinity(0, {self.cpu})
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def wait_until_ready(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if self.is_ready():
                return
            time.sleep(0.02)
        raise RuntimeError(f"{self.label} did not start: {self.output()}")

    def is_ready(self):
        if not os.path.exists(self.ready_file):
            return False
        with open(self.ready_file, encoding="utf-8") as file:
            self.port = json.load(file)["port"]
        return True

    def output(self):
        return pathlib.Path(self.folder.name, "output").read_text(encoding="utf-8", errors="replace")[-2000:]

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


class Trunkline(Server):
    label = "Trunkline"
    paths = ["--ok", '"succ']            # "success": in a push's and a batch's answer
    binary = None
    settings = {}

    def command(self):
        return [self.binary, "serve", "--port", "0", "--ready-file", self.ready_file, "--log-level", "WARNING"]

    def environment(self):
        return {"DUPLICATE_POLICY": "allow", "WS_PING_INTERVAL": str(self.pings), "MAX_BODY_BYTES": str(64 << 20),
                "WS_MAX_MESSAGE_BYTES": str(64 << 20), "SEND_QUEUE_BYTES": str(256 << 20), **self.settings}


class Nchan(Server):
    label = "nginx + nchan"
    paths = ["--push-path", "/pub?user_id={user}"]
    batch = send = False

    @staticmethod
    def missing():
        if not shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"):
            return "nginx is not installed (Debian: apt install nginx libnginx-mod-nchan)"
        return None if any(map(os.path.exists, NCHAN)) else "nchan is not installed (Debian: apt install libnginx-mod-nchan)"

    def command(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = {"MODULE": next(filter(os.path.exists, NCHAN)), "FOLDER": self.folder.name, "PORT": self.port,
                 "FILES": resource.getrlimit(resource.RLIMIT_NOFILE)[1], "PING_SECONDS": self.pings}
        text = (HERE / "nginx.conf.in").read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        config = os.path.join(self.folder.name, "nginx.conf")
        pathlib.Path(config).write_text(text, encoding="utf-8")
        os.chmod(self.folder.name, 0o755)   # the worker may run as another user
        return [shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-p", self.folder.name, "-c", config,
                "-e", os.path.join(self.folder.name, "error.log")]

    def is_ready(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class FastApi(Server):
    label = "FastAPI"
    paths = ["--ok", '"succ']

    @staticmethod
    def missing():
        probe = subprocess.run([sys.executable, "-c", "import fastapi, uvicorn, websockets"], stderr=subprocess.DEVNULL)
        return "fastapi is not installed (Debian: apt install python3-fastapi python3-uvicorn python3-websockets)" \
            if probe.returncode else None

    def command(self):
        return [sys.executable, str(HERE / "fastapi_server.py"), "--ready-file", self.ready_file,
                "--ping", str(self.pings)]


class Floor(Server):
    label = "bare system calls"
    paths = ["--ok", '"succ']
    batch = send = idle = False         # it knows none of the three
    binary = None

    def command(self):
        return [self.binary, "--ready-file", self.ready_file]
