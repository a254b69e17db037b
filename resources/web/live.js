// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// Sessions and traffic of the whole hub, for those whose token may observe.

const MOST_ROWS = 300, MOST_SESSIONS = 200, PAGE = 500;

const live = {
  watching: null,           // AbortController of the open event stream
  journal: 0,               // last sequence shown
  instance: "",
  paused: false,
};

function showLive(kind, words) {
  const [dot, text] = byId("live-state").children;
  dot.className = "dot " + kind;
  text.textContent = words;
}

async function watch() {
  live.watching?.abort();
  const controller = live.watching = new AbortController();
  let wait = 500;
  while (!controller.signal.aborted) {
    try {
      const response = await askHub("/admin/events", {signal: controller.signal});
      if (response.status === 401 || response.status === 403) {
        byId("live-locked").hidden = false;
        byId("live-view").hidden = true;
        return showLive(bearerToken ? "failed" : "", bearerToken ? await detailOf(response) : "off");
      }
      if (!response.ok) throw new Error(await detailOf(response));
      byId("live-locked").hidden = true;
      byId("live-view").hidden = false;
      showLive("done", "live");
      wait = 500;
      for await (const {data} of eventsOf(response)) await refresh(JSON.parse(data));
      showLive("late", "ended, trying again");
    } catch (error) {
      if (controller.signal.aborted) return;
      showLive("failed", "lost, trying again");
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, 8000);
  }
}

async function refresh(event) {
  if (event.instance !== live.instance) {
    live.instance = event.instance;
    live.journal = Math.max(0, event.journal - MOST_ROWS);
    byId("traffic").replaceChildren();
  }
  if (live.paused || document.hidden) return;
  const snapshot = await (await askHub("/admin/snapshot")).json();
  showFigures(snapshot);
  showSessions(snapshot.sessions);
  const page = await (await askHub(`/admin/journal?after=${live.journal}&max=${PAGE}`)).json();
  showTraffic(page, snapshot);
  live.journal = Math.max(live.journal, page.entries.at(-1)?.sequence ?? 0);
}

function showFigures(snapshot) {
  const {metrics} = snapshot;
  const ms = (us) => us > 0 ? milliseconds(us / 1000) : "none yet";
  const figures = [["Sessions", snapshot.sessions.length], ["Open requests", snapshot.open_requests],
    ["Pushed", metrics.pushes], ["Replies", metrics.replies],
    ["First reply, median", ms(snapshot.first_reply_p50)], ["First reply, p99", ms(snapshot.first_reply_p99)],
    ["Late replies", metrics.replies_late], ["Not connected", metrics.pushes_not_connected + metrics.requests_not_connected]];
  byId("figures").replaceChildren(...figures.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, typeof value === "number" ? value.toLocaleString("en") : value))));
}

function showSessions(sessions) {
  const rows = sessions.slice(0, MOST_SESSIONS).map((one) => element("tr", {}, element("td", {}, one.user),
    element("td", {class: "number"}, String(one.in)), element("td", {class: "number"}, String(one.out)), element("td", {}, one.remote || "")));
  if (sessions.length > MOST_SESSIONS)
    rows.push(element("tr", {}, element("td", {colSpan: 4}, `and ${(sessions.length - MOST_SESSIONS).toLocaleString("en")} more`)));
  if (!rows.length) rows.push(element("tr", {}, element("td", {colSpan: 4}, "Nobody is connected")));
  byId("sessions").replaceChildren(...rows);
}

function showTraffic(page, snapshot) {
  const body = byId("traffic"), scroll = body.closest(".scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 30;
  const rows = [];
  if (page.skipped) rows.push(element("tr", {}, element("td", {colSpan: 6, class: "bad"}, `${page.skipped} entries left the journal unseen`)));
  for (const entry of page.entries.slice(-MOST_ROWS)) {
    // The journal's clock starts at no particular time; the snapshot has both clocks at one moment.
    const when = new Date(snapshot.taken_at_ms - (snapshot.instant - entry.time) / 1000);
    const time = when.toLocaleTimeString("en-GB") + "." + String(when.getMilliseconds()).padStart(3, "0");
    const inward = entry.direction === "in";
    rows.push(element("tr", {}, element("td", {}, time), element("td", {class: inward ? "in" : "out"}, `${inward ? "from" : "to"} ${entry.leg}`),
      element("td", {}, entry.kind), element("td", {}, entry.user || ""), element("td", {class: entry.status === "ok" ? "" : "bad"}, entry.status),
      element("td", {title: entry.text || ""}, (entry.text || "").slice(0, 300))));
  }
  body.append(...rows);
  while (body.childElementCount > MOST_ROWS) body.firstElementChild.remove();
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

byId("live-token").addEventListener("click", () => showTokenForm(true));
byId("live-pause").addEventListener("click", (event) => {
  live.paused = !live.paused;
  event.target.textContent = live.paused ? "Go on" : "Pause";
  showLive(live.paused ? "late" : "done", live.paused ? "paused" : "live");
});
document.addEventListener("tokenchange", () => { live.instance = ""; watch(); });
