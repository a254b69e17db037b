# SPDX-License-Identifier: GPL-3.0-or-later
"""The way between a hub and its Redis: passwords, encryption, slow networks and cut ones."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from cluster import ClusterTestCase, Proxy, Redis, as_body, eventually, free_port
from http_client import HttpConnection
from hub import WsClient, binary, clean_environment

MANUAL = pathlib.Path(__file__).resolve().parents[2] / "docs" / "deployment.md"


class Passwords(ClusterTestCase):
    hubs = 1
    redis_arguments = ("--requirepass", "correct horse")

    def setUp(self):
        self.redis = Redis(*self.redis_arguments)
        self.addCleanup(self.redis.kill)

    def url(self, credentials):
        return "redis://%s127.0.0.1:%d" % (credentials, self.redis.port)

    def test_a_wrong_password_is_said_and_never_shown(self):
        hub = self.start_hub("guest", url=self.url(":wr0ng-s3cret@"))
        problem = eventually(lambda: hub.metrics()["backplane"]["problem"], what="the problem")
        self.assertIn("WRONGPASS", problem)
        self.assertIn("WRONGPASS", hub.get("/ready").json()["detail"])
        self.assertNotIn("s3cret", hub.log())
        self.assertNotIn("s3cret", hub.get("/metrics").body.decode())
        near = self.join(hub, "near")
        self.assertEqual(self.push(hub, "near", {"n": 1}).json()["status"], "success")
        self.assertEqual(near.json()["n"], 1)

    def test_no_password_where_one_is_wanted(self):
        hub = self.start_hub("guest", url=self.url(""))
        self.assertIn("NOAUTH", eventually(lambda: hub.metrics()["backplane"]["problem"], what="the problem"))

    def test_the_right_one_works_also_as_a_user(self):
        hub = self.start_hub("guest", url=self.url(":correct%20horse@"))
        self.wait_ready(hub)
        cli = ["-a", "correct horse", "--no-auth-warning"]
        self.redis.command(*cli, "ACL", "SETUSER", "trunk", "on", ">pass word", "~trunkline:*", "&trunkline:*", "+@all")
        other = self.start_hub("named", url=self.url("trunk:pass%20word@"))
        self.wait_ready(other)
        user = self.join(hub, "user")
        self.assertEqual(self.push(other, "user", {"n": 1}).json()["status"], "success")
        self.assertEqual(user.json()["n"], 1)

    def test_the_rights_that_the_manual_gives_are_enough(self):
        text = MANUAL.read_text(encoding="utf-8")
        command = re.search(r"ACL SETUSER hubs (.*?[^\\])\n", text, re.DOTALL).group(1).replace("\\\n", " ").replace(">PASSWORD", ">pw")
        self.redis.command("-a", "correct horse", "--no-auth-warning", "ACL", "SETUSER", "hubs", *command.split())
        settings = {"history_size": 5, "offline_queue": 5, "duplicate_policy": "replace"}
        self.all = [self.start_hub(name, url=self.url("hubs:pw@"), **settings) for name in ("a", "b")]
        for hub in self.all:
            self.wait_ready(hub)
        self.works()
        for n in range(7):
            self.assertEqual(self.push(self.all[n % 2], "sleeper", {"n": n}).json()["status"], "queued" if n < 5 else "partial")
        user = self.join(self.all[0], "sleeper")
        self.assertEqual([user.json()["n"] for _ in range(5)], list(range(5)))
        self.assertEqual(self.push(self.all[1], "sleeper", {"n": 7}).json()["status"], "success")
        again = self.join(self.all[1], "sleeper")
        self.assertEqual(user.json()["n"], 7)
        self.assertEqual(user.closed()[0], 4001)
        self.assertEqual(self.all[0].post("/sse/broadcast", {"data": {"n": 8}}).json()["users"], 1)
        self.assertEqual(again.json()["n"], 8)
        headers = [("Idempotency-Key", "key")]
        for hub in self.all:
            self.assertEqual(self.push(hub, "sleeper", {"n": 9}, headers=headers).json()["status"], "success")
        stream = self.stream(self.all[0], "sleeper", correlation_id="acl")
        self.assertEqual([again.json()["n"] for _ in range(1)], [9])
        again.json()
        again.send({"correlation_id": "acl", "is_final": True})
        self.assertEqual(json.loads(stream.event())["is_final"], True)
        self.assertEqual(self.all[1].get("/presence").json()["total"], 1)
        self.assertTrue(self.all[1].get("/presence/sleeper").json()["connected"])
        denied = self.redis.command("-a", "correct horse", "--no-auth-warning", "ACL", "LOG")
        self.assertEqual(denied, "")

    def test_hubs_that_may_not_tell_redis_to_be_silent_do_without(self):
        cli = ["-a", "correct horse", "--no-auth-warning"]
        self.redis.command(*cli, "ACL", "SETUSER", "plain", "on", ">pw", "~trunkline:*", "&trunkline:*", "+@all", "-client")
        settings = {"history_size": 5, "offline_queue": 5}
        self.all = [self.start_hub(name, url=self.url("plain:pw@"), **settings) for name in ("a", "b")]
        for hub in self.all:
            self.wait_ready(hub)
        for round_ in range(5):     # an answer too many, or too few, would be taken for that of the next command
            self.works()
            stream = self.stream(self.all[0], "nobody", correlation_id="acl-%d" % round_)
            self.assertEqual(json.loads(stream.event())["error"], "User not connected")
        self.assertEqual([hub.metrics()["backplane"]["reconnects"] for hub in self.all], [0, 0])

    def test_a_user_who_may_not_publish_is_told(self):
        cli = ["-a", "correct horse", "--no-auth-warning"]
        self.redis.command(*cli, "ACL", "SETUSER", "mute", "on", ">pw", "~trunkline:*", "&trunkline:*", "+@all", "-eval", "-evalsha", "-script")
        hub = self.start_hub("mute", url=self.url("mute:pw@"))
        self.assertIn("NOPERM", eventually(lambda: hub.metrics()["backplane"]["problem"], what="the problem"))
        self.assertEqual(hub.get("/ready").status, 503)
        near = self.join(hub, "near")
        self.assertEqual(self.push(hub, "near", {"n": 1}).json()["status"], "success")
        self.assertEqual(near.json()["n"], 1)


class EncryptedRedis(ClusterTestCase):
    """rediss:// with a certificate of our own."""

    def setUp(self):
        directory = tempfile.mkdtemp(prefix="trunkline-test-")
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        made = subprocess.run([binary(), "cert", "--dir", directory], capture_output=True, text=True, env=clean_environment(directory), timeout=30)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.certificate, key = (os.path.join(directory, name) for name in ("cert.pem", "key.pem"))
        self.tls_port = free_port()
        self.redis = Redis("--tls-port", str(self.tls_port), "--tls-cert-file", self.certificate, "--tls-key-file", key,
                           "--tls-ca-cert-file", self.certificate, "--tls-auth-clients", "no")
        self.addCleanup(self.redis.kill)

    def test_hubs_meet_in_an_encrypted_redis(self):
        url = "rediss://localhost:%d" % self.tls_port
        self.all = [self.start_hub(name, url=url, redis_ca=self.certificate) for name in ("a", "b")]
        for hub in self.all:
            self.wait_ready(hub)
        self.works()

    def test_an_unknown_certificate_is_refused(self):
        hub = self.start_hub("suspicious", url="rediss://localhost:%d" % self.tls_port)
        problem = eventually(lambda: hub.metrics()["backplane"]["problem"], what="the problem")
        self.assertIn("certificate", problem)
        self.assertEqual(hub.get("/ready").status, 503)


