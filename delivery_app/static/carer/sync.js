// Sending: oldest first, one batch at a time, one tab at a time. An answer that got lost is asked for again and is the same.

import * as outbox from "./outbox.js";
import * as pages from "./pages.js";
import { here, on, setOnline, tell } from "./here.js";
import { measure, refused, signIn } from "./lock.js";
import { json, NoNetwork, Refused, send as put } from "./net.js";

const MOST_RECORDS = 45, MOST_BYTES = 900000, EVERY_MS = 20000, LONGEST_MS = 300000, FETCH_EVERY_MS = 600000;
let since = null, failures = 0, timer = 0, running = null, again = false, fetched = 0, bringing = false;
export const last = { at: 0 };

export function begin() {
  on("kept", () => soon(0));
  on("opened", () => soon(0));
  addEventListener("online", () => { failures = 0; soon(0); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { failures = 0; soon(0); } });
}

function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(sync, wait);
}

/** Send what waits, and fetch what is to be brought along; resolves when that is done or has failed. */
export function sync() {
  if (running) { again = true; return running; }
  running = once().finally(() => {
    running = null;
    if (again) { again = false; soon(0); }
  });
  return running;
}

async function once() {
  if (!here.key) return;
  let waits = true;
  try {
    await navigator.locks.request(`naerplan-sync-${here.user}`, async () => {
      if (!here.token) await signIn();
      tell("sending", { sending: true });
      while (await batch()) { /* the next one */ }
    });
    bring();
    failures = 0;
    last.at = Date.now();
    waits = false;
    setOnline(true);
  } catch (error) {
    failures += 1;
    if (error instanceof Refused) await refused(error);
    else if (error instanceof NoNetwork) setOnline(false);
    else { tell("sending", { sending: false }); throw error; }
  } finally {
    tell("sending", { sending: false });
    const left = await outbox.count("waiting").catch(() => 0);
    // With jitter, so that a whole team that comes out of the same cellar does not knock at once.
    const pause = Math.min(LONGEST_MS, EVERY_MS * 2 ** Math.max(0, failures - 1)) * (0.75 + Math.random() / 2);
    soon(left || waits ? pause : FETCH_EVERY_MS);
  }
}

/** Fetch what is to be brought along, now and then; sending never waits for it. */
async function bring() {
  if (bringing || Date.now() - fetched < FETCH_EVERY_MS) return;
  bringing = true;
  try {
    tell("fetched", { urls: await pages.bringAlong() });
    fetched = Date.now();
    document.documentElement.dataset.brought = "true";
  } catch (error) {
    if (error instanceof Refused) await refused(error);
    else if (!(error instanceof NoNetwork)) throw error;
  } finally { bringing = false; }
}

/** Send one batch; whether there is more. */
async function batch() {
  const waiting = await outbox.boxes("waiting"), seen = await pages.reads();
  if (!waiting.length && !seen.length && Date.now() - last.at < EVERY_MS / 2) return false;
  const chosen = [];
  let bytes = 0;
  for (const box of waiting.slice(0, MOST_RECORDS)) {
    const record = asSent(box);
    bytes += JSON.stringify(record).length;
    if (chosen.length && bytes > MOST_BYTES) break;
    if (box.record.body.photo_id) await sendPhoto(box);
    chosen.push([box, record]);
  }
  const oldest = await outbox.oldest();
  const body = {
    device_id: here.device?.id ?? null, sent_at: new Date().toISOString(), unsent: waiting.length - chosen.length,
    oldest_unsent_at: waiting.length > chosen.length && oldest ? new Date(oldest.since).toISOString() : null,
    records: chosen.map(([, record]) => record), reads: seen, since,
  };
  const { value, tookMs } = await post(body);
  await measure(value.server_time, tookMs);
  since = value.server_time;
  const results = new Map(value.results.map((one) => [one.id, one]));
  for (const [box] of chosen) {
    const result = results.get(box.id);
    if (result?.outcome === "kept" || result?.outcome === "known") await outbox.sent(box);
    else if (result?.outcome === "refused") await outbox.refuse(box, result.reason ?? "");
  }
  await pages.forgetReads(seen.map((one) => one.id));
  last.at = Date.now();
  if (chosen.length || value.changed?.length) tell("sent", { boxes: chosen.map(([box]) => box), changed: value.changed ?? [] });
  return chosen.length > 0 && waiting.length > chosen.length;
}

async function post(body) {
  const ask = () => json(`${here.base}/sync`, { method: "POST", body, token: here.token, ours: (answer) => "server_time" in answer && Array.isArray(answer.results) });
  try {
    return await ask();
  } catch (error) {
    // The token is of a session that has ended, and perhaps another one has begun meanwhile.
    if (!(error instanceof Refused) || error.status !== 403) throw error;
    const { user } = here;
    await signIn();
    // Somebody else has signed in on this tablet: these records are not theirs to send.
    if (here.user !== user) throw new NoNetwork();
    return ask();
  }
}

async function sendPhoto(box) {
  const id = box.record.body.photo_id, bytes = await outbox.photo(id);
  if (!bytes) return;
  try {
    await put(`${here.base}/photos/${id}`, { method: "PUT", body: bytes, token: here.token, type: "image/jpeg" });
  } catch (error) {
    // A picture that the server cannot read: the record is refused for it, with the reason.
    if (!(error instanceof Refused) || [401, 403, 410].includes(error.status)) throw error;
  }
}

function asSent({ id, seq, record }) {
  const { kind, on_date, need_id, call_id, citizen_id, device_at, offset_ms, corrects_id, body } = record;
  return { id, seq, kind, on_date, need_id, call_id, citizen_id, device_at, offset_ms, corrects_id, body };
}
