// Says who will be too late where: by the round in the page, what this tablet has recorded since, and the clock.

import { now, on } from "./here.js";
import { foresee } from "./lateness.js";
import { about, momentOf, nameOf } from "./risk_words.js";

const EVERY_MS = 20000, CANCELLING = ["not_done", "refused", "moved"];
let local = [];

export function begin() {
  document.addEventListener("carer:laid", (event) => { local = event.detail.records; show(); });
  document.addEventListener("click", (event) => { const one = event.target.closest("[data-late-call]"); if (one) ask(one.closest("[data-late-for]")); });
  on("shown", show);
  setInterval(show, EVERY_MS);
  show();
}

/** The stops as they stand with what this tablet knows beyond the page. */
export function stopsWith(stops, records) {
  const found = stops.map((one) => ({ ...one }));
  for (const record of records) {
    const stop = found.find((one) => one.name === nameOf(record) || one.name === `call/${record.call_id}`);
    if (stop) lay(stop, record, momentOf(record));
  }
  return found;
}

function lay(stop, record, at) {
  const { kind, body } = record;
  if (kind === "on_the_way" && stop.status === "planned") { stop.status = "on_the_way"; stop.on_the_way_at = at; }
  if (kind === "started" || kind === "screen_opened") { stop.started_at = record.corrects_id ? at : Math.min(at, stop.started_at ?? at); if (stop.status !== "ended") stop.status = "started"; }
  if (kind === "ended" || kind === "screen_ended" || kind === "emergency_ended") { stop.ended_at = at; stop.status = "ended"; }
  if (kind === "nobody_home") stop.status = "not_home";
  if (kind === "not_home_step" && body.solved && stop.status === "not_home") stop.status = stop.started_at ? "started" : "planned";
  if (kind === "deviation" && CANCELLING.includes(body.type)) moveOrCancel(stop, record);
  if (kind === "late_call" && body.reached !== "nobody") stop.told_min = body.minutes;
}

/** A visit that was moved within its day is to be made at its new time; any other one of these is not made. */
function moveOrCancel(stop, { on_date, body }) {
  const to = body.moved_to ?? "", length = stop.end - stop.start;
  if (!to.startsWith(on_date)) { stop.status = "cancelled"; return; }
  stop.start = Date.parse(to);
  stop.end = stop.start + length;
  stop.told_min = null;
}

function show() {
  for (const box of document.querySelectorAll("#page [data-late]")) draw(box);
}

function draw(box) {
  const stops = stopsWith(JSON.parse(box.dataset.late), local), moment = now();
  // Another day's round: what was not registered there is late for nobody any more.
  const isNow = stops.some((one) => Math.abs(one.start - moment) < 12 * 3600000) && stops.some((one) => one.end > moment - 6 * 3600000);
  const off = isNow ? foresee(stops, moment, Number(box.dataset.limit), box.dataset.early === "true") : [];
  let any = false;
  for (const line of box.querySelectorAll("[data-late-for]")) {
    const found = off.find((one) => one.name === line.dataset.lateFor);
    line.hidden = !found;
    if (!found) continue;
    any = true;
    const says = line.querySelector("[data-says]"), kind = found.told ? "told" : found.direction === "early" ? "tooEarly" : found.seen ? "seen" : "foreseen";
    const sentence = says.dataset[kind].replace("{n}", found.minutes);
    if (says.textContent !== sentence) says.textContent = sentence;
    line.querySelector("[data-late-acts]").hidden = found.told;
    line.classList.toggle("c-say-warn", !found.told);
    line.dataset.minutes = found.minutes;
    line.dataset.direction = found.direction;
  }
  box.hidden = !any;
}

function ask(line) {
  const dialog = document.getElementById("late-call"), form = dialog.querySelector("form");
  form.reset();
  about(form, line);
  form.elements.minutes.value = line.dataset.minutes;
  form.elements.direction.value = line.dataset.direction;
  dialog.showModal();
}