class SlowNetwork(ClusterTestCase):
    hubs = 1

    def test_a_slow_way_to_redis_only_takes_longer(self):
        proxy = Proxy(self, self.redis.port)
        far = self.start_hub("far", url="redis://127.0.0.1:%d" % proxy.port)
        self.wait_ready(far)
        proxy.delay = 0.15
        user = self.join(far, "user")
        start = time.monotonic()
        self.assertEqual(self.push(self.a, "user", {"n": 1}).json()["status"], "success")
        self.assertGreater(time.monotonic() - start, 0.15)
        self.assertEqual(user.json()["n"], 1)

    def test_who_comes_while_a_hub_connects_is_known_when_it_has(self):
        proxy = Proxy(self, self.redis.port)
        proxy.delay = 0.3
        far = self.start_hub("far", url="redis://127.0.0.1:%d" % proxy.port)
        users = []
        while far.get("/ready").status == 503:
            users.append(self.join(far, "early-%d" % len(users)))
            time.sleep(0.05)
        self.assertGreater(len(users), 3)
        proxy.delay = 0.0
        for n, user in enumerate(users):
            eventually(lambda n=n: self.push(self.a, "early-%d" % n, {"n": n}).json()["status"] == "success", what="the user to be known")
            self.assertEqual(user.json()["n"], n)

    def test_a_cut_that_nobody_is_told_of_is_noticed_on_both_sides(self):
        proxy = Proxy(self, self.redis.port)
        far = self.start_hub("far", url="redis://127.0.0.1:%d" % proxy.port)
        self.wait_ready(far)
        user = self.join(far, "user")
        proxy.cut = True
        answer = self.push(self.a, "user", {"n": 1})
        self.assertEqual((answer.status, answer.json()["detail"]), (503, "Backplane unavailable"))
        self.wait_unready(far)
        self.assertEqual(self.push(far, "user", {"n": 2}).json()["status"], "success")
        self.assertEqual(user.json()["n"], 2)
        proxy.cut = False
        self.wait_ready(far)
        # 503 as long as Redis takes the connection that was cut for one more hub.
        eventually(lambda: self.push(self.a, "user", {"n": 3}).json().get("status") == "success", what="the old connection to be gone")


