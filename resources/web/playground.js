// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// Listen as users, send to users, see replies stream.

const MOST_MESSAGES = 200, MOST_EXCHANGES = 50;
const listeners = new Map();                // user: Listener
let paths = {connect: "/ws", push: "/sse/push", send: "/sse/send"};     // until the hub has said where they are

function setState(kind, text) {
  const [dot, words] = byId("state").children;
  dot.className = "dot " + kind;
  words.textContent = text;
}

async function checkHealth() {
  try {
    const response = await askHub("/health");
    const health = await response.json();
    setState("done", health.connections === 1 ? "1 session" : `${health.connections} sessions`);
    byId("state").title = `Trunkline ${health.version}, up ${Math.round(health.uptime_seconds)} s`;
  } catch {
    setState("failed", "The hub does not answer");
  }
}

async function learnPaths() {
  try {
    const document = await (await askHub("/openapi.json")).json();
    for (const [path, methods] of Object.entries(document.paths))
      for (const operation of Object.values(methods)) paths[operation.operationId] = path;
    byId("docs-link").hidden = !paths.docs;
  } catch { /* checkHealth says it */ }
}

/** A reply as it is shown: its correlation id is the same on every line. */
const withoutId = (text) => text.replace(/"correlation_id"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)\s*,?\s*/, "").replace(/,\s*}$/, "}");

// Listening ---------------------------------------------------------------------------------------------------------

class Listener {
  constructor(user, manner) {
    this.user = user;
    this.manner = manner;
    this.started = performance.now();
    this.list = element("div", {class: "list", role: "log", "aria-label": "Messages to " + user});
    this.dot = element("span", {class: "dot"});
    this.words = element("span", {class: "muted"}, "connecting");
    this.leave = element("button", {class: "plain", type: "button", onclick: () => this.close()}, "Leave");
    this.text = element("input", {placeholder: "Click a message, then reply to it", "aria-label": "Reply as " + user, disabled: true});
    this.more = element("button", {type: "button", disabled: true, onclick: () => this.reply(false)}, "Reply");
    this.end = element("button", {class: "primary", disabled: true}, "Reply and end");
    this.form = element("form", {onsubmit: (event) => { event.preventDefault(); this.reply(true); }}, this.text, this.more, this.end);
    this.card = element("article", {class: "card", "data-user": user},
      element("header", {}, this.dot, element("strong", {}, user), this.words, element("span", {class: "grow"}), this.leave),
      this.list, manner === "hand" ? this.form : null);
    this.ready = new Promise((resolve) => { this.settle = resolve; });
    this.open();
  }

  open() {
    const url = hubUrl(paths.connect);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("user_id", this.user);
    // A page cannot set Authorization on a WebSocket; a subprotocol stays out of logs, unlike a query.
    const plain = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(bearerToken);
    if (bearerToken && !plain) url.searchParams.set("token", bearerToken);
    this.socket = bearerToken && plain ? new WebSocket(url, ["bearer", bearerToken]) : new WebSocket(url);
    this.socket.onopen = () => { this.show("done", "listening"); this.settle(true); };
    this.socket.onmessage = (event) => this.take(event.data);
    this.socket.onclose = (event) => this.ended(event);
  }

  show(kind, words) {
    this.dot.className = "dot " + kind;
    this.words.textContent = words;
  }

  ended({code, reason}) {
    const why = reason || (code === 1006 ? "refused, or the connection was lost" : "closed");
    this.show("failed", code === 1006 ? why : `${code} ${why}`);
    if (code === 1006 && !this.opened) askForTokenIfWanted();
    this.settle(false);
    for (const part of [this.text, this.more, this.end]) part.disabled = true;
    this.leave.textContent = "Remove";
    if (listeners.get(this.user) === this) listeners.delete(this.user);
    countListeners();
  }

  close() {
    if (this.socket.readyState <= WebSocket.OPEN) this.socket.close(1000);
    this.card.remove();
    listeners.delete(this.user);
    countListeners();
  }

  take(text) {
    let message = {};
    try { message = JSON.parse(text); } catch { /* shown as it came */ }
    // The id as it was written: a number of many digits would not survive JSON.parse.
    const id = /"correlation_id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)/.exec(text)?.[1] ?? null;
    const row = element("button", {class: "item", type: "button", title: "Reply to this one", onclick: () => this.choose(row, id)},
      element("time", {}, milliseconds(performance.now() - this.started)), element("pre", {}, pretty(text)));
    this.add(row);
    this.choose(row, id);
    if (this.manner !== "hand") this.answer(id, message);
  }

