// Opening the tablet: the key comes from the server to whoever is signed in, from the worker's memory after a reload,
// or from the code of the tablet when there is no network. Signing out and a closed tablet take it away.

import * as store from "./store.js";
import { digest, fromBase64, importKey, unwrap, wrap } from "./crypto.js";
import { here, setOnline, tell } from "./here.js";
import { json, NoNetwork, Refused } from "./net.js";
import { notice, say } from "./words.js";
import { toWorker } from "./worker.js";

const TRIES = 10;
/** A slow tablet needs a while to start its worker; without a network the code is asked for when it holds no key. */
const WORKER_PATIENCE_MS = 10000;
const CODE_PLACE = (user) => `code/${user}`;

/** Find out who is here; resolves when the tablet is open, or when nothing more can be done for now. */
export async function open() {
  here.tablet = (await store.change("tablet", (old) => (old.id ? old : { id: crypto.randomUUID() }))).id;
  const clock = await store.get("meta", "clock");
  here.offset = clock?.offset ?? null;
  // Both are asked at once: the worker shows what is kept however slow the server is, and the other way round.
  let signedIn = false;
  const held = toWorker({ type: "key" }, WORKER_PATIENCE_MS).then(async (found) => { if (found?.key && !here.key && !signedIn) await become(found.user, found.key); });
  try {
    await signIn();
    signedIn = true;
  } catch (error) {
    await held;
    if (error instanceof Refused) return refused(error);
    if (!(error instanceof NoNetwork)) throw error;
    setOnline(false);
    if (!here.key) await byCode();
  }
}

async function become(user, key) {
  here.user = user;
  here.key = key;
  await store.put("meta", "last", { user, base: here.base, lang: document.documentElement.lang });
  giveKey();
  await othersWaiting();
  tell("opened");
}

/** Let the worker hold the key in its memory, so that a reload without a network asks for nothing. Told again and again:
 * a worker that nobody speaks to is ended, and forgets it. */
export const giveKey = () => here.key && toWorker({ type: "keep", user: here.user, key: here.key, lang: document.documentElement.lang });

/** Ask the server who is signed in, and for the key of this tablet. */
export async function signIn() {
  const { value, tookMs } = await json(`${here.base}/session?tablet_id=${here.tablet}`);
  let session = value;
  await measure(session.server_time, tookMs);
  if (!session.device || !session.key) session = await enrol(session);
  setOnline(true);
  here.token = session.csrf_token;
  here.device = session.device;
  notice("sign-in");
  const user = await digest(session.user_id);
  if (user !== here.user || !here.key) await become(user, await importKey(fromBase64(session.key)));
  return session;
}

async function enrol(session) {
  const body = { tablet_id: here.tablet, name: navigator.userAgentData?.platform ?? "", app_version: document.body.dataset.version ?? "" };
  const { value } = await json(`${here.base}/device`, { method: "POST", body, token: session.csrf_token, ours: (answer) => "device" in answer });
  return { ...session, ...value };
}

/** How far the tablet's clock is from the server's, to half of the time the answer took: what lies within that of the
 * distance known so far says nothing new, for an answer may be seconds under way. */
export async function measure(serverTime, tookMs) {
  const offset = Math.round(new Date(serverTime).getTime() + tookMs / 2 - Date.now());
  if (here.offset !== null && Math.abs(offset - here.offset) <= tookMs / 2) return;
  here.offset = offset;
  await store.put("meta", "clock", { offset: here.offset });
}

/** The server's word against us: nobody is signed in, or the tablet is closed. */
export async function refused(error) {
  setOnline(true);
  here.token = "";
  if (error.status === 410) return error.body?.ended ? ended(error.body.ended) : closed();
  if (error.status !== 401 && error.status !== 403) return;
  // An own password has to be chosen first.
  if (error.elsewhere === "/me") return location.assign("/me");
  const way = `/signin?next=${encodeURIComponent(location.pathname)}`;
  // Without a key nothing can be shown, so there is nothing to go on with.
  if (!here.key && !document.querySelector("#page > [data-page]")) return location.assign(way);
  notice("sign-in", say("sign-in"), { kind: "warn", link: [way, say("sign-in-link")] });
}

