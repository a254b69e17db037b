// SPDX-License-Identifier: GPL-3.0-or-later
// A hub for Node tests, one file to copy (Node 18 or later, no packages):
//
//     const { startHub } = require("./trunkline_hub.js");
//     const hub = await startHub({ publicAccounts: "robot" });
//     await hub.push("alice", { n: 1 });
//     for await (const reply of hub.send("alice", { message: "hi" })) console.log(reply);
//     await hub.stop();
//
// The program is `trunkline` from the PATH, or what TRUNKLINE_BIN names. The hub ends with this process (--parent-pid).
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a hub on a free port. Settings are properties: { sseResponseTimeout: "2s" } becomes --sse-response-timeout 2s. */
async function startHub(settings = {}, startMilliseconds = 20000) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trunkline-"));
  const ready = path.join(folder, "ready.json");
  const args = ["serve", "--port", "0", "--ready-file", ready, "--parent-pid", String(process.pid)];
  for (const [name, value] of Object.entries(settings)) {
    args.push("--" + name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()), String(value));
  }
  let log = "";
  const child = spawn(process.env.TRUNKLINE_BIN || "trunkline", args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => {
    child.on("error", (error) => { log += error; resolve(-1); });
    child.on("exit", (code) => resolve(code));
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => { log += bytes; });
  const deadline = Date.now() + startMilliseconds;
  while (!fs.existsSync(ready)) {                 // it appears whole, once connections are accepted
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      child.kill();
      throw new Error("the hub did not start:\n" + log);
    }
    await sleep(20);
  }
  const { url, ws_url: wsUrl, token } = JSON.parse(fs.readFileSync(ready, "utf8"));
  const post = (where, body) => fetch(url.replace(/\/$/, "") + where, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Authorization: "Bearer " + token },
  });

  return {
    url, wsUrl, token,
    log: () => log,
    /** True when it was delivered. */
    async push(user, data, members = {}) {
      const answer = await post("/sse/push", { user_id: user, data, ...members });
      if (!answer.ok) throw new Error(answer.status + " " + await answer.text());
      return (await answer.json()).status === "success";
    },
    /** The replies as they come, until the last. */
    async *send(user, data, members = {}) {
      const answer = await post("/sse/send", { user_id: user, data, ...members });
      if (!answer.ok) throw new Error(answer.status + " " + await answer.text());
      let text = "";
      const decoder = new TextDecoder();
      for await (const bytes of answer.body) {
        text += decoder.decode(bytes, { stream: true });
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const line = text.slice(0, end).split("\n").find((field) => field.startsWith("data: "));
          text = text.slice(end + 2);
          if (line) yield JSON.parse(line.slice(6));
        }
      }
    },
    /** Ends the hub; gives its exit code. */
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      fs.rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

module.exports = { startHub };
