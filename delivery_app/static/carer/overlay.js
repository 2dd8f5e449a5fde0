// What this tablet has recorded and the shown page does not know yet, laid over it: states of visits, tasks, entries.

import * as outbox from "./outbox.js";
import { here, on } from "./here.js";
import { shownAt, sideShownAt } from "./router.js";
import { clock, say, today } from "./words.js";

const STATE_AFTER = { on_the_way: "on_the_way", started: "started", ended: "ended", nobody_home: "not_home", made_physical: "made_physical" };
const name = (record) => `${record.need_id ?? record.call_id}/${record.on_date}`;

export function begin() {
  on("shown", lay);
  on("kept", lay);
  on("sent", lay);
  on("refusal", lay);
}

/** Records that the page of that moment does not hold, those that were corrected left out. */
export async function unknownTo(at) {
  const found = (await outbox.boxes("waiting", "sent", "refused")).filter((box) => box.state !== "sent" || box.sent_at > at);
  const gone = new Set(found.filter((box) => box.state !== "refused").map((box) => box.record.corrects_id));
  return found.map((box) => ({ ...box, corrected: gone.has(box.id) }));
}

let turn = 0;
export async function lay() {
  if (!here.key) return;
  const mine = ++turn, at = shownAt(), beside = sideShownAt(), all = await unknownTo(Math.min(at, beside));
  if (mine !== turn) return;
  const since = (moment) => all.filter((box) => box.state !== "sent" || box.sent_at > moment), counts = (box) => !box.corrected && box.state !== "refused";
  const found = since(at), counting = found.filter(counts), besides = since(beside).filter(counts);
  for (const one of document.querySelectorAll("[data-visit]")) state(one, one.closest("#side") ? besides : counting);
  for (const page of document.querySelectorAll("#page [data-page]")) { tasks(page, counting); entries(page, found); }
  for (const day of document.querySelectorAll("#page, #side")) markNext(day);
  document.dispatchEvent(new CustomEvent("carer:laid", { detail: { records: counting.map((box) => ({ id: box.id, ...box.record })) } }));
}

function state(one, counting) {
  one.dataset.served ??= one.dataset.state;
  let now = one.dataset.served;
  for (const { record } of counting) if (name(record) === one.dataset.visit && STATE_AFTER[record.kind]) now = STATE_AFTER[record.kind];
  one.dataset.state = now;
  const word = now === "planned" ? "" : say(`state-${now}`);
  for (const place of one.matches("a") ? one.querySelectorAll(".c-state") : one.querySelectorAll(".c-state-tag")) place.textContent = word;
}

function tasks(page, counting) {
  for (const button of page.querySelectorAll("button[data-task]")) {
    button.dataset.served ??= button.getAttribute("aria-pressed");
    let pressed = button.dataset.served;
    for (const { record } of counting) {
      if (record.kind === "task" && record.body.task_id === button.dataset.task && name(record) === page.dataset.visit) pressed = String(record.body.done);
    }
    button.setAttribute("aria-pressed", pressed);
  }
}

/** Entries of the citizen's (or the visit's) that are not sent yet, after those of the page. */
function entries(page, found) {
  for (const list of page.querySelectorAll("[data-story]")) {
    for (const old of list.querySelectorAll("[data-local]")) old.remove();
    for (const box of found) {
      const { record } = box, about = list.dataset.story;
      if (!(about === name(record) || about === record.citizen_id || about === record.kind)) continue;
      if (list.dataset.storyCitizen && list.dataset.storyCitizen !== record.citizen_id) continue;
      if (list.querySelector(`[data-record-id="${box.id}"]`)) continue;
      if (about === record.citizen_id && name(record) === page.dataset.visit && page.querySelector(`[data-story="${page.dataset.visit}"]`)) continue;
      if (record.kind === "withdrawn") { strike(page, record.corrects_id); continue; }
      if (record.corrects_id) strike(page, record.corrects_id);
      list.append(entry(page, box, firstOf(box, found)));
    }
    const none = list.parentElement.querySelector("[data-story-none]");
    if (none) none.hidden = list.children.length > 0;
  }
}

/** The first of the records that correct each other, as far as they are here. */
function firstOf({ id, record }, found) {
  const seen = new Set([id]);
  for (let next = record.corrects_id; next && !seen.has(next);) { id = next; seen.add(id); next = found.find((box) => box.id === id)?.record.corrects_id; }
  return id;
}

const strike = (page, id) => { for (const one of page.querySelectorAll(`[data-record-id="${id}"]`)) one.classList.add("c-struck"); };

function entry(page, { id, state: sent, corrected, record }, first) {
  const own = page.querySelector(`template[data-entry="${record.kind}"]`) ?? page.querySelector("template[data-entry='*']");
  const made = document.createElement("template");
  // What the line itself records names it by the first of those that correct each other.
  if (own) made.innerHTML = own.innerHTML.replaceAll("{id}", first);
  const line = made.content.firstElementChild ?? document.createElement("li");
  line.classList.add("c-entry");
  if (record.citizen_id) line.dataset.citizenId = record.citizen_id;
  line.dataset.local = "";
  line.dataset.recordId = id;
  if (sent === "refused") line.dataset.refused = "";
  if (corrected) line.classList.add("c-struck");
  if (corrected || sent === "refused") line.querySelector("[data-only-standing]")?.remove();
  const slots = { ...record.body, ...record.shown, time: clock(Date.parse(record.device_at) + (record.offset_ms ?? 0)), title: record.shown.title ?? record.kind, text: summary(record) };
  if (own) for (const slot of line.querySelectorAll("[data-slot]")) slot.textContent = slots[slot.dataset.slot] ?? "";
  else line.textContent = `${slots.time} ${slots.title} ${slots.text}`;
  const foot = document.createElement("p");
  foot.className = "c-buttons";
  const mark = document.createElement("span");
  mark.className = "c-tag";
  mark.textContent = sent === "sent" ? say("sent") : sent === "refused" ? record.reason ?? say("refused", { n: "" }) : say("waiting");
  foot.append(mark);
  if (!corrected && sent !== "refused") foot.append(button("correct", id, record), button("regret", id, record));
  line.append(foot);
  return line;
}

function button(what, id, record) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "c-link";
  made.textContent = say(what);
  if (what === "correct" && !document.querySelector(`#page form[data-record="${record.kind}"]`)) made.hidden = true;
  made.dataset[what] = id;
  made.dataset.kind = record.kind;
  made.dataset.body = JSON.stringify(record.body);
  return made;
}

/** A record in words: what its form said, field by field. */
export const summary = (record) => (record.shown.lines ?? []).map(([label, value]) => (label && !label.endsWith("?") ? `${label}: ${value}` : value)).join(" · ");

/** The first visit of today that is not over. */
function markNext(part) {
  const stops = [...part.querySelectorAll("a.c-stop[data-visit]")];
  for (const one of stops) delete one.dataset.next;
  const next = stops.find((one) => ["planned", "on_the_way", "started"].includes(one.dataset.state)), day = part.querySelector("[data-kind=day]");
  // After midnight the round of a night's shift is still that of the day before.
  if (next && (day?.dataset.date === today() || "night" in (day?.dataset ?? {}))) next.dataset.next = "";
}