async function byCode() {
  const last = await store.get("meta", "last");
  const code = last && (await store.get("meta", `code/${last.user}`));
  if (!code?.data) return notice("locked", say("no-code"), { kind: "warn" });
  const dialog = document.getElementById("unlock"), form = document.getElementById("unlock-form");
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.showModal();
  await new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wrong = form.querySelector("[data-wrong]"), field = form.elements.code, given = field.value;
      field.value = "";
      // Counted before it is tried: who pulls the plug has used it up all the same.
      const left = TRIES - (await store.change(`code/${last.user}`, (old) => ({ ...old, wrong: (old.wrong ?? 0) + 1 }))).wrong;
      try {
        const key = await unwrap(given, code, CODE_PLACE(last.user));
        await store.change(`code/${last.user}`, (old) => ({ ...old, wrong: 0 }));
        dialog.close();
        await become(last.user, key);
        resolve();
      } catch {
        if (left > 0) { wrong.textContent = say("wrong-code", { n: left }); return; }
        await forget(last.user);
        dialog.close();
        notice("locked", say("wiped"), { kind: "bad" });
        resolve();
      }
    });
  });
}

/** Keep the key under a code, asked from the server anew: its bytes are nowhere here. */
export async function setCode(code) {
  const session = await signIn();
  const box = await wrap(code, fromBase64(session.key), CODE_PLACE(here.user));
  await store.put("meta", `code/${here.user}`, { ...box, wrong: 0 });
}

export const hasCode = async () => Boolean(here.user && (await store.get("meta", `code/${here.user}`))?.data);

/** Delete a user's pages and code; what is not sent stays, sealed. */
async function forget(user) {
  await store.write(["pages", "meta"], ({ pages, meta }) => {
    pages.delete(IDBKeyRange.bound(`${user}/`, `${user}/\uffff`));
    meta.delete(`code/${user}`);
  });
}

/** Wipe the pages and the key, then end the session; what is not sent stays, sealed. */
export async function signOut() {
  const { token, user } = here;
  here.key = null;
  await toWorker({ type: "forget" });
  if (user) await forget(user);
  await store.remove("meta", "last");
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/signout";
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "csrf_token";
  field.value = token;
  form.append(field);
  document.body.append(form);
  form.submit();
}

/** An administrator has closed this tablet: everything goes but what was not sent, which nobody can read any more. */
async function closed() {
  here.key = null;
  here.user = "";
  await toWorker({ type: "forget" });
  const codes = (await store.keys("meta")).filter((key) => key.startsWith("code/"));
  await store.write(["pages", "reads", "meta"], ({ pages, reads, meta }) => {
    pages.clear();
    reads.clear();
    for (const key of [...codes, "last"]) meta.delete(key);
  });
  empty("revoked", say("revoked"));
}

/** The user is no carer of the team any more: the pages go; what was not sent, and what was read, stays sealed until the user is let in again. */
async function ended(words) {
  const user = here.user || (await store.get("meta", "last"))?.user || "";
  here.key = null;
  here.user = "";
  await toWorker({ type: "forget" });
  if (user) await forget(user);
  await store.remove("meta", "last");
  const waiting = (await store.all("outbox")).filter((one) => (!user || one.user === user) && one.state !== "sent" && one.state !== "away").length;
  empty("ended", waiting ? `${words} ${say("kept-unsent", { n: waiting })}` : words);
}

/** Nothing of anybody is to be seen any more, but why. */
function empty(name, words) {
  document.getElementById("page").replaceChildren();
  document.getElementById("side").replaceChildren();
  for (const old of ["sign-in", "kept", "code", "others", "changed"]) notice(old);
  notice(name, words, { kind: "bad" });
  tell("wiped");
}

/** Say that somebody else's records wait here. */
async function othersWaiting() {
  const waiting = (await store.all("outbox")).filter((one) => one.user !== here.user && one.state === "waiting").length;
  notice("others", waiting ? say("others-waiting", { n: waiting }) : "");
}
