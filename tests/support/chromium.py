# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a real Chromium over a pipe with the DevTools protocol: opens pages, runs scripts in them, waits for promises.

    with Chromium() as browser, PageServer({"/": "<!doctype html><title>elsewhere</title>"}) as pages:
        page = browser.open(pages.url("localhost"))
        page.run("return (await fetch('/')).status")

Nothing is listened on for the browser, and it asks nobody on the network: its profile is new and it knows no update server.
"""
import fcntl
import http.server
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time

TIMEOUT = 30.0
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--no-proxy-server",
         "--disable-default-apps", "--no-default-browser-check", "--remote-debugging-pipe")


def program():
    """The browser's path, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class ScriptError(Exception):
    """A script threw, or its promise was rejected."""


def away_from_3_and_4(descriptor):
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


class Chromium:
    """One browser with a profile of its own. `flags` are added to its command line."""

    def __init__(self, flags=()):
        self.profile = tempfile.mkdtemp(prefix="trunkline-chromium-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        to_browser, from_browser = away_from_3_and_4(to_browser), away_from_3_and_4(from_browser)
        command = [program(), *FLAGS, "--user-data-dir=" + self.profile, *flags, "about:blank"]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": self.profile, "XDG_RUNTIME_DIR": self.profile, "LANG": "C.UTF-8"}
        # The protocol's pipe is descriptors 3 and 4; a session of its own, so that all of its processes end with it.
        shell = ["bash", "-c", 'exec 3<&%d 4>&%d; exec "$@"' % (to_browser, from_browser), "bash", *command]     # sh: one digit only
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(shell, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._log,
                                        env=environment, start_new_session=True, pass_fds=(to_browser, from_browser))
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._last = b"", 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        if self._log.closed:
            return
        if self.process.poll() is None:
            try:
                self.call("Browser.close", timeout=5)
                self.process.wait(5)
            except (OSError, AssertionError, ScriptError, subprocess.TimeoutExpired):
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()
        for end in (self._read, self._write):
            os.close(end)
        self._log.close()
        for _ in range(20):     # its last processes may still be writing there
            shutil.rmtree(self.profile, ignore_errors=True)
            if not os.path.exists(self.profile):
                break
            time.sleep(0.05)

    def call(self, method, session=None, timeout=TIMEOUT, **parameters):
        """One command of the protocol; its result."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise ScriptError("%s: %s" % (method, answer["error"].get("message")))
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def _next(self, deadline, what):
        while b"\0" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise AssertionError("the browser did not answer %s in time" % what)
            piece = os.read(self._read, 1 << 16)
            if not piece:
                raise AssertionError("the browser ended during %s and said:\n%s" % (what, self._said()))
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(line)

    def _said(self):
        self._log.seek(0)
        return self._log.read()[-2000:].decode(errors="replace")

    def open(self, url):
        """A new tab that has loaded `url`."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        page.go(url)
        return page


class Page:
    """One tab."""

    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def go(self, url):
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed:
            raise AssertionError("%s: %s" % (url, failed))
        deadline = time.monotonic() + TIMEOUT
        while self.run("return document.readyState + ' ' + location.href").split(" ")[0] != "complete":
            if time.monotonic() > deadline:
                raise AssertionError("%s did not load in time" % url)
            time.sleep(0.01)

    def run(self, body, /, **names):
        """Runs `body`, an async function's, in the page; `names` are its constants. What it returns, as JSON has it."""
        constants = "".join("const %s = %s;" % (name, json.dumps(value)) for name, value in names.items())
        result = self.call("Runtime.evaluate", expression="(async () => {%s%s})()" % (constants, body), awaitPromise=True,
                           returnByValue=True, userGesture=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise ScriptError(details.get("exception", {}).get("description") or details.get("text"))
        return result["result"].get("value")

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)


class PageServer:
    """Serves `pages` (path: HTML) on a free port of 127.0.0.1: another origin than the hub's."""

    def __init__(self, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = pages.get(self.path.split("?")[0])
                self.send_response(200 if page is not None else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *unused):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def url(self, host="127.0.0.1", path="/"):
        return "http://%s:%d%s" % (host, self.port, path)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
