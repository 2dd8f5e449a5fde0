// Emergency calls for this carer: asked for every few seconds while the page is seen, and said loudly; and the buttons
// of a call's page, which follow what this tablet has recorded.

import { here, on } from "./here.js";
import * as help from "./help.js";
import { json } from "./net.js";
import * as pages from "./pages.js";
import { word } from "./risk_words.js";
import { refresh } from "./router.js";
import { notice } from "./words.js";

const EVERY_MS = 15000, SOON_MS = 4000;
const AFTER = { emergency_accepted: "accepted", on_the_way: "on_the_way", emergency_arrived: "arrived", emergency_ended: "ended", emergency_declined: "declined" };
const said = new Set();
let local = [], timer = 0;

export function begin() {
  document.addEventListener("carer:laid", (event) => { local = event.detail.records; show(); });
  on("shown", show);
  on("opened", () => soon(0));
  on("kept", ({ record }) => { if (record.kind === "help_call") soon(SOON_MS); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(0); });
  soon(SOON_MS);
}

function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  try {
    if (here.token && !document.hidden) {
      const { value } = await json(`${here.base}/alarms`);
      help.heard(value.help ?? []);
      await tellOf(value.calls ?? []);
    }
  } catch { /* no network: sync says so */ } finally { soon(help.isOpen() ? SOON_MS : EVERY_MS); }
}

async function tellOf(calls) {
  const waiting = new Set(calls.map((one) => one.id));
  for (const id of said) if (!waiting.has(id)) { said.delete(id); notice(`call-${id}`); }
  for (const one of calls) {
    const taken = local.some((record) => record.call_id === one.id && ["emergency_accepted", "emergency_declined"].includes(record.kind));
    if (taken || said.has(one.id)) { if (taken) notice(`call-${one.id}`); continue; }
    said.add(one.id);
    notice(`call-${one.id}`, word("call"), { kind: "bad", link: [one.url, word("open")] });
    navigator.vibrate?.([400, 200, 400, 200, 400]);
    // There, should the network go on the way.
    await pages.fetchPage(one.url).catch(() => {});
    await refresh();
  }
}

function show() {
  for (const page of document.querySelectorAll("#page [data-call-state]")) {
    page.dataset.servedCall ??= page.dataset.callState;
    let state = page.dataset.servedCall;
    for (const record of local) if (record.call_id === page.dataset.callId && AFTER[record.kind]) state = AFTER[record.kind];
    page.dataset.callState = state;
    for (const one of page.querySelectorAll("[data-call-when]")) one.hidden = !one.dataset.callWhen.split(" ").includes(state);
    const says = page.querySelector("[data-call-word]"), key = state.replace(/_(\w)/g, (_, sign) => sign.toUpperCase());
    if (says) says.textContent = says.dataset[key] ?? "";
    if (state !== "sent") notice(`call-${page.dataset.callId}`);
  }
}
