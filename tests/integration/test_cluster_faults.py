# SPDX-License-Identifier: GPL-3.0-or-later
"""What hubs do while their Redis, the network or another hub fails: nobody is told what is not so, and nobody waits for ever."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from cluster import PUSH, SEND, ClusterTestCase, Redis, as_body, eventually, free_port
from hub import WsClient, binary, clean_environment

PATIENCE = 1.0      # REDIS_TIMEOUT of these hubs, in seconds


class FaultCase(ClusterTestCase):
    def stream(self, hub, user, **data):
        connection = hub.connect()
        self.addCleanup(connection.close)
        connection.send_request("POST", SEND, (), as_body({"user_id": user, "data": data}))
        connection.start_stream()
        return connection

    def refused_at_once(self, hub, user):
        start = time.monotonic()
        answer = self.push(hub, user)
        self.assertEqual((answer.status, answer.json()["detail"]), (503, "Backplane unavailable"))
        self.assertEqual(answer.header("Retry-After"), "1")
        self.assertLess(time.monotonic() - start, PATIENCE, "the answer waited for the backplane although it is known to be away")

    def works(self):
        """A message goes from each hub to each."""
        for number, holder in enumerate(self.all):
            user = self.join(holder, "works-%d" % number)
            for asker in self.all:
                self.assertEqual(self.push(asker, "works-%d" % number, {"from": asker.port}).json()["status"], "success")
                self.assertEqual(user.json()["from"], asker.port)
            user.leave()


class RedisFaults(FaultCase):
    def test_without_redis_local_users_go_on_and_others_get_503(self):
        near, far = self.join(self.a, "near"), self.join(self.b, "far")
        stream = self.stream(self.a, "far", correlation_id="open")
        far.json()
        self.redis.stop()
        self.assertEqual(json.loads(stream.event()), {"error": "Backplane unavailable", "correlation_id": "open"})
        self.assertIsNone(stream.event())
        for hub in self.all:
            self.wait_unready(hub)
            self.assertIn("Backplane unavailable", hub.get("/ready").json()["detail"])
        self.refused_at_once(self.a, "far")
        self.refused_at_once(self.a, "nobody")
        ask = self.a.post(SEND, {"user_id": "far", "data": {}})
        self.assertEqual((ask.status, ask.json()["detail"]), (503, "Backplane unavailable"))
        self.assertEqual(self.push(self.a, "near", {"n": 1}).json()["status"], "success")
        self.assertEqual(near.json()["n"], 1)
        batch = self.a.post("/sse/push/batch", [{"user_id": user, "data": {"n": 2}} for user in ("near", "far")]).json()["results"]
        self.assertEqual([(item["success"], item.get("error")) for item in batch], [(True, None), (False, "Backplane unavailable")])
        self.assertEqual(near.json()["n"], 2)
        local = self.stream(self.a, "near", correlation_id="local")
        near.json()
        near.send({"correlation_id": "local", "is_final": True})
        self.assertEqual(json.loads(local.event())["is_final"], True)
        newcomer = self.join(self.a, "newcomer")
        self.assertEqual(self.push(self.a, "newcomer", {"n": 3}).json()["status"], "success")
        self.assertEqual(newcomer.json()["n"], 3)

        self.redis.start()
        for hub in self.all:
            self.wait_ready(hub)
        for user, client in (("near", near), ("far", far), ("newcomer", newcomer)):
            for hub in self.all:
                self.assertEqual(self.push(hub, user, {"back": hub.port}).json()["sessions"], 1)
                self.assertEqual(client.json()["back"], hub.port)
            self.assertTrue(client.nothing_came())
        self.works()

    def test_a_redis_that_hangs_counts_as_lost_and_no_request_stays_open(self):
        far = self.join(self.b, "far")
        stream = self.stream(self.a, "far", correlation_id="open")
        far.json()
        self.redis.pause()
        start = time.monotonic()
        answer = self.push(self.a, "far", {"lost": True})
        self.assertEqual((answer.status, answer.json()["detail"]), (503, "Backplane unavailable"))
        self.assertLess(time.monotonic() - start, 4 * PATIENCE)
        self.assertEqual(json.loads(stream.event())["error"], "Backplane unavailable")
        self.wait_unready(self.a)
        self.refused_at_once(self.a, "far")
        self.redis.resume()
        for hub in self.all:
            self.wait_ready(hub)
        eventually(lambda: self.push(self.a, "far", {"n": 1}).json().get("status") == "success", what="the way to be open again")
        while far.json().get("n") != 1:
            pass        # the message that was answered with 503 may have been on its way
        self.works()

    def test_a_paused_redis_delays_but_loses_nothing(self):
        far = self.join(self.b, "far")
        self.redis.command("CLIENT", "PAUSE", "500", "ALL")
        answer = self.push(self.a, "far", {"n": 1})
        self.assertEqual(answer.json()["status"], "success")
        self.assertEqual(far.json()["n"], 1)
        self.assertTrue(self.a.metrics()["backplane"]["up"])

    def test_whoever_came_twice_while_redis_was_away_is_one_again(self):
        one = self.join(self.a, "twin")
        self.redis.stop()
        for hub in self.all:
            self.wait_unready(hub)
        two = self.join(self.b, "twin")
        self.assertEqual(self.push(self.b, "twin", {"n": 1}).json()["status"], "success")
        self.assertEqual(two.json()["n"], 1)
        self.redis.start()
        for hub in self.all:
            self.wait_ready(hub)
        eventually(lambda: sum(hub.connections() for hub in self.all) == 1, what="one of them to be closed")
        kept = one if self.a.connections() else two
        lost = two if kept is one else one
        self.assertEqual(lost.closed(), (1008, "User already connected"))
        for hub in self.all:
            self.assertEqual(self.push(hub, "twin", {"from": hub.port}).json()["sessions"], 1)
            self.assertEqual(kept.json()["from"], hub.port)

    def test_restarts_under_load_leave_nothing_open_and_no_lie(self):
        load = Load(self, users=20, seconds=6)
        for _ in range(3):
            time.sleep(0.7)
            self.redis.stop()
            time.sleep(0.4)
            self.redis.start()
        load.finish()
        load.check(self)
        self.assertGreater(load.count("success"), 100)


class KeptWhileAway(FaultCase):
    settings = {"history_size": 50, "offline_queue": 10}

    def test_users_who_came_meanwhile_go_on_with_redis_numbers(self):
        first = self.join(self.a, None, path="/ws?user_id=numbered&sequence=1")
        before = self.push(self.b, "numbered", {"n": 1}).json()["seq"]
        self.assertEqual(first.json()["_seq"], before)
        first.leave()
        self.redis.pause()
        self.wait_unready(self.a)
        again = self.join(self.a, None, path="/ws?user_id=numbered&sequence=1")
        self.assertEqual(self.push(self.a, "numbered", {"n": 2}).json()["status"], "success")
        message = again.json()
        self.assertEqual((message["n"], message.get("_seq")), (2, None))
        self.redis.resume()
        for hub in self.all:
            self.wait_ready(hub)
        answer = self.push(self.b, "numbered", {"n": 3}).json()
        message = again.json()
        self.assertEqual((answer["status"], message["n"], message["_seq"]), ("success", 3, answer["seq"]))
        self.assertEqual(answer["seq"], before + 1)

    def test_scripts_that_were_flushed_are_loaded_again(self):
        user = self.join(self.a, "flushed")
        self.redis.command("SCRIPT", "FLUSH")
        self.push(self.b, "flushed", {"n": 0})
        eventually(lambda: self.push(self.b, "flushed", {"n": 1}).status == 200, what="the scripts to be back")
        while user.json()["n"] != 1:
            pass


class Load:
    """Pushes from every hub to users of every hub, each message with a number of its own, and notes what was answered and what arrived."""

    def __init__(self, test, users, seconds):
        self.test, self.hubs = test, list(test.all)
        self.end = time.monotonic() + seconds
        self.answers, self.arrived, self.slowest = {}, {}, 0.0
        self.lock = threading.Lock()
        self.clients = []
        for n in range(users):
            hub = self.hubs[n % len(self.hubs)]
            client = WsClient(hub.address, "load-%d" % n)
            test.addCleanup(client.http.close)
            self.clients.append(client)
        self.readers = [threading.Thread(target=self.read, args=(client,)) for client in self.clients]
        self.senders = [threading.Thread(target=self.send, args=(hub, k)) for k, hub in enumerate(self.hubs)]
        for thread in self.readers + self.senders:
            thread.start()

    def read(self, client):
        try:
            while True:
                number = client.json()["number"]
                with self.lock:
                    self.arrived[number] = self.arrived.get(number, 0) + 1
        except Exception:
            pass        # closed at the end, or with its hub

    def send(self, hub, sender):
        n = 0
        while time.monotonic() < self.end:
            n += 1
            number = "%d-%d" % (sender, n)
            start = time.monotonic()
            try:
                answer = self.test.push(hub, "load-%d" % (n % len(self.clients)), {"number": number})
                said = answer.json().get("status", str(answer.status)) if answer.status == 200 else str(answer.status)
            except (OSError, AssertionError):
                said = "gone"       # its hub was killed
                if hub.process.poll() is not None:
                    return
            with self.lock:
                self.answers[number] = said
                self.slowest = max(self.slowest, time.monotonic() - start)

    def finish(self):
        for thread in self.senders:
            thread.join(60)
        time.sleep(0.3)
        for client in self.clients:
            client.shut_socket() if client.http.socket.fileno() >= 0 else None
        for thread in self.readers:
            thread.join(20)

    def count(self, said):
        return sum(value == said for value in self.answers.values())

    def check(self, test, lost_users=()):
        """What was answered `success` arrived, once; nothing arrived twice; no request took longer than its time."""
        missing = [number for number, said in self.answers.items() if said == "success" and number not in self.arrived]
        missing = [number for number in missing if int(number.split("-")[1]) % len(self.clients) not in lost_users]
        test.assertEqual(missing, [])
        test.assertEqual([number for number, count in self.arrived.items() if count > 1], [])
        test.assertLess(self.slowest, 8 * PATIENCE)
        test.assertEqual([said for said in self.answers.values() if said not in ("success", "partial", "503", "gone")], [])


class HubFaults(FaultCase):
    hubs = 3

    def test_a_hub_that_is_killed_loses_only_its_own(self):
        mine, theirs = self.join(self.a, "mine"), self.join(self.c, "theirs")
        from_dead = self.stream(self.c, "mine", correlation_id="dies")
        to_dead = self.stream(self.a, "theirs", correlation_id="asked")
        mine.json(), theirs.json()
        watcher = self.join(self.b, None, path="/ws?user_id=watcher&presence=1")
        self.c.process.kill()
        self.c.process.wait()
        from_dead.close()
        self.assertEqual(self.push(self.a, "theirs").json()["status"], "partial")
        # Its lease is worth nothing any more: the user comes back elsewhere at once.
        back = self.join(self.b, "theirs")
        self.assertEqual(self.push(self.a, "theirs", {"n": 1}).json()["status"], "success")
        self.assertEqual(back.json()["n"], 1)
        mine.send({"correlation_id": "dies", "is_final": True})
        eventually(lambda: self.a.metrics()["backplane"]["hubs"] == 2, what="the dead hub to be missed")
        # Gone with its hub, and back on another: whether both is told depends on which was faster.
        self.assertEqual({watcher.json()["user_id"]}, {"theirs"})
        to_dead.close()
        self.assertEqual(self.push(self.b, "mine", {"n": 2}).json()["status"], "success")
        self.assertEqual(mine.json()["n"], 2)

    def test_a_request_to_a_hub_that_died_ends_within_its_timeout(self):
        slow = self.start_hub("hub-x", sse_response_timeout="1500ms")
        self.wait_ready(slow)
        theirs = self.join(self.c, "theirs")
        stream = self.stream(slow, "theirs", correlation_id="asked")
        theirs.json()
        self.c.process.kill()
        # The second one when it died before it could say that it had delivered the request.
        self.assertIn(json.loads(stream.event())["error"], ("Timeout waiting for response", "Backplane unavailable"))
        self.assertIsNone(stream.event())

    def test_a_kill_under_load_makes_nobody_lie(self):
        load = Load(self, users=30, seconds=5)
        time.sleep(1.5)
        self.c.process.send_signal(signal.SIGKILL)
        load.finish()
        # What was written to the dead hub's sockets died with them.
        load.check(self, lost_users={n for n in range(30) if n % 3 == 2})
        self.assertGreater(load.count("success"), 100)


class FiveHubs(FaultCase):
    hubs = 5

    def test_everybody_reaches_everybody(self):
        self.works()
        users = {hub: self.join(hub, "five-%d" % n) for n, hub in enumerate(self.all)}
        answer = self.e.post("/sse/broadcast", {"data": {"n": 1}}).json()
        self.assertEqual((answer["users"], answer["sessions"]), (5, 5))
        for client in users.values():
            self.assertEqual(client.json()["n"], 1)


class Passwords(FaultCase):
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

    def test_a_user_who_may_not_publish_is_told(self):
        cli = ["-a", "correct horse", "--no-auth-warning"]
        self.redis.command(*cli, "ACL", "SETUSER", "mute", "on", ">pw", "~trunkline:*", "&trunkline:*", "+@all", "-eval", "-evalsha", "-script")
        hub = self.start_hub("mute", url=self.url("mute:pw@"))
        self.assertIn("NOPERM", eventually(lambda: hub.metrics()["backplane"]["problem"], what="the problem"))
        self.assertEqual(hub.get("/ready").status, 503)
        near = self.join(hub, "near")
        self.assertEqual(self.push(hub, "near", {"n": 1}).json()["status"], "success")
        self.assertEqual(near.json()["n"], 1)


class EncryptedRedis(FaultCase):
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


class Proxy:
    """Stands between a hub and its Redis: delays, or cuts, without either end being told."""

    def __init__(self, test, target):
        self.delay, self.cut, self.target = 0.0, False, target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = [self.listener]
        test.addCleanup(self.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        try:
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                self.sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self.copy, args=(source, sink), daemon=True).start()
        except OSError:
            pass

    def copy(self, source, sink):
        try:
            while data := source.recv(65536):
                time.sleep(self.delay)
                while self.cut:
                    time.sleep(0.01)
                sink.sendall(data)
        except OSError:
            pass
        source.close(), sink.close()

    def close(self):
        self.cut = False
        for item in self.sockets:
            try:
                item.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            item.close()


class SlowNetwork(FaultCase):
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
        self.assertEqual(self.push(self.a, "user", {"n": 3}).json()["status"], "success")


def may_make_namespaces():
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    probe = "trunkline-probe-%d" % os.getpid()
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode == 0
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return made


@unittest.skipUnless(may_make_namespaces(), "needs root and iproute2 for a network namespace of its own")
class CutNetwork(FaultCase):
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
        self.assertEqual(self.push(self.b, "user", {"n": 3}).json()["sessions"], 1)
        self.assertEqual(user.json()["n"], 1)
        self.assertIn(user.json()["n"], (2, 3))     # the one that was answered with 503 may have been on its way


if __name__ == "__main__":
    unittest.main()