  choose(row, id) {
    if (id === null) return;
    this.id = id;
    this.list.querySelector(".chosen")?.classList.remove("chosen");
    row.classList.add("chosen");
    for (const part of [this.text, this.more, this.end]) part.disabled = false;
  }

  add(row) {
    this.list.append(row);
    while (this.list.childElementCount > MOST_MESSAGES) this.list.firstElementChild.remove();
    this.list.scrollTop = this.list.scrollHeight;
  }

  say(id, members) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const text = `{"correlation_id": ${id}, ${JSON.stringify(members).slice(1)}`;
    this.socket.send(text);
    this.add(element("div", {class: "item mine"}, element("time", {}, "sent"), element("pre", {}, withoutId(text))));
  }

  reply(final) {
    this.say(this.id, {text: this.text.value, is_final: final});
    this.text.value = "";
    this.text.focus();
  }

  async answer(id, message) {
    if (id === null) return;
    const asked = message.message ?? message.text ?? "";
    if (this.manner === "echo") return this.say(id, {text: String(asked), is_final: true});
    const words = ["Every ", "piece ", "of ", "this ", "answer ", "came ", "on ", "its ", "own, ", "one ", "of them ", "late."];
    for (let index = 0; index < words.length; ++index) {
      await new Promise((resolve) => setTimeout(resolve, index === 10 ? 700 : 60));
      this.say(id, {type: "chunk", index, data: {delta: words[index]}, is_final: index === words.length - 1});
    }
  }
}

function countListeners() {
  byId("listen-empty").hidden = byId("listeners").childElementCount > 0;
  byId("listener-count").textContent = listeners.size ? `${listeners.size} connected` : "";
  checkHealth();
}

function connectUser(user, manner) {
  listeners.get(user)?.close();
  for (const card of byId("listeners").children) if (card.dataset.user === user) card.remove();
  const listener = new Listener(user, manner);
  listeners.set(user, listener);
  byId("listeners").prepend(listener.card);
  listener.ready.then(countListeners);
  countListeners();
  return listener;
}

// Sending -----------------------------------------------------------------------------------------------------------

/** The body of the form, or null when the message looks like JSON and is none. Its bytes are the typed ones. */
function composedBody() {
  const typed = byId("message").value.trim();
  let data = JSON.stringify({message: byId("message").value});
  if (typed.startsWith("{")) {
    try { JSON.parse(typed); } catch { byId("message").setAttribute("aria-invalid", "true"); return null; }
    data = typed;
  }
  byId("message").removeAttribute("aria-invalid");
  return `{"user_id": ${JSON.stringify(byId("to").value)}, "data": ${data}}`;
}

/** One request and what comes back. */
class Exchange {
  constructor(what, user) {
    this.started = performance.now();
    this.last = 0;
    this.marks = [];
    this.dot = element("span", {class: "dot live"});
    this.words = element("span", {class: "muted"}, "waiting");
    this.waterfall = element("div", {class: "waterfall", hidden: true, role: "img"}, element("b", {}));
    this.list = element("div", {class: "list"});
    this.card = element("article", {class: "card"},
      element("header", {}, this.dot, element("strong", {}, `${what} to ${user}`), element("span", {class: "grow"}), this.words),
      this.waterfall, this.list);
    byId("exchanges").prepend(this.card);
    while (byId("exchanges").childElementCount > MOST_EXCHANGES) byId("exchanges").lastElementChild.remove();
    byId("send-empty").hidden = true;
    byId("clear-exchanges").hidden = false;
  }

  event(text, kind = "") {
    const at = performance.now() - this.started;
    if (this.marks.length && at - this.last > 300)
      this.list.append(element("div", {class: "gap"}, `${milliseconds(at - this.last)} of silence`));
    this.last = at;
    this.list.append(element("div", {class: "item " + kind, title: text}, element("time", {}, "+" + milliseconds(at)), element("pre", {}, withoutId(text))));
    this.list.scrollTop = this.list.scrollHeight;
    this.marks.push({at, kind});
    this.draw();
  }

  draw() {
    const whole = Math.max(this.last, 1);
    this.waterfall.hidden = this.marks.length < 2;
    this.waterfall.setAttribute("aria-label", `${this.marks.length} events in ${milliseconds(whole)}`);
    while (this.waterfall.childElementCount > 1) this.waterfall.lastElementChild.remove();
    for (const {at, kind} of this.marks) {
      const mark = element("i", {class: kind === "error" ? "failed" : kind});
      mark.style.left = `calc(8px + (100% - 19px) * ${at / whole})`;
      this.waterfall.append(mark);
    }
  }

