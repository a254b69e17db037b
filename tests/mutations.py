#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks the hub on purpose, one promise at a time, and checks that a test notices.

Works on a copy of HEAD in a temporary folder. Prints one line a mutation; exit code 1 when one survived.
`tests/mutations.py` takes some minutes; it is run by hand, its last result stands in tests/contract.md.
"""

import os
import signal
import subprocess
import sys
import tempfile

# file, what stands there, what is put in its place, the test module and cases that must turn red
MUTATIONS = [
    ("hub/core/Message.cpp", '{"user_id", "original_sender", "correlation_id"}', '{"user_id", "user_id", "correlation_id"}',
     "test_push_batch.py", "a member that the hub sets is left in data as well"),
    ("hub/HubRequests.cpp", "request->target != from.user", "false",
     "test_stream_ends.py test_send_stream.py seed_promises.py test_websocket.py", "any user may answer for any other"),
    ("hub/core/CorrelationTable.cpp", "    it->second->deadline = m_clock.now() + m_timeout;\n", "",
     "test_stream_ends.py seed_promises.py test_send_stream.py", "a reply does not restart the clock"),
    ("hub/core/Reply.cpp", "finalResponse && !flagged ?", "false ?",
     "seed_promises.py test_send_stream.py", "final_response arrives without is_final"),
    ("hub/Hub.cpp", "m_settings.duplicatePolicy == DuplicatePolicy::Reject", "m_settings.duplicatePolicy != DuplicatePolicy::Reject",
     "seed_promises.py test_websocket.py", "a second connection of a user is let in"),
    ("hub/core/JsonTokens.cpp", "(integerDigits > 1 && *integer == '0')", "false",
     "test_json_bytes.py", "01 passes for a number"),
    ("hub/core/RequestHead.cpp", "if (m_head.chunked && m_lengths > 0)", "if (false)",
     "test_http_framing.py", "Content-Length and Transfer-Encoding stand side by side"),
    ("hub/core/AccessPolicy.cpp", "visitor.handshake || visitor.method == \"POST\" ? refusalForForeigner(visitor) : std::nullopt", "std::nullopt",
     "test_access.py", "a foreign page may post and connect"),
    ("hub/core/MentionRouter.cpp", "            if (const auto found = m_accounts.find(view); found != m_accounts.end())\n                return *found;",
     "            const auto found = m_accounts.find(view);\n            return found == m_accounts.end() ? std::nullopt : std::optional<UserId>(*found);",
     "seed_promises.py test_push_batch.py", "only the first @name is looked at"),
    ("hub/api/PushRoutes.cpp", "    if (!issues.empty()) {\n", "    if (!issues.empty() && messages.empty()) {\n",
     "seed_promises.py test_push_batch.py", "a batch with an invalid message is delivered in part"),
    ("hub/net/Connection.cpp", "m_socket->bytesAvailable() > kMaxHeldBytes", "false",
     "test_stream_ends.py test_send_stream.py", "any amount may wait behind a stream"),
    ("hub/core/Reply.cpp", "reply.event.removeIf([](char c) { return c == '\\n' || c == '\\r'; });", "",
     "test_send_stream.py test_json_bytes.py seed_promises.py", "a reply of several lines makes several lines of the event"),
    ("hub/HubKeeping.cpp", "session && !session->catchUp)\n            taken", "session)\n            taken",
     "test_resume.py", "what is new overtakes what is replayed"),
    ("hub/HubKeeping.cpp", "if (progress.numbered && number > progress.cursor + 1 && log->lostThrough > progress.cursor) {", "if (false) {",
     "test_resume.py", "what is lost is lost in silence"),
    ("hub/HubKeeping.cpp", "        m_log->confirm(*log, through);\n", "",
     "test_resume.py", "what was received comes again on the next connection"),
    ("hub/HubKeeping.cpp", "    session.endpoint->whenReceived([this, user = session.user, through] { confirm(user, through); });", "    confirm(session.user, through);",
     "test_store.py", "what waited counts as delivered before it is"),
    ("hub/api/PushRoutes.cpp", "    if (ticket == 0)\n", "    if (true)\n",
     "test_store.py", "a push is answered before it is in the file"),
    ("hub/core/MessageLog.cpp", "std::max<qint64>(0, m_clock.wall().count())", "0",
     "test_resume.py test_subscribers.py test_eventsource.py test_store.py", "a hub that starts anew gives the same numbers again"),
    ("hub/api/StreamRoutes.cpp", "    if (const auto refusal = exchange.refusalForForeigner())\n", "    if (const auto refusal = std::optional<HttpRefusal>())\n",
     "test_subscribers.py", "a foreign page may listen"),
    ("hub/api/StreamRoutes.cpp", "return request.field(\"Origin\").isNull() && !site.isNull()", "return false && !site.isNull()",
     "test_subscribers.py", "an image of a foreign page takes a user's place"),
    ("hub/core/MessageLog.cpp", "log.queue.size() < m_limits.queue && ", "",
     "test_resume.py", "the offline queue has no bound"),
    ("hub/core/WsReader.cpp", "    if (!(second & 0x80))\n", "    if (false)\n",
     "test_ws_conformance.py", "a frame that is not masked is read"),
    ("hub/core/WsReader.cpp", "(tail == 0 || canBeCompleted(bytes.last(tail)))", "tail == 0",
     "test_ws_conformance.py", "a character may not be split between fragments"),
    ("hub/core/WsReader.cpp", "if (!isWsCloseCode(code)) {", "if (code < 1000) {",
     "test_ws_conformance.py", "any close code is answered"),
    ("hub/net/WsSession.cpp", "    if (m_out->unsentBytes() > m_settings.sendQueueBytes)\n        pauseReading();\n", "",
     "test_ws_conformance.py", "who does not read its answers is read on"),
    ("hub/net/Gate.cpp", "    m_arrivals->setEnabled(false);\n", "",
     "test_faults.py", "without descriptors the hub asks again and again"),
    ("hub/net/Handshake.cpp", "if (head.count(name) > 1)", "if (false)",
     "test_ws_conformance.py", "of two keys the first one counts"),
    ("hub/core/RequestHead.cpp", "    if (!text.endsWith('\\r'))\n        return Outcome::Malformed;      // a bare LF\n", "",
     "test_http_conformance.py", "a bare line feed ends a chunk's size"),
    ("hub/net/Handshake.cpp", "!pass.user.isEmpty() && guest.user != pass.user", "false",
     "test_tokens.py", "a token of one user connects as another"),
    ("hub/core/Jwt.cpp", "audience.isEmpty() ? !aud.isUndefined() : !namesAudience(aud, QString::fromUtf8(audience))", "false",
     "test_tokens.py", "a token that is meant for somebody else is good"),
    ("hub/net/ConnectionAdmission.cpp", "rate.isOn() ? rate.take(pass.bearer) : std::nullopt", "std::optional<Clock::Duration>()",
     "test_limits.py", "no user's requests are counted"),
    ("hub/cluster/RedisBackplane.cpp", 'wanted.value, "NX", "PX"', 'wanted.value, "PX"',
     "test_cluster.py", "two hubs have a request with the same id open"),
    ("hub/HubArrivals.cpp", "asked->second.holders < 0 || asked->second.left < asked->second.holders", "false",
     "test_cluster.py", "a request ends when one of the hubs that have the user loses it"),
    ("hub/HubElsewhere.cpp", "        noteNotTaken(target, key, outcome, request);\n", "",
     "test_cluster.py", "a push to another hub that nobody took is not counted"),
]


def run(command, **keywords):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **keywords)


def turns_red(source, build, modules):
    environment = dict(os.environ, TRUNKLINE_BIN=os.path.join(build, "app/trunkline/trunkline"),
                       PYTHONPATH=os.path.join(source, "tests/support"))
    python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
    for module in modules.split():
        path = os.path.join(source, "tests/integration", module)
        if code_of([python, "-W", "ignore", path], environment) != 0:
            return module
    return None


def code_of(command, environment):
    """The exit code of a test; hubs that a failed test leaves behind are ended. A test that hangs has failed."""
    test = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            start_new_session=True)
    try:
        return test.wait(timeout=120)
    except subprocess.TimeoutExpired:
        return "hangs"
    finally:
        try:
            os.killpg(test.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        test.wait()


def patterns_gone(root):
    """Mutations whose place is no longer there, or there more than once."""
    gone = []
    for name, before, *_, meaning in MUTATIONS:
        with open(os.path.join(root, name), encoding="utf-8") as file:
            if file.read().count(before) != 1:
                gone.append("%s: %s" % (name, meaning))
    return gone


def main():
    root = run(["git", "rev-parse", "--show-toplevel"]).stdout.strip()
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        source, build = os.path.join(folder, "source"), os.path.join(folder, "build")
        os.mkdir(source)
        archive = subprocess.run(["git", "-C", root, "archive", "HEAD"], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", source], input=archive, check=True)
        run(["cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DTRUNKLINE_BUILD_TESTS=OFF",
             "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"])
        for name, before, after, modules, meaning in MUTATIONS:
            path = os.path.join(source, name)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if before not in text:
                print("gone      %s: %s" % (name, meaning))
                survivors += 1
                continue
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(before, after, 1))
            built = run(["cmake", "--build", build, "--target", "trunkline"])
            noticed = built.returncode == 0 and turns_red(source, build, modules)
            verdict = "no build " if built.returncode else "caught   " if noticed else "SURVIVED "
            survivors += not noticed
            print("%s %s: %s%s" % (verdict, name, meaning, " (%s)" % noticed if noticed else ""), flush=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
