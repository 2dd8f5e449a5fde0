// The team's list: what is new since the reader last looked at it, on any tablet; what was done and is not sent yet.

import { here, on } from "./here.js";
import { json, NoNetwork, Refused } from "./net.js";
import * as pages from "./pages.js";
import * as store from "./store.js";

const listUrl = () => `${here.base}/team`, place = () => `looked/${here.user}/${here.base}`;
const word = (name) => document.getElementById("team-words").content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
const time = (text) => Date.parse(text || "") || 0;
let before = 0, shownUrl = "", records = [];

document.addEventListener("carer:laid", (event) => { records = event.detail.records; lay(); });
on("shown", shown);
on("fetched", count);
on("opened", count);
on("online", ({ online }) => { if (online) tell(); });
on("sent", async ({ changed }) => {
  // The list of another page is fetched, too: what is new is counted on it.
  if (!changed.includes(listUrl()) || location.pathname === listUrl()) return;
  try { await pages.fetchPage(listUrl()); } catch (error) { if (!(error instanceof NoNetwork || error instanceof Refused)) throw error; }
  await count();
});

/** How far the reader has looked, as far as this tablet and the page know. */
async function looked(page) {
  const own = here.user ? (await store.get("meta", place()))?.until : "";
  return Math.max(time(own), time(page?.dataset.looked));
}

const isNew = (line, since) => !("own" in line.dataset) && time(line.dataset.received) > since;

async function shown({ side }) {
  if (side) return;
  const page = document.querySelector("#page [data-kind=team]"), url = location.pathname;
  // What was new when the list was opened stays marked while it is looked at.
  if (url !== shownUrl || !page) before = await looked(page);
  shownUrl = page ? url : "";
  if (page && here.key) {
    for (const line of page.querySelectorAll("[data-received]")) line.querySelector("[data-new]").hidden = !isNew(line, before);
    const until = page.dataset.until;
    if (time(until) > (await looked(page))) await store.put("meta", place(), { until, told: false });
    await tell();
  }
  await count();
}

/** The server hears how far the reader has looked, for the other tablets. */
async function tell() {
  const own = here.user ? await store.get("meta", place()) : null;
  if (!own || own.told || !here.token) return;
  try {
    await json(`${listUrl()}/seen`, { method: "POST", body: { until: own.until }, token: here.token });
    await store.put("meta", place(), { ...own, told: true });
  } catch (error) { if (!(error instanceof NoNetwork || error instanceof Refused)) throw error; }
}

/** How much is new, at the list's entry in the bar. */
async function count() {
  const link = document.querySelector('.c-nav [data-path="/team"]'), kept = here.key && (await pages.kept(listUrl()));
  if (!link) return;
  const box = document.createElement("template");
  box.innerHTML = kept ? kept.html : "";
  const page = box.content.querySelector("[data-kind=team]"), since = await looked(page);
  const found = page ? [...page.querySelectorAll("[data-received]")].filter((line) => isNew(line, since)).length : 0;
  let sign = link.querySelector(".c-news");
  if (!found) return sign?.remove();
  sign ??= link.appendChild(Object.assign(document.createElement("strong"), { className: "c-news" }));
  sign.textContent = word("new").replace("{n}", found);
}

/** What was done here and is not on the page yet; what was taken back. */
function lay() {
  for (const line of document.querySelectorAll("#page [data-task-record]")) {
    const mine = records.find((one) => one.kind === "team_task_done" && one.body.task_record_id === line.dataset.taskRecord);
    line.querySelector("[data-task-acts]").hidden = Boolean(mine);
    const said = line.querySelector("[data-task-done]");
    said.hidden = !mine;
    said.querySelector("[data-slot]").textContent = mine ? [word("done"), mine.body.note].filter(Boolean).join(": ") : "";
    if (mine) said.querySelector("button").dataset.regret = mine.id;
  }
  for (const one of records) {
    if (!one.corrects_id) continue;
    for (const line of document.querySelectorAll(`#page [data-record-id="${CSS.escape(one.corrects_id)}"]`)) line.classList.add("c-struck");
  }
}
