// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// What both pages share. Text from elsewhere only ever becomes a text node.

const byId = (id) => document.getElementById(id);

/** An element with properties and children; null and undefined children are left out. */
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) made.append(child);
  }
  return made;
}

/** A path of the hub, also behind a proxy that adds a prefix. */
const hubUrl = (path) => new URL("." + path, document.baseURI);

/** The bearer token. It lives in this variable and nowhere else: a reload forgets it. */
let bearerToken = "";

async function askHub(path, options = {}) {
  const headers = new Headers(options.headers || {});
  if (bearerToken) headers.set("Authorization", "Bearer " + bearerToken);
  return fetch(hubUrl(path), {...options, headers, cache: "no-store", credentials: "omit"});
}

/** What an error answer says, in words. */
async function detailOf(response) {
  try {
    const {detail} = await response.json();
    return Array.isArray(detail) ? detail.map((one) => `${one.loc.join(".")}: ${one.msg}`).join("; ") : String(detail);
  } catch {
    return response.statusText || "no answer";
  }
}

/** Server-Sent Events of a fetch response, one `{event, id, data}` after the other (WHATWG HTML §9.2.6). */
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      rest += value;
      let end;
      while ((end = rest.indexOf("\n\n")) >= 0) {
        const event = {event: "message", id: "", data: []};
        for (const line of rest.slice(0, end).split("\n")) {
          const colon = line.indexOf(":");
          if (colon === 0) continue;                                  // a comment: keep-alive
          const field = colon < 0 ? line : line.slice(0, colon);
          const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
          if (field === "data") event.data.push(text);
          else if (field === "event" || field === "id") event[field] = text;
        }
        rest = rest.slice(end + 2);
        if (event.data.length) yield {...event, data: event.data.join("\n")};
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

const milliseconds = (ms) => ms < 1 ? ms.toFixed(2) + " ms" : ms < 1000 ? Math.round(ms) + " ms" : (ms / 1000).toFixed(2) + " s";

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", theme === "dark" ? "Use the light theme" : "Use the dark theme");
}

function startTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try { chosen = localStorage.getItem("trunkline.theme"); } catch { /* a private window may refuse */ }
  const apply = () => setTheme(chosen || (system.matches ? "dark" : "light"));
  system.addEventListener("change", apply);
  byId("theme").addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("trunkline.theme", chosen); } catch { /* then for this visit */ }
    apply();
  });
  apply();
}

async function copyText(button, text) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed here";
  }
  setTimeout(() => { button.textContent = said; }, 1200);
}

/** JSON with indents where the text is JSON; the text itself where it is not, or where numbers would lose digits. */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value).length === text.replace(/\s+(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/g, "").length
      ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

function shellQuoted(text) { return "'" + text.replaceAll("'", "'\\''") + "'"; }
