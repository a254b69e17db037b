# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises of the Python "WebSocket SSE Server" that this hub replaces, kept with clients that are not ours:
curl, Python's `websockets` and Node's `ws`. Everything that contract.md marks as seed has its test here."""
import asyncio
import json
import os
import re
import subprocess
import unittest
import uuid

import websockets

import hub as support
from hub import HubTestCase, eventually

UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NODE_CLIENT = os.path.join(os.path.dirname(os.path.abspath(support.__file__)), "ws_client.js")


class SeedCase(HubTestCase):
    @property
    def ws_url(self):
        return "ws://127.0.0.1:%d/ws" % self.hub.port

    def curl(self, *arguments):
        """Runs curl; returns what it printed."""
        done = subprocess.run(["curl", "-sS", "--max-time", "20", *arguments], capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode()

    def curl_post(self, path, value, *arguments):
        return self.curl(*arguments, "-X", "POST", "http://127.0.0.1:%d%s" % (self.hub.port, path),
                         "-H", "Content-Type: application/json", "-d", json.dumps(value))


class PythonClients(SeedCase):
    """Python's `websockets` listens, as the seed's users do."""

    def run_with(self, *users):
        """`@self.run_with("alice")`: runs a coroutine with a connected client for each user."""
        def decorate(function):
            async def body():
                clients = [await websockets.connect("%s?user_id=%s" % (self.ws_url, user), open_timeout=10)
                           for user in users]
                try:
                    await asyncio.wait_for(function(*clients), 30)
                finally:
                    for client in clients:
                        await client.close()
            asyncio.run(body())
        return decorate

    async def post(self, path, value):
        return await asyncio.get_running_loop().run_in_executor(None, self.hub.post, path, value)

    def test_push_is_delivered_and_says_so(self):
        @self.run_with("py-push")
        async def _(client):
            response = await self.post("/sse/push", {"user_id": "py-push", "data": {"message": "hello", "timestamp": 12}})
            self.assertEqual(response.status, 200)
            self.assertLessEqual({"status": "success", "message": "Message delivered"}.items(), response.json().items())
            message = json.loads(await client.recv())
            self.assertEqual(message["message"], "hello")
            self.assertEqual(message["user_id"], "py-push")
            self.assertEqual(message["original_sender"], {"user_id": "py-push", "timestamp": 12})
            self.assertRegex(message["correlation_id"], UUID4)

    def test_original_sender_without_timestamp_says_null(self):
        @self.run_with("py-null")
        async def _(client):
            await self.post("/sse/push", {"user_id": "py-null", "data": {}})
            self.assertEqual(json.loads(await client.recv())["original_sender"], {"user_id": "py-null", "timestamp": None})

    def test_given_correlation_id_is_kept(self):
        @self.run_with("py-cid")
        async def _(client):
            await self.post("/sse/push", {"user_id": "py-cid", "data": {"correlation_id": "mine-1"}})
            self.assertEqual(json.loads(await client.recv())["correlation_id"], "mine-1")

    def test_push_to_nobody_is_partial(self):
        response = self.hub.post("/sse/push", {"user_id": "py-nobody", "data": {}})
        self.assertEqual(response.status, 200)
        self.assertLessEqual({"status": "partial", "message": "User not connected"}.items(), response.json().items())

    def test_batch_answers_each_in_order(self):
        @self.run_with("py-b1", "py-b2")
        async def _(first, second):
            users = ["py-b1", "py-gone", "py-b2", "py-b1"]
            response = await self.post("/sse/push/batch", [{"user_id": user, "data": {"n": n}}
                                                           for n, user in enumerate(users)])
            self.assertEqual(response.status, 200)
            results = response.json()["results"]
            self.assertEqual([(r["index"], r["user_id"], r["success"]) for r in results],
                             [(n, user, user != "py-gone") for n, user in enumerate(users)])
            self.assertEqual([json.loads(await first.recv())["n"] for _ in range(2)], [0, 3])
            self.assertEqual(json.loads(await second.recv())["n"], 2)

    def test_send_streams_every_reply_until_the_final_one(self):
        @self.run_with("py-send")
        async def _(client):
            stream = await asyncio.get_running_loop().run_in_executor(
                None, self.hub.open_stream, {"user_id": "py-send", "data": {"message": "go", "correlation_id": "py-s1"}})
            self.addCleanup(stream.close)
            self.assertEqual(stream.stream.status, 200)
            request = json.loads(await client.recv())
            replies = [{"correlation_id": request["correlation_id"], "n": 1},
                       {"data": {"correlation_id": request["correlation_id"], "n": 2}},
                       {"correlation_id": request["correlation_id"], "n": 3, "is_final": True}]
            for reply in replies:
                await client.send(json.dumps(reply))
            events = await asyncio.get_running_loop().run_in_executor(None, stream.events)
            self.assertEqual(events, replies)

    def test_final_response_ends_the_stream_once_with_is_final(self):
        @self.run_with("py-final")
        async def _(client):
            stream = await asyncio.get_running_loop().run_in_executor(
                None, self.hub.open_stream, {"user_id": "py-final", "data": {}})
            self.addCleanup(stream.close)
            cid = json.loads(await client.recv())["correlation_id"]
            await client.send(json.dumps({"type": "final_response", "correlation_id": cid, "text": "done"}))
            events = await asyncio.get_running_loop().run_in_executor(None, stream.events)
            self.assertEqual(events, [{"type": "final_response", "correlation_id": cid, "text": "done", "is_final": True}])

    def test_second_connection_is_accepted_then_closed_and_the_first_goes_on(self):
        @self.run_with("py-twice")
        async def _(first):
            async with websockets.connect(self.ws_url + "?user_id=py-twice") as second:
                with self.assertRaises(websockets.ConnectionClosedError):
                    await second.recv()
                self.assertEqual((second.close_code, second.close_reason), (1008, "User already connected"))
            response = await self.post("/sse/push", {"user_id": "py-twice", "data": {"n": 1}})
            self.assertEqual(response.json()["status"], "success")
            self.assertEqual(json.loads(await first.recv())["n"], 1)

    def test_missing_user_is_refused(self):
        async def body():
            with self.assertRaises(websockets.exceptions.InvalidHandshake) as refused:
                await websockets.connect(self.ws_url)
            # websockets 10 of Debian 12 and 15 of Debian 13 call it differently.
            error = refused.exception
            self.assertEqual(getattr(error, "status_code", None) or error.response.status_code, 400)
        asyncio.run(body())


class Mentions(SeedCase):
    """`@name` sends a message to a public account instead of its user."""

    def test_each_public_account_of_the_seed_is_reached(self):
        for account in ("ci_bot", "email_bot", "notification_bot", "system_bot"):
            with self.subTest(account=account):
                bot = self.hub.join(account)
                user = self.hub.join("mention-user")
                self.assertTrue(self.hub.push("mention-user", {"message": "please @%s, look" % account}))
                message = bot.json()
                self.assertEqual(message["user_id"], "mention-user")
                self.assertEqual(message["original_sender"]["user_id"], "mention-user")
                self.assertTrue(user.nothing_came())
                bot.leave()
                user.leave()

    def test_the_account_may_answer_the_stream(self):
        bot = self.join("ci_bot")
        stream = self.stream({"user_id": "somebody", "data": {"text": "@ci_bot build"}})
        cid = bot.json()["correlation_id"]
        bot.send({"correlation_id": cid, "ok": True, "is_final": True})
        self.assertEqual([event["ok"] for event in stream.events()], [True])

    def test_each_member_that_may_hold_the_text(self):
        bot = self.join("email_bot")
        for member in ("message", "text", "data", "content", "body"):
            with self.subTest(member=member):
                self.assertTrue(self.hub.push("m-user", {member: "hi @email_bot"}))
                self.assertEqual(bot.json()[member], "hi @email_bot")

    def test_only_the_first_text_is_searched(self):
        bot, user = self.join("system_bot"), self.join("m-first")
        self.assertTrue(self.hub.push("m-first", {"text": "@system_bot", "message": "no mention here"}))
        self.assertEqual(user.json()["message"], "no mention here")
        self.assertTrue(self.hub.push("m-first", {"body": "@system_bot", "message": 5, "text": {"a": "@system_bot"}}))
        self.assertEqual(bot.json()["message"], 5)
        self.assertTrue(user.nothing_came())

    def test_the_first_name_that_is_public_wins(self):
        ci, mail = self.join("ci_bot"), self.join("email_bot")
        self.assertTrue(self.hub.push("m-u", {"message": "@nobody @ci_bots, @email_bot then @ci_bot"}))
        self.assertIn("@nobody", mail.json()["message"])
        self.assertTrue(ci.nothing_came())

    def test_names_end_where_the_seed_ended_them(self):
        bot, user = self.join("ci_bot"), self.join("m-end")
        for text in ("@ci_bot", "@ci_bot.", "x@ci_bot", "@@ci_bot!", "(@ci_bot)", "@ci_botä"):
            with self.subTest(text=text):
                self.assertTrue(self.hub.push("m-end", {"message": text}))
                self.assertEqual(bot.json()["message"], text)
        for text in ("@ci_bot2", "@ci_bot_", "@CI_BOT", "ci_bot", "@ ci_bot", "@ci", "@"):
            with self.subTest(text=text):
                self.assertTrue(self.hub.push("m-end", {"message": text}))
                self.assertEqual(user.json()["message"], text)

    def test_an_escaped_at_sign_is_one(self):
        bot = self.join("ci_bot")
        response = self.hub.post("/sse/push", rb'{"user_id":"m-esc","data":{"message":"\u0040ci\u005fbot"}}')
        self.assertEqual(response.json()["status"], "success")
        self.assertEqual(bot.json()["message"], "@ci_bot")

    def test_an_absent_account_is_a_user_who_is_not_connected(self):
        user = self.join("m-absent")
        self.assertFalse(self.hub.push("m-absent", {"message": "@notification_bot"}))
        self.assertTrue(user.nothing_came())

    def test_mentions_in_a_batch(self):
        bot, user = self.join("ci_bot"), self.join("m-batch")
        response = self.hub.post("/sse/push/batch", [{"user_id": "m-batch", "data": {"n": 1}},
                                                     {"user_id": "m-batch", "data": {"n": 2, "body": "@ci_bot"}}])
        self.assertEqual([result["success"] for result in response.json()["results"]], [True, True])
        self.assertEqual(user.json()["n"], 1)
        self.assertEqual(bot.json()["n"], 2)


class MoreAccounts(SeedCase):
    """PUBLIC_ACCOUNTS adds to the seed's four."""
    settings = {"public_accounts": "order_bot,second_bot"}

    def test_added_accounts_and_the_four(self):
        for account in ("order_bot", "second_bot", "ci_bot"):
            bot = self.hub.join(account)
            self.assertTrue(self.hub.push("x", {"message": "@" + account}), account)
            bot.leave()


