// Ring for help: one tap, and a button held for two seconds, so that a glove or a pocket raises no false alarm. The call
// is a record like any other, sent at once; the position follows when it is found. What is not sent is said loudly.

import { aboutOf } from "./forms.js";
import { here, on } from "./here.js";
import * as outbox from "./outbox.js";
import * as pages from "./pages.js";
import { about, word } from "./risk_words.js";
import { clock } from "./words.js";

const PATIENCE_MS = 5000;
const box = () => document.getElementById("help"), part = (name) => box().querySelector(`[data-help-${name}]`);
let position = null, call = null, timer = 0, holding = 0;

export function begin() {
  document.addEventListener("click", (event) => { if (event.target.closest("[data-help-open]")) open(); });
  const button = part("hold");
  for (const name of ["pointerdown", "keydown"]) button.addEventListener(name, (event) => { if (name === "pointerdown" || ((event.key === " " || event.key === "Enter") && !event.repeat)) { event.preventDefault(); hold(button); } });
  for (const name of ["pointerup", "pointercancel", "pointerleave", "keyup", "blur"]) button.addEventListener(name, () => release(button));
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  on("sent", ({ boxes }) => { if (call && boxes.some((one) => one.id === call.id)) sent(); });
  part("end").addEventListener("carer:kept", () => { call = null; draw(); });
}

function open() {
  if (box().open) return;
  find();
  box().showModal();
  draw();
  numbers();
}

/** Best effort, and bounded in time; asked for as soon as the box opens. */
function find() {
  position = null;
  const wait = Number(box().dataset.position) * 1000;
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    position = { lat: coords.latitude, lon: coords.longitude, accuracy_m: coords.accuracy };
    if (call && !call.placed) tellPosition();
  }, () => { /* without one the visit says where */ }, { enableHighAccuracy: true, timeout: wait, maximumAge: 60000 });
}

/** The team's numbers from the page that the tablet keeps. */
async function numbers() {
  const url = `${here.base}/phones`, list = part("phones");
  let html = (await pages.kept(url).catch(() => null))?.html;
  if (!html) html = await pages.fetchPage(url).catch(() => "");
  const page = document.createElement("template");
  page.innerHTML = html;
  const found = page.content.querySelector("[data-phones]");
  if (found) list.replaceChildren(...found.children);
  else list.replaceChildren(Object.assign(document.createElement("li"), { textContent: word("no-phones") }));
}

function hold(button) {
  if (holding) return;
  button.dataset.holding = "";
  button.querySelector("[data-hold-word]").textContent = word("holding");
  holding = setTimeout(() => { release(button); ring(); }, Number(box().dataset.hold) * 1000);
}

function release(button) {
  clearTimeout(holding);
  holding = 0;
  delete button.dataset.holding;
  button.querySelector("[data-hold-word]").textContent = word("hold", { n: box().dataset.hold });
}

async function ring() {
  const page = document.querySelector("#page [data-page]"), whose = page ? aboutOf(page) : {};
  // An emergency call is named by its own id, a visit by need and date: both go with it.
  about(part("end"), page);
  navigator.vibrate?.([200, 100, 200]);
  call = { id: null, placed: Boolean(position), whose, at: 0 };
  draw();
  clearTimeout(timer);
  timer = setTimeout(() => { if (call && !call.at) { call.failed = true; draw(); } }, PATIENCE_MS);
  try {
    const id = await outbox.keep("help_call", whose, position ?? {}, { shown: { title: document.getElementById("help-title").textContent } });
    call.id = call.first = id;
    if (position && !call.placed) tellPosition();
  } catch { call.failed = true; draw(); }
}

/** The position came after the call: another record, which stands for the first. */
async function tellPosition() {
  if (!call?.id) return;
  call.placed = true;
  try {
    const id = await outbox.keep("help_call", call.whose, position, { corrects: call.first, shown: { title: document.getElementById("help-title").textContent } });
    call.second = id;
  } catch { /* the call itself is on its way */ }
}

function sent() {
  call.at = Date.now() + (here.offset ?? 0);
  call.failed = false;
  draw();
}

/** The server's word on the call: who has answered it. */
export function heard(list) {
  const mine = call && list.find((one) => one.id === call.first);
  if (!mine) return;
  if (!call.at) sent();
  if (mine.answered_by && !call.answered) { call.answered = mine.answered_by + (mine.answer ? `: ${mine.answer}` : ""); navigator.vibrate?.(300); draw(); }
}

export const isOpen = () => Boolean(call && !call.answered);

function draw() {
  const state = part("state");
  part("not-sent").hidden = !call?.failed;
  state.hidden = !call || Boolean(call.failed);
  if (call) state.textContent = call.answered ? word("answered", { name: call.answered }) : call.at ? word("sent", { time: clock(call.at) }) : word("sending");
  state.classList.toggle("c-say-good", Boolean(call?.at));
  part("hold").hidden = Boolean(call);
  part("why").hidden = Boolean(call);
  part("end").hidden = !call;
}