def may_make_namespaces():
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    probe = "trunkline-probe-%d" % os.getpid()
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode == 0
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return made


@unittest.skipUnless(may_make_namespaces(), "needs root and iproute2 for a network namespace of its own")
class CutNetwork(ClusterTestCase):
    """Redis in a network namespace; the hubs reach it by a veth pair whose other end goes down."""

    hubs = 2

    def setUp(self):
        self.name = "tl%d" % os.getpid()
        self.addCleanup(subprocess.run, ["ip", "netns", "del", self.name], capture_output=True)
        for words in (["netns", "add", self.name], ["link", "add", self.name + "a", "type", "veth", "peer", "name", self.name + "b"],
                      ["link", "set", self.name + "b", "netns", self.name], ["addr", "add", "10.231.77.1/24", "dev", self.name + "a"],
                      ["link", "set", self.name + "a", "up"]):
            subprocess.run(["ip", *words], check=True, capture_output=True)
        inside = ["ip", "netns", "exec", self.name]
        for words in (["addr", "add", "10.231.77.2/24", "dev", self.name + "b"], ["link", "set", self.name + "b", "up"]):
            subprocess.run([*inside, "ip", *words], check=True, capture_output=True)
        self.redis = Redis("--protected-mode", "no", host="10.231.77.2", wrapper=inside)
        self.addCleanup(self.redis.kill)
        self.all = [self.start_hub(name, url="redis://10.231.77.2:%d" % self.redis.port) for name in ("a", "b")]
        self.a, self.b = self.all
        for hub in self.all:
            self.wait_ready(hub)

    def test_a_cut_cable_and_its_return(self):
        user = self.join(self.a, "user")
        self.assertEqual(self.push(self.b, "user", {"n": 1}).json()["status"], "success")
        subprocess.run(["ip", "link", "set", self.name + "a", "down"], check=True)
        answer = self.push(self.b, "user", {"n": 2})
        self.assertEqual((answer.status, answer.json()["detail"]), (503, "Backplane unavailable"))
        for hub in self.all:
            self.wait_unready(hub)
        subprocess.run(["ip", "link", "set", self.name + "a", "up"], check=True)
        for hub in self.all:
            self.wait_ready(hub)
        # 503 as long as Redis takes the connection that was cut for one more hub.
        eventually(lambda: self.push(self.b, "user", {"n": 3}).json().get("sessions") == 1, what="the old connection to be gone")
        self.assertEqual(user.json()["n"], 1)
        self.assertIn(user.json()["n"], (2, 3))     # the one that was answered with 503 may have been on its way