class OnlyOwnAccounts(SeedCase):
    """PUBLIC_ACCOUNTS_DEFAULTS=false leaves the four out."""
    settings = {"public_accounts": '["order_bot"]', "public_accounts_defaults": "false"}

    def test_the_four_are_no_accounts(self):
        bot, own = self.join("ci_bot"), self.join("order_bot")
        user = self.join("own-user")
        self.assertTrue(self.hub.push("own-user", {"message": "@ci_bot"}))
        self.assertEqual(user.json()["message"], "@ci_bot")
        self.assertTrue(self.hub.push("own-user", {"message": "@order_bot"}))
        self.assertEqual(own.json()["message"], "@order_bot")
        self.assertTrue(bot.nothing_came())


class CurlAndNode(SeedCase):
    """curl posts, Node's `ws` answers."""

    def node(self, user, *arguments):
        process = subprocess.Popen(["node", NODE_CLIENT, "%s?user_id=%s" % (self.ws_url, user), *arguments],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env={**os.environ, "NODE_PATH": "/usr/share/nodejs"})

        def end():
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        self.addCleanup(end)
        return process

    def says(self, process):
        line = process.stdout.readline()
        self.assertTrue(line, "node ended without a word")
        return json.loads(line)

    def test_curl_gets_the_reply_of_node_as_events(self):
        node = self.node("alice", "--echo")
        self.assertEqual(self.says(node), {"open": True})
        out = self.curl_post("/sse/send", {"user_id": "alice", "data": {"message": "hi"}}, "-N", "-i")
        head, _, body = out.partition("\r\n\r\n")
        self.assertRegex(head, r"^HTTP/1\.1 200 ")
        self.assertRegex(head, r"(?im)^content-type: text/event-stream")
        events = [json.loads(line[len("data: "):]) for line in body.split("\n\n") if line]
        self.assertEqual([event.get("part") for event in events], [1, None])
        self.assertEqual(events[1]["echo"], "hi")
        self.assertIs(events[1]["is_final"], True)

    def test_node_receives_pushes_and_closes(self):
        node = self.node("bob")
        self.says(node)
        self.assertEqual(json.loads(self.curl_post("/sse/push", {"user_id": "bob", "data": {"emoji": "😀"}}))["status"], "success")
        message = self.says(node)
        self.assertFalse(message["binary"])
        self.assertEqual(json.loads(message["message"])["emoji"], "😀")
        node.stdin.write(b"x")
        node.stdin.flush()
        self.assertEqual(self.says(node)["close"], 1000)
        eventually(lambda: not self.hub.push("bob", {}), what="bob to be forgotten")

    def test_node_is_told_that_the_user_is_there_already(self):
        first, second = self.node("carol"), None
        self.says(first)
        second = self.node("carol")
        self.assertEqual(self.says(second), {"open": True})
        self.assertEqual(self.says(second), {"close": 1008, "reason": "User already connected"})

    def test_curl_posts_a_body_large_enough_for_100_continue(self):
        node = self.node("dave")
        self.says(node)
        text = "x" * 1_200_000
        file = os.path.join(self.hub.directory, "body-%s" % uuid.uuid4())
        with open(file, "w", encoding="utf-8") as out:
            json.dump({"user_id": "dave", "data": {"message": text}}, out)
        answer = self.curl("http://127.0.0.1:%d/sse/push" % self.hub.port, "-H", "Content-Type: application/json",
                           "-H", "Expect: 100-continue", "--data-binary", "@" + file)
        self.assertEqual(json.loads(answer)["status"], "success")
        self.assertEqual(json.loads(self.says(node)["message"])["message"], text)

    def test_curl_reads_health_and_metrics(self):
        health = json.loads(self.curl("http://127.0.0.1:%d/health" % self.hub.port))
        self.assertLessEqual({"status": "healthy", "uptime": "running"}.items(), health.items())
        self.assertIsInstance(health["connections"], int)
        metrics = json.loads(self.curl("http://127.0.0.1:%d/metrics" % self.hub.port))
        self.assertEqual(metrics["service"], "websocket-sse-server")
        self.assertIsInstance(metrics["active_connections"], int)

    def test_curl_is_told_when_the_user_is_not_connected(self):
        out = self.curl_post("/sse/send", {"user_id": "nobody-here", "data": {"correlation_id": "c-none"}}, "-N")
        self.assertTrue(out.startswith("data: ") and out.endswith("\n\n") and out.count("\n") == 2, out)
        self.assertEqual(json.loads(out[6:]), {"error": "User not connected", "correlation_id": "c-none"})


