# SPDX-License-Identifier: GPL-3.0-or-later
"""A hub for Python tests, one file to copy. With pytest: put it beside conftest.py and write there

    from trunkline_hub import trunkline_hub     # noqa: F401  a fixture, one hub for the session

and in a test

    def test_it(trunkline_hub):
        trunkline_hub.push("alice", {"n": 1})

Without pytest: `with Hub() as hub: ...`. The program is `trunkline` from the PATH, or what TRUNKLINE_BIN names. The hub ends with
this process, whatever happens (--parent-pid)."""
import json
import os
import subprocess
import tempfile
import time
import urllib.request


class Hub:
    """One hub on a free port. Settings are keyword arguments: Hub(public_accounts="robot", record="run.trunk")."""

    def __init__(self, start_seconds=20, **settings):
        self._directory = tempfile.TemporaryDirectory(prefix="trunkline-")
        ready = os.path.join(self._directory.name, "ready.json")
        command = [os.environ.get("TRUNKLINE_BIN", "trunkline"), "serve", "--port", "0", "--ready-file", ready, "--parent-pid", str(os.getpid())]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        self._log = open(os.path.join(self._directory.name, "log"), "w+", encoding="utf-8")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + start_seconds
        while not os.path.exists(ready):        # it appears whole, once connections are accepted
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the hub did not start:\n" + self.log)
            time.sleep(0.02)
        with open(ready, encoding="utf-8") as file:
            info = json.load(file)
        self.url, self.ws_url, self.token = info["url"], info["ws_url"], info["token"]

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    @property
    def log(self):
        self._log.flush()
        with open(self._log.name, encoding="utf-8") as file:
            return file.read()

    def stop(self):
        """Ends the hub; gives its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _post(self, path, body):
        request = urllib.request.Request(self.url.rstrip("/") + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Authorization": "Bearer " + self.token})
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60)

    def push(self, user, data, **members):
        """True when it was delivered."""
        with self._post("/sse/push", {"user_id": user, "data": data, **members}) as answer:
            return json.load(answer)["status"] == "success"

    def send(self, user, data, **members):
        """The replies as they come, until the last."""
        with self._post("/sse/send", {"user_id": user, "data": data, **members}) as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


try:
    import pytest
except ImportError:
    pass
else:
    @pytest.fixture(scope="session")
    def trunkline_hub():
        with Hub() as hub:
            yield hub
