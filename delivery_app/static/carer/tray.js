// The page of the tablet: what waits, what was not taken and why, the code, the language, signing out.

import * as outbox from "./outbox.js";
import { here, on } from "./here.js";
import { hasCode, setCode, signOut } from "./lock.js";
import { last, sync } from "./sync.js";
import { summary } from "./overlay.js";
import { toWorker } from "./worker.js";
import { correct } from "./forms.js";
import { dropAll } from "./pages.js";
import { visit } from "./router.js";
import { NoNetwork, Refused } from "./net.js";
import { clock, moment, notice, say, today } from "./words.js";

const page = () => document.querySelector("#page [data-kind=tablet]");
let mending = null;

export function begin() {
  for (const name of ["kept", "sent", "opened", "shown", "online", "sending"]) on(name, draw);
  on("shown", mend);
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("carer:kept", async (event) => {
    if (mending && event.target.dataset.record === mending.record.kind) { await outbox.putAway(mending.id); mending = null; draw(); }
  });
}

/** The number in the bar, and the page when it is shown. */
async function draw() {
  const chip = document.getElementById("unsent"), waiting = here.user ? await outbox.count("waiting") : 0, refused = here.user ? await outbox.count("refused") : 0;
  chip.dataset.state = refused ? "refused" : waiting ? "waiting" : "none";
  document.getElementById("unsent-count").textContent = refused && !waiting ? "" : String(waiting);
  document.getElementById("unsent-word").textContent = refused && !waiting ? say("refused", { n: refused }) : say(waiting === 1 ? "unsent-one" : "unsent");
  document.getElementById("net").textContent = here.online || !here.user ? "" : say("offline");
  await drawCode();
  if (!page() || !here.key) return;
  const part = (name) => page().querySelector(`[data-tray="${name}"]`);
  const boxes = await outbox.boxes("waiting", "refused", "away");
  if (!page()) return;
  const of = (state) => boxes.filter((box) => box.state === state);
  part("none").hidden = waiting > 0;
  fill(part("waiting"), of("waiting"), false);
  fill(part("refused"), of("refused"), true);
  fill(part("away"), of("away"), false);
  part("refused-part").hidden = !of("refused").length && !of("away").length;
  part("away-part").hidden = !of("away").length;
  part("last").textContent = last.at ? say("last-sync", { time: clock(last.at + (here.offset ?? 0)) }) : "";
}

async function drawCode() {
  const has = await hasCode();
  const set = page()?.querySelector("[data-code=set]");
  if (set) set.hidden = !has;
  notice("code", here.key && here.online && here.token && !has && document.querySelector("#page [data-kind=day]") ? say("code-missing") : "", { link: [`${here.base}/tablet`, say("code-missing-link")] });
}

function fill(list, boxes, withButtons) {
  const pattern = page().querySelector("template[data-tray-entry]").content.firstElementChild;
  list.replaceChildren(...boxes.map((box) => {
    const line = pattern.cloneNode(true), at = Date.parse(box.record.device_at) + (box.record.offset_ms ?? 0);
    const slots = { title: box.record.shown.title ?? box.record.kind, who: box.record.shown.who ?? "", time: today(at) === today() ? clock(at) : moment(at), text: summary(box.record), reason: box.record.reason ?? "" };
    for (const slot of line.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot];
    line.dataset.id = box.id;
    if (!withButtons) line.querySelector(".c-buttons").remove();
    if (box.state === "refused") line.dataset.refused = ""; else if (box.state === "waiting") line.dataset.local = "";
    return line;
  }));
}

async function onClick(event) {
  const one = event.target.closest("[data-do]");
  if (!one || one.matches("form")) return;
  const what = one.dataset.do, id = one.closest("[data-id]")?.dataset.id;
  if (what === "sync") await sync();
  else if (what === "away") { await outbox.putAway(id); draw(); }
  else if (what === "again" || what === "mend") {
    const box = (await outbox.boxes("refused")).find((found) => found.id === id);
    if (!box) return;
    if (what === "mend") { mending = box; return visit(box.record.page); }
    await again(box);
  } else if (what === "sign-out") await signOut();
  else if (what === "language") await language(one.value);
}

/** The page of the record that is to be mended is here: its form, filled; saving it is a new record. */
function mend({ side = false } = {}) {
  if (!mending || mending.filled || side || location.pathname !== mending.record.page) return;
  // Once: what is typed after it must not be overwritten when the page is drawn anew.
  mending.filled = true;
  if (!correct(mending.record.corrects_id, mending.record.kind, mending.record.body)) notice("mend", say("no-form"), { kind: "warn", seconds: 8 });
}

/** The same once more, as a new record: what stood against it may have been mended on the server. */
async function again({ id, record }) {
  const { kind, need_id, on_date, citizen_id, call_id, body, corrects_id, shown, page: from } = record;
  const { photo_id: photoId, ...rest } = body, photo = photoId ? await outbox.photo(photoId) : null;
  await outbox.keep(kind, { need_id, on_date, citizen_id, call_id }, photo ? rest : body, { corrects: corrects_id, shown, photo, page: from });
  await outbox.putAway(id);
  draw();
}

async function onSubmit(event) {
  const form = event.target.closest("form[data-do=code]");
  if (!form) return;
  event.preventDefault();
  const wrong = form.querySelector("[data-wrong]"), code = form.elements.code.value;
  wrong.textContent = "";
  if (code.length < 10) { wrong.textContent = say("code-short"); return; }
  if (code !== form.elements.again.value) { wrong.textContent = say("code-unlike"); return; }
  try {
    await setCode(code);
    form.reset();
    notice("code-set", say("code-set"), { kind: "good", seconds: 8 });
    draw();
  } catch (error) {
    if (!(error instanceof NoNetwork || error instanceof Refused)) throw error;
    wrong.textContent = say("code-needs-network");
  }
}

async function language(value) {
  try {
    await fetch("/language", { method: "POST", headers: { "X-CSRF-Token": here.token }, body: new URLSearchParams({ lang: value, csrf_token: here.token, next: "/health" }), redirect: "manual" });
    await toWorker({ type: "keep", user: here.user, key: here.key, lang: value });
    await dropAll();
    location.reload();
  } catch { notice("language", say("code-needs-network"), { kind: "warn", seconds: 8 }); }
}
