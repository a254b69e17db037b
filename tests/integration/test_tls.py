# SPDX-License-Identifier: GPL-3.0-or-later
"""With a certificate the one port speaks https and wss."""
import asyncio
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest
import warnings

import websockets

from hub import Hub
from http_client import HttpConnection


def make_pair(directory=None):
    """A new certificate for localhost and its key: the folder, and their paths in it."""
    directory = directory or tempfile.mkdtemp(prefix="trunkline-tls-")
    cert, key = os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-keyout", key, "-out", cert, "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return directory, cert, key


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory, cls.cert, cls.key = make_pair()
        try:
            cls.hub = Hub(tls_cert=cls.cert, tls_key=cls.key)
        except BaseException:
            shutil.rmtree(cls.directory)
            raise

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.directory)
        cls.hub.stop_cleanly()

    def context(self):
        return ssl.create_default_context(cafile=self.cert)

    def test_ready_file_says_https(self):
        self.assertTrue(self.hub.ready["url"].startswith("https://"))
        self.assertTrue(self.hub.ready["ws_url"].startswith("wss://"))

    def test_https(self):
        with HttpConnection(self.hub.address, tls=self.context()) as connection:
            for bytewise in (False, True):
                self.assertEqual(connection.request("GET", "/health", bytewise=bytewise).json()["status"], "healthy")
            self.assertEqual(connection.request("POST", "/sse/push", body=b'{"user_id":"x","data":{}}').status, 200)

    def test_wss_and_a_stream(self):
        async def body():
            url = "wss://localhost:%d/ws?user_id=tls" % self.hub.port
            async with websockets.connect(url, ssl=self.context(), host="127.0.0.1") as client:
                process = await asyncio.create_subprocess_exec(
                    "curl", "-sSN", "--cacert", self.cert, "--max-time", "15", "https://127.0.0.1:%d/sse/send" % self.hub.port,
                    "-H", "Content-Type: application/json", "-d", '{"user_id":"tls","data":{"n":1}}', stdout=subprocess.PIPE)
                cid = json.loads(await client.recv())["correlation_id"]
                await client.send(json.dumps({"correlation_id": cid, "is_final": True}))
                out, _ = await process.communicate()
                self.assertEqual(json.loads(out[6:]), {"correlation_id": cid, "is_final": True})
        asyncio.run(asyncio.wait_for(body(), 30))

    def test_plain_http_on_the_tls_port_is_not_served(self):
        with HttpConnection(self.hub.address) as connection:
            connection.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertNotIn(b"healthy", connection.input.to_end())


def fingerprint(address, context):
    with socket.create_connection(address, 15) as plain, context.wrap_socket(plain, server_hostname="localhost") as tls:
        return hashlib.sha256(tls.getpeercert(True)).hexdigest()


class Versions(unittest.TestCase):
    """Nothing older than TLS 1.2."""

    @classmethod
    def setUpClass(cls):
        cls.directory, cls.cert, cls.key = make_pair()
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.hub = Hub(tls_cert=cls.cert, tls_key=cls.key)
        cls.addClassCleanup(cls.hub.stop_cleanly)

    def offer(self, version):
        """The version that was agreed on; None when the hub would not. At security level 0, where OpenSSL offers all it knows."""
        context = ssl.create_default_context(cafile=self.cert)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        try:
            with socket.create_connection(self.hub.address, 15) as plain, context.wrap_socket(plain, server_hostname="localhost") as tls:
                return tls.version()
        except (ssl.SSLError, ConnectionResetError):
            return None

    def test_1_2_and_1_3(self):
        self.assertEqual(self.offer(ssl.TLSVersion.TLSv1_2), "TLSv1.2")
        self.assertEqual(self.offer(ssl.TLSVersion.TLSv1_3), "TLSv1.3")

    def test_nothing_older(self):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            self.assertIsNone(self.offer(version))


