# SPDX-License-Identifier: GPL-3.0-or-later
"""With a certificate the one port speaks https and wss."""
import asyncio
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import unittest

import websockets

from hub import Hub
from http_client import HttpConnection


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="trunkline-tls-")
        cls.cert, cls.key = os.path.join(cls.directory, "cert.pem"), os.path.join(cls.directory, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-keyout", cls.key, "-out", cls.cert, "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
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


if __name__ == "__main__":
    unittest.main(verbosity=2)
