// Pages of this user on this tablet: fetched, kept sealed, brought along for today and the next days.

import * as store from "./store.js";
import { seal, unseal } from "./crypto.js";
import { here, now } from "./here.js";
import { json, part } from "./net.js";

/** A page that was neither fetched nor brought along for so long is not kept any more. */
const FORGOTTEN_MS = 4 * 24 * 3600 * 1000;
/** All pages at once may take a while to come. */
const PATIENCE_MS = 90000;
const key = (url) => `${here.user}/${url}`;

/** The kept page {html, at, mark}; null when there is none that this key opens. */
export async function kept(url) {
  if (!here.key) return null;
  const box = await store.get("pages", key(url));
  if (!box) return null;
  try {
    return { ...(await unseal(here.key, `pages/${key(url)}`, box)), at: box.at, mark: box.mark };
  } catch { return null; }
}

export async function keep(url, html, mark = "") {
  if (!here.key) return;
  const box = await seal(here.key, `pages/${key(url)}`, { html });
  await store.put("pages", key(url), { ...box, at: Date.now(), mark }).catch(() => { /* no room: the page was shown */ });
}

export async function fetchPage(url) {
  const html = await part(url);
  await keep(url, html);
  return html;
}

export const drop = (url) => store.remove("pages", key(url));

/** Forget every kept page: they are in another language now. */
export async function dropAll() {
  const mine = (await store.keys("pages")).filter((name) => name.startsWith(`${here.user}/`));
  await store.write(["pages"], (stores) => { for (const name of mine) stores.pages.delete(name); });
}

/** Fetch everything of today and the next days that is not here as the server has it. */
export async function bringAlong() {
  const known = {}, mine = `${here.user}/`;
  for (const name of await store.keys("pages")) {
    if (!name.startsWith(mine)) continue;
    const box = await store.get("pages", name);
    if (Date.now() - box.at > FORGOTTEN_MS) await store.remove("pages", name);
    else if (box.mark) known[name.slice(mine.length)] = box.mark;
  }
  const { value } = await json(`${here.base}/bundle`, { method: "POST", body: { known }, token: here.token, ours: (answer) => Array.isArray(answer.pages), patience: PATIENCE_MS });
  const fresh = new Set();
  for (const { url, html, mark } of value.pages) {
    if (html) { await keep(url, html, mark); fresh.add(url); } else await touch(url);
  }
  return fresh;
}

/** The server says that the kept page is as it has it. */
async function touch(url) {
  const box = await store.get("pages", key(url));
  if (box) await store.put("pages", key(url), { ...box, at: Date.now() });
}

/** Note that a page was read while the server could not see it: told with the next sync. */
export async function noteRead(url) {
  if (!here.key) return;
  const id = crypto.randomUUID();
  const box = await seal(here.key, `reads/${id}`, { page: url, at: new Date(now()).toISOString() });
  await store.put("reads", id, { ...box, id, user: here.user });
}

export async function reads() {
  if (!here.key) return [];
  const mine = (await store.all("reads")).filter((one) => one.user === here.user).slice(0, 40);
  return Promise.all(mine.map(async (one) => ({ id: one.id, ...(await unseal(here.key, `reads/${one.id}`, one)) })));
}

export const forgetReads = (ids) => store.write(["reads"], (stores) => { for (const id of ids) stores.reads.delete(id); });