class Reloading(unittest.TestCase):
    """SIGHUP: a new certificate for those who come, no interruption for those who are there."""

    def setUp(self):
        self.directory, self.cert, self.key = make_pair()
        self.addCleanup(shutil.rmtree, self.directory)
        self.hub = Hub(tls_cert=self.cert, tls_key=self.key)
        self.addCleanup(self.hub.stop_cleanly)

    def trusting(self, path=None):
        return ssl.create_default_context(cafile=path or self.cert)

    def test_new_certificate_and_old_sessions(self):
        old = self.trusting()
        before = fingerprint(self.hub.address, old)
        session = self.hub.join("stays", tls=old)
        with HttpConnection(self.hub.address, tls=old) as connection:
            self.assertEqual(connection.request("GET", "/health").status, 200)
            stream = HttpConnection(self.hub.address, tls=old)
            stream.send_request("POST", "/sse/send", body=b'{"user_id":"stays","data":{"correlation_id":"over-the-reload"}}')
            self.assertEqual(stream.start_stream().status, 200)
            self.assertEqual(session.json()["correlation_id"], "over-the-reload")
            make_pair(self.directory)
            self.hub.reload()
            after = fingerprint(self.hub.address, self.trusting())
            self.assertNotEqual(before, after)
            # Those who were there go on: the session, the stream, the kept connection.
            session.send({"correlation_id": "over-the-reload", "is_final": True})
            self.assertEqual(stream.events(), [{"correlation_id": "over-the-reload", "is_final": True}])
            self.assertEqual(connection.request("GET", "/health").json()["connections"], 1)
            stream.close()
        session.leave()

    def test_a_bad_pair_changes_nothing(self):
        before = fingerprint(self.hub.address, self.trusting())
        trust = self.trusting()
        strange, _, strange_key = make_pair()
        self.addCleanup(shutil.rmtree, strange)
        with open(self.key, "rb") as file:
            good = file.read()
        for bad in (b"", b"not a key", open(strange_key, "rb").read()):
            with open(self.key, "wb") as file:
                file.write(bad)
            self.hub.reload("stays as it was")
            self.assertEqual(fingerprint(self.hub.address, trust), before)
        self.assertIn("is not the key of the certificate", self.hub.log())
        with open(self.key, "wb") as file:
            file.write(good)
        self.hub.reload()

    def test_a_key_of_another_certificate_stops_the_start(self):
        strange, _, strange_key = make_pair()
        self.addCleanup(shutil.rmtree, strange)
        run = subprocess.run([os.environ["TRUNKLINE_BIN"], "serve", "--port", "0", "--tls-cert", self.cert, "--tls-key", strange_key],
                             capture_output=True, text=True, check=False, timeout=20)
        self.assertEqual(run.returncode, 2)
        self.assertIn("TLS_KEY", run.stderr)
        self.assertIn("is not the key of the certificate", run.stderr)


class MadeHere(unittest.TestCase):
    """`trunkline cert`."""

    def cert(self, *arguments):
        return subprocess.run([os.environ["TRUNKLINE_BIN"], "cert", *arguments], capture_output=True, text=True, check=False, timeout=20)

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="trunkline-cert-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.file = os.path.join(self.directory, "cert.pem")
        self.key = os.path.join(self.directory, "key.pem")

    def test_a_pair_that_clients_trust(self):
        run = self.cert("--dir", self.directory, "--host", "hub.test,192.0.2.7")
        self.assertEqual((run.returncode, run.stdout), (0, "%s\n%s\n" % (self.file, self.key)), run.stderr)
        self.assertEqual(os.stat(self.key).st_mode & 0o777, 0o600)
        hub = Hub(tls_cert=self.file, tls_key=self.key)
        self.addCleanup(hub.stop_cleanly)
        for name in ("localhost", "127.0.0.1", "hub.test", "192.0.2.7"):
            context = ssl.create_default_context(cafile=self.file)
            with socket.create_connection(hub.address, 15) as plain, context.wrap_socket(plain, server_hostname=name) as tls:
                self.assertIn(("DNS", "localhost"), tls.getpeercert()["subjectAltName"])
        with self.assertRaises(ssl.SSLCertVerificationError):
            fingerprint_of = ssl.create_default_context(cafile=self.file)
            with socket.create_connection(hub.address, 15) as plain:
                fingerprint_of.wrap_socket(plain, server_hostname="evil.example").close()
        out = subprocess.run(["curl", "-sS", "--cacert", self.file, "https://localhost:%d/health" % hub.port], capture_output=True, text=True, check=False)
        self.assertIn("healthy", out.stdout, out.stderr)

    def test_what_openssl_says_of_it(self):
        self.assertEqual(self.cert("--dir", self.directory, "--days", "30").returncode, 0)
        text = subprocess.run(["openssl", "x509", "-in", self.file, "-noout", "-text"], capture_output=True, text=True, check=True).stdout
        for line in ("CA:FALSE", "TLS Web Server Authentication", "DNS:localhost, IP Address:127.0.0.1", "ecdsa-with-SHA256", "prime256v1"):
            self.assertIn(line, text)
        end = subprocess.run(["openssl", "x509", "-in", self.file, "-noout", "-checkend", str(29 * 86400)], check=False)
        self.assertEqual(end.returncode, 0)
        later = subprocess.run(["openssl", "x509", "-in", self.file, "-noout", "-checkend", str(31 * 86400)], check=False, capture_output=True)
        self.assertEqual(later.returncode, 1)

    def test_keeps_what_is_there(self):
        self.assertEqual(self.cert("--dir", self.directory).returncode, 0)
        with open(self.key, "rb") as file:
            first = file.read()
        again = self.cert("--dir", self.directory)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--force", again.stderr)
        with open(self.key, "rb") as file:
            self.assertEqual(file.read(), first)
        self.assertEqual(self.cert("--dir", self.directory, "--force").returncode, 0)
        with open(self.key, "rb") as file:
            self.assertNotEqual(file.read(), first)

    def test_bad_usage(self):
        for arguments in (["--days", "0"], ["--days", "3651"], ["--days", "x"], ["--host", "a b"], ["--host", "a,DNS:evil"], ["--host", "-x"],
                          ["--nope"], ["--dir", "/proc/nowhere"]):
            self.assertEqual(self.cert("--dir", self.directory, *arguments).returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main(verbosity=2)
