// Records go one way only: written here first, sealed and safe on the disk; shown; then sent (sync.js).
// A box is `waiting`, `sent` (until the page it belongs to has been fetched anew), `refused`, or `away`.

import * as store from "./store.js";
import { openBytes, seal, sealBytes, unseal } from "./crypto.js";
import { here, tell } from "./here.js";
import { today } from "./words.js";

// Nearer than this a change is how the clock was measured; further, the clock was put right.
const MEASURED_WITHIN_MS = 60 * 1000;
const KEPT_SENT_MS = 3 * 24 * 3600 * 1000;
const place = (id) => `outbox/${id}`, photoPlace = (id) => `photos/${id}`;

/** Write a record; resolves when it is on the disk, rejects when it is not (then nothing of it is).
 * `about`: need_id, on_date, citizen_id, call_id. `shown`: its words for the reader. `photo`: bytes of a picture. */
export async function keep(kind, about, body, { corrects = null, shown = {}, photo = null, page = location.pathname } = {}) {
  if (!here.key) throw new Error("locked");
  const id = crypto.randomUUID(), { user, key } = here, clock = inOrder();
  const record = {
    kind, on_date: about.on_date || today(), need_id: about.need_id || null, call_id: about.call_id || null,
    citizen_id: about.citizen_id || null, device_at: clock.at, offset_ms: clock.offset,
    corrects_id: corrects, body: photo ? { ...body, photo_id: crypto.randomUUID() } : body, shown, page,
  };
  const box = await seal(key, place(id), record);
  const picture = photo && (await sealBytes(key, photoPlace(record.body.photo_id), photo));
  await store.write(["outbox", "photos", "meta"], ({ outbox, photos, meta }) => {
    meta.get(`seq/${user}`).onsuccess = (event) => {
      const seq = (event.target.result?.seq ?? 0) + 1;
      meta.put({ seq }, `seq/${user}`);
      if (picture) photos.put({ ...picture, user }, record.body.photo_id);
      outbox.put({ id, user, seq, state: "waiting", since: Date.now(), ...box }, id);
    };
  });
  tell("kept", { id, record });
  return id;
}

/** Now, and how far off the tablet's clock is. What was made later is later, also when the clock was measured anew between. */
function inOrder() {
  const at = Date.now(), behind = here.latest - (at + (here.offset ?? 0));
  const offset = here.offset !== null && behind >= 0 && behind < MEASURED_WITHIN_MS ? here.offset + behind + 1 : here.offset;
  here.latest = at + (offset ?? 0);
  return { at: new Date(at).toISOString(), offset };
}

/** The user's boxes, oldest first, opened: {id, seq, state, since, sent_at, reason, record}. */
export async function boxes(...states) {
  if (!here.key) return [];
  const mine = (await store.all("outbox")).filter((one) => one.user === here.user && (!states.length || states.includes(one.state)));
  mine.sort((one, other) => one.seq - other.seq);
  return Promise.all(mine.map(async (one) => ({ ...one, record: await unseal(here.key, place(one.id), one) })));
}

/** How many of the user's boxes are in a state, without opening them. */
export async function count(state) {
  return (await store.all("outbox")).filter((one) => one.user === here.user && one.state === state).length;
}

export async function oldest() {
  const mine = (await store.all("outbox")).filter((one) => one.user === here.user && one.state === "waiting");
  return mine.reduce((found, one) => (found && found.since < one.since ? found : one), null);
}

export async function photo(id) {
  const box = await store.get("photos", id);
  return box ? openBytes(here.key, photoPlace(id), box) : null;
}

const state = (id, change) => store.write(["outbox"], ({ outbox }) => {
  outbox.get(id).onsuccess = (event) => { if (event.target.result) outbox.put({ ...event.target.result, ...change }, id); };
});

/** The server has it: kept here until the page has been fetched anew, then no longer. */
export async function sent(box) {
  await state(box.id, { state: "sent", sent_at: Date.now() });
  if (box.record.body.photo_id) await store.remove("photos", box.record.body.photo_id);
}

/** The server will not have it; the reason goes into the box, for it may tell of somebody. */
export async function refuse(box, reason) {
  const sealed = await seal(here.key, place(box.id), { ...box.record, reason });
  await state(box.id, { state: "refused", ...sealed });
}

/** Put away what was refused: the reader's own choice, and still there. */
export const putAway = (id) => state(id, { state: "away" });

/** Forget what was sent long ago. */
export async function tidy() {
  const old = (await store.all("outbox")).filter((one) => one.state === "sent" && Date.now() - one.sent_at > KEPT_SENT_MS);
  if (old.length) await store.write(["outbox"], ({ outbox }) => { for (const one of old) outbox.delete(one.id); });
}