def blocks_of_manual(language):
    return re.findall("```%s\\n(.*?)```" % language, MANUAL.read_text(encoding="utf-8"), re.DOTALL)


def balancer(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")


class BehindProxy(ClusterTestCase):
    """Two hubs behind the balancers that the manual describes, with its own configuration: no session is sticky."""

    def serve_by(self, command, configuration, port):
        folder = tempfile.mkdtemp(prefix="trunkline-test-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        path = os.path.join(folder, "conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration.replace("FOLDER", folder))
        with open(os.path.join(folder, "log"), "w", encoding="utf-8") as log:
            process = subprocess.Popen([word.replace("CONF", path) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=subprocess.STDOUT)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.terminate)

        def listens():
            self.assertIsNone(process.poll(), (pathlib.Path(folder) / "log").read_text(encoding="utf-8"))
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        eventually(listens, what="the balancer to listen")
        self.address = ("127.0.0.1", port)

    def hubs_for(self, text):
        for number, hub in enumerate(self.all):
            text = text.replace("10.0.0.%d:8080" % (number + 1), "127.0.0.1:%d" % hub.port)
        return text

    def post(self, path, value):
        with HttpConnection(self.address) as connection:
            return connection.request("POST", path, (), as_body(value))

    def check(self):
        clients = [WsClient(self.address, "user-%d" % n) for n in range(8)]
        for client in clients:
            self.addCleanup(client.leave)
        self.assertTrue(all(hub.connections() > 0 for hub in self.all), "both hubs have users")
        for n, client in enumerate(clients):
            for _ in range(4):
                self.assertEqual(self.post("/sse/push", {"user_id": "user-%d" % n, "data": {"n": n}}).json()["status"], "success")
                self.assertEqual(client.json()["n"], n)
            connection = HttpConnection(self.address)
            self.addCleanup(connection.close)
            connection.send_request("POST", "/sse/send", (), as_body({"user_id": "user-%d" % n, "data": {"correlation_id": "c-%d" % n}}))
            connection.start_stream()
            client.json()
            for last in (False, True):
                client.send({"correlation_id": "c-%d" % n, "is_final": last})
                self.assertEqual(json.loads(connection.event())["is_final"], last)
            self.assertIsNone(connection.event())
        again = WsClient(self.address, "user-0")
        self.addCleanup(again.http.close)
        self.assertEqual(again.closed(), (1008, "User already connected"))

    @unittest.skipUnless(balancer("nginx"), "needs nginx")
    def test_nginx(self):
        one, upstream = blocks_of_manual("nginx")
        one = re.sub(r"upstream trunkline \{.*?\}\n", "", one)
        one = re.sub(r" *ssl_certificate.*\n", "", one)
        port = free_port()
        one = one.replace("listen 443 ssl", "listen 127.0.0.1:%d" % port).replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
        temporary = "".join("%s_temp_path FOLDER/%s;\n" % (kind, kind) for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.serve_by([balancer("nginx"), "-e", "stderr", "-c", "CONF"],
                      "daemon off;\npid FOLDER/pid;\nevents {}\nhttp {\naccess_log off;\n" + temporary + self.hubs_for(upstream) + one + "}\n", port)
        self.check()

    @unittest.skipUnless(balancer("haproxy"), "needs haproxy")
    def test_haproxy(self):
        port = free_port()
        head = ("defaults\n    mode http\n    timeout connect 5s\n    timeout client 1h\n\n"
                "frontend hubs\n    bind 127.0.0.1:%d\n    default_backend trunkline\n\n" % port)
        self.serve_by([balancer("haproxy"), "-f", "CONF"], head + self.hubs_for(blocks_of_manual("haproxy")[0]), port)
        self.check()


if __name__ == "__main__":
    unittest.main()
