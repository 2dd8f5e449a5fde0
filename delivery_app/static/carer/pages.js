// Pages of this user on this tablet: fetched, kept sealed, brought along for today and the next days.

import * as store from "./store.js";
import { seal, unseal } from "./crypto.js";
import { here, now } from "./here.js";
import { json, part } from "./net.js";

/** A page that was neither fetched nor brought along for so long is not kept any more. */
const FORGOTTEN_MS = 4 * 24 * 3600 * 1000;
/** All pages at once may take a while to come. */
const PATIENCE_MS = 90000;
/** So many are written at once: each writing waits for the disk. */
const AT_ONCE = 20;
const key = (url) => `${here.user}/${url}`;

// On a bad network answers overtake each other: the newer one is the one that was asked for later.
let turns = 0;
const newest = new Map();

/** A page is as new as its asking: `at` by the tablet's clock, `turn` in order whatever that clock does. */
export const asking = () => ({ at: Date.now(), turn: ++turns });

/** The kept page {html, at, mark}; null when there is none that this key opens. */
export async function kept(url) {
  if (!here.key) return null;
  const box = await store.get("pages", key(url));
  if (!box) return null;
  try {
    return { ...(await unseal(here.key, `pages/${key(url)}`, box)), at: box.at, mark: box.mark };
  } catch { return null; }
}

export const keep = (url, html, asked) => keepAll([{ url, html, mark: "" }], asked);

async function keepAll(found, { at, turn }) {
  const opener = here.key, fresh = (one) => (newest.get(one.name) ?? 0) <= turn;
  if (!opener) return;
  const named = found.map((one) => ({ ...one, name: key(one.url) })).filter(fresh);
  for (const one of named) newest.set(one.name, turn);
  const boxes = await Promise.all(named.map(async (one) => ({ ...one, box: await seal(opener, `pages/${one.name}`, { html: one.html }) })));
  // Signed out meanwhile: nothing comes to the disk any more.
  if (here.key !== opener) return;
  await store.write(["pages"], ({ pages }) => { for (const { name, box, mark } of boxes.filter(fresh)) pages.put({ ...box, at, mark }, name); }).catch(() => { /* no room: the page was shown */ });
}

export async function fetchPage(url, asked = asking()) {
  const html = await part(url);
  await keep(url, html, asked);
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
  const asked = asking();
  const { value } = await json(`${here.base}/bundle`, { method: "POST", body: { known }, token: here.token, ours: (answer) => Array.isArray(answer.pages), patience: PATIENCE_MS });
  const fresh = value.pages.filter((one) => one.html), same = value.pages.filter((one) => !one.html).map((one) => one.url);
  for (let from = 0; from < fresh.length; from += AT_ONCE) await keepAll(fresh.slice(from, from + AT_ONCE), asked);
  if (here.key) await touch(same.map((url) => [key(url), known[url]]), asked.at);
  return new Set(fresh.map((one) => one.url));
}

/** The server says that these kept pages are as it has them. */
const touch = (same, at) => store.write(["pages"], ({ pages }) => {
  for (const [name, mark] of same) pages.get(name).onsuccess = ({ target: { result: box } }) => { if (box && box.mark === mark) pages.put({ ...box, at }, name); };
});

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