  end(kind, words) {
    this.dot.className = "dot " + kind;
    this.words.textContent = words;
  }
}

async function post(path, what) {
  const body = composedBody();
  if (body === null) return;
  const exchange = new Exchange(what, byId("to").value);
  try {
    const response = await askHub(path, {method: "POST", headers: {"Content-Type": "application/json"}, body});
    if (!response.ok) {
      if (response.status === 401) askForTokenIfWanted();
      exchange.event(await detailOf(response), "error");
      return exchange.end("failed", String(response.status));
    }
    if ((response.headers.get("Content-Type") || "").startsWith("text/event-stream")) await readReplies(exchange, response);
    else showAnswer(exchange, await response.text());
  } catch (error) {
    exchange.event("The connection was lost: " + error.message, "error");
    exchange.end("failed", "lost");
  }
}

function showAnswer(exchange, text) {
  exchange.event(text);
  const delivered = /"status":\s*"success"/.test(text);
  exchange.end(delivered ? "done" : "late", (delivered ? "delivered in " : "not delivered, ") + milliseconds(exchange.last));
}

async function readReplies(exchange, response) {
  let count = 0, failed = "";
  for await (const {data} of eventsOf(response)) {
    let reply = {};
    try { reply = JSON.parse(data); } catch { /* shown as it came */ }
    failed = typeof reply?.error === "string" && !("is_final" in reply) ? reply.error : "";
    count += failed ? 0 : 1;
    exchange.event(data, failed ? "error" : reply?.is_final || reply?.data?.is_final ? "end" : "");
    exchange.words.textContent = `${count} so far`;
  }
  const replies = count === 1 ? "1 reply" : `${count} replies`;
  exchange.end(failed ? "failed" : "done", failed || `${replies} in ${milliseconds(exchange.last)}`);
}

async function tryIt() {
  byId("try-it").disabled = true;
  const user = "alice-" + Math.random().toString(36).slice(2, 6);
  byId("user").value = byId("to").value = user;
  byId("manner").value = "stream";
  byId("message").value = "hi";
  if (await connectUser(user, "stream").ready) {
    showPanel("send");
    await post(paths.send, "Request");
  }
  byId("try-it").disabled = false;
}

// The page ----------------------------------------------------------------------------------------------------------

function showPanel(name) {
  document.querySelector(".board").dataset.shown = name;
  for (const tab of document.querySelectorAll(".tabs button")) {
    if (tab.dataset.panel === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
}

function showTokenForm(shown) {
  byId("token-form").hidden = !shown;
  byId("token-button").setAttribute("aria-expanded", String(shown));
  if (shown) byId("token").focus();
}

/** A refused WebSocket says nothing to a page: ask the hub whether it is the token. */
async function askForTokenIfWanted() {
  const response = await askHub("/metrics").catch(() => null);
  if (response && response.status === 401) {
    setState("late", "The hub wants a token");
    showTokenForm(true);
  }
}

function startPlayground() {
  startTheme();
  for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => showPanel(tab.dataset.panel));
  byId("token-button").addEventListener("click", () => showTokenForm(byId("token-form").hidden));
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    bearerToken = byId("token").value.trim();
    byId("token").value = "";
    byId("token-button").textContent = bearerToken ? "Token set" : "Token";
    showTokenForm(false);
    document.dispatchEvent(new Event("tokenchange"));
    checkHealth();
  });
  byId("connect-form").addEventListener("submit", (event) => {
    event.preventDefault();
    connectUser(byId("user").value, byId("manner").value);
  });
  byId("send-form").addEventListener("submit", (event) => { event.preventDefault(); post(paths.send, "Request"); });
  byId("push-button").addEventListener("click", () => post(paths.push, "Push"));
  byId("try-it").addEventListener("click", tryIt);
  byId("clear-exchanges").addEventListener("click", (event) => {
    byId("exchanges").replaceChildren();
    byId("send-empty").hidden = false;
    event.target.hidden = true;
  });
  byId("copy-curl").addEventListener("click", (event) => {
    const body = composedBody();
    const token = bearerToken ? ` -H "Authorization: Bearer $TOKEN"` : "";
    if (body) copyText(event.target, `curl -N ${hubUrl(paths.send)} -H 'Content-Type: application/json'${token} -d ${shellQuoted(body)}`);
  });
  learnPaths().then(checkHealth);
  setInterval(() => { if (!document.hidden) checkHealth(); }, 5000);
}

startPlayground();