class Timeouts(SeedCase):
    settings = {"sse_response_timeout": "300ms"}

    def test_curl_is_told_when_nobody_answers(self):
        self.join("silent")
        out = self.curl_post("/sse/send", {"user_id": "silent", "data": {"correlation_id": "c-time"}}, "-N")
        self.assertEqual(json.loads(out[6:]), {"error": "Timeout waiting for response", "correlation_id": "c-time"})


class OtherPaths(SeedCase):
    """WS_PATH, SSE_PATH, SSE_BATCH_PATH and SSE_SEND_PATH move the routes; the old ones are gone."""
    settings = {"ws_path": "/socket", "sse_path": "/p", "sse_batch_path": "/p/many", "sse_send_path": "/ask"}

    def test_the_routes_have_moved(self):
        user = self.join("mover", path="/socket")
        body = {"user_id": "mover", "data": {"correlation_id": "moved"}}
        self.assertEqual(self.hub.post("/p", body).json()["status"], "success")
        self.assertEqual(self.hub.post("/p/many", [body]).json()["results"][0]["success"], True)
        stream = self.stream(body, path="/ask")
        for _ in range(3):
            user.receive()
        user.send({"correlation_id": "moved", "is_final": True})
        self.assertEqual(len(stream.events()), 1)
        for path in ("/sse/push", "/sse/push/batch", "/sse/send"):
            self.assertDetail(self.hub.post(path, body), 404, "Not Found")
        with self.assertRaises(support.HandshakeRefused) as refused:
            self.hub.join("mover2", path="/ws")
        self.assertEqual(refused.exception.response.status, 404)


if __name__ == "__main__":
    unittest.main(verbosity=2)
