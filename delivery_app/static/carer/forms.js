// Any form or button with `data-record="kind"` becomes a record. What it is about stands on the elements around it
// (data-need-id, data-on-date, data-citizen-id, data-call-id); its fields are named as the record's body.
//
//   data-type="number" | "integer" | "boolean" | "list" | "moment"   how a field's text is meant
//   name beginning with "_"                                         for the reader only, not sent
//   data-needed-by="name"                                         needed where the page says so: data-name="true"
//   data-keep                                                       the form keeps its values after saving

import { now, on } from "./here.js";
import * as outbox from "./outbox.js";
import { shrink } from "./photos.js";
import { begun, clean } from "./router.js";
import { unknownTo } from "./overlay.js";
import { notice, say } from "./words.js";

const ABOUT = { need_id: "needId", on_date: "onDate", citizen_id: "citizenId", call_id: "callId" };

export function begin() {
  // What is wrong is said by us, in the reader's language and not over the field.
  on("shown", () => {
    for (const form of document.querySelectorAll("form[data-record]")) {
      form.noValidate = true;
      // Or the browser writes what is typed into its own files, in plain.
      for (const field of [form, ...form.elements]) field.autocomplete = "off";
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-record]");
    if (!form) return;
    event.preventDefault();
    submit(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("button");
    if (!one || one.disabled) return;
    if (one.dataset.task) return task(one);
    if (one.dataset.correct) return correct(one.dataset.correct, one.dataset.kind, JSON.parse(one.dataset.body || "{}"));
    if (one.dataset.regret) return regret(one);
    if ("close" in one.dataset) return one.closest("dialog")?.close();
    if (one.dataset.record && !one.form) return press(one);
  });
  document.addEventListener("change", (event) => {
    // A field that is only asked for with one answer of another: data-only="name=value value".
    const form = event.target.form;
    if (!form) return;
    for (const part of form.querySelectorAll("[data-only]")) only(form, part);
    if (event.target.matches("select:has([data-causes])")) causes(form, event.target);
  });
}

/** Only the causes that go with the chosen type, in its order. */
function causes(form, type) {
  const offered = type.selectedOptions[0]?.dataset.causes?.split(" ") ?? [], field = form.elements.cause;
  for (const one of field.options) one.hidden = one.disabled = Boolean(one.value) && offered.length > 0 && !offered.includes(one.value);
  if (field.selectedOptions[0]?.disabled) field.value = "";
}

export function only(form, part) {
  const [name, values] = part.dataset.only.split("="), field = form.elements[name];
  const value = field instanceof RadioNodeList ? field.value : field?.type === "checkbox" ? String(field.checked) : field?.value;
  part.hidden = !values.split(" ").includes(value);
  for (const one of part.querySelectorAll("input,select,textarea")) one.disabled = part.hidden;
}

/** What an element's records are about. */
export function aboutOf(element) {
  return Object.fromEntries(Object.entries(ABOUT).map(([name, key]) => {
    const attribute = `data-${key.replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`;
    return [name, element.closest(`[${attribute}]`)?.getAttribute(attribute) ?? ""];
  }));
}

/** Keep a record and say so; false when it could not be kept, which is said loudly. */
export async function record(kind, element, body, more = {}) {
  try {
    // Whom it is about, for the tray: what waits or was refused is told apart by it.
    const who = element.closest("[data-page][data-citizen-id]")?.querySelector("h1")?.textContent.trim();
    await outbox.keep(kind, aboutOf(element), body, who ? { ...more, shown: { ...more.shown, who } } : more);
    notice("failed");
    notice("saved", say("saved"), { kind: "good", seconds: 3 });
    return true;
  } catch (error) {
    const why = error.message === "locked" ? "not-ready" : error.name === "QuotaExceededError" ? "storage-full" : "not-kept-error";
    notice("failed", say(why), { kind: "bad" });
    return false;
  }
}

/** A button that is a record by itself: on the way, start, end. */
async function press(one) {
  one.disabled = true;
  try {
    const kept = await record(one.dataset.record, one, JSON.parse(one.dataset.body || "{}"), { shown: { title: one.textContent.trim() } });
    if (kept) await askCause(one);
    // A page beside the tablet's own (a call): a moment is left for the record to be sent.
    if (kept && one.dataset.then) setTimeout(() => location.assign(one.dataset.then), 600);
  } finally { one.disabled = false; }
}

async function task(one) {
  const done = one.getAttribute("aria-pressed") !== "true";
  await record("task", one, { task_id: one.dataset.task, done }, { shown: { title: `${say(done ? "task-done" : "task-undone")}: ${one.dataset.label || one.textContent.trim()}` } });
}

async function submit(form, submitter) {
  const wrong = form.querySelector(".c-wrong") ?? form.appendChild(Object.assign(document.createElement("p"), { className: "c-wrong" }));
  wrong.setAttribute("role", "alert");
  wrong.textContent = "";
  const read = await readForm(form);
  if (read.problem) {
    wrong.textContent = read.problem;
    read.field?.setAttribute("aria-invalid", "true");
    return read.field?.focus();
  }
  if (submitter) submitter.disabled = true;
  try {
    if (!(await record(form.dataset.record, form, read.body, { corrects: form.dataset.corrects || null, shown: read.shown, photo: read.photo }))) return;
    clean(form);
    delete form.dataset.corrects;
    if (!("keep" in form.dataset)) form.reset();
    form.dispatchEvent(new CustomEvent("carer:kept", { bubbles: true, detail: read.body }));
    for (const part of form.querySelectorAll("[data-only]")) only(form, part);
    form.closest("dialog")?.close();
    const fold = form.closest("details");
    if (fold) { fold.open = false; fold.querySelector("summary").focus(); }
  } finally { if (submitter) submitter.disabled = false; }
}

const labelOf = (field) => (field.closest("fieldset")?.querySelector("legend") ?? field.closest("label")?.querySelector("span") ?? field.labels?.[0])?.textContent.trim() ?? "";

/** The body and its words, or what is wrong with which field. */
async function readForm(form) {
  const body = {}, lines = [];
  let photo = null;
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    field.removeAttribute("aria-invalid");
    if (!field.validity.valid && field.validity.valueMissing) return { problem: say("needed", { field: labelOf(field) }), field };
    // What the municipality's rules ask for stands on the page.
    const asked = field.dataset.neededBy && form.closest("[data-page]")?.dataset[field.dataset.neededBy] === "true";
    if (asked && !(field.type === "checkbox" ? field.checked : field.value.trim())) return { problem: say("needed", { field: labelOf(field) }), field };
    const { name, type } = field, kind = field.dataset.type ?? "";
    if (type === "file") {
      if (!field.files.length) continue;
      try { photo = await shrink(field.files[0]); } catch { return { problem: say("photo-bad"), field }; }
      continue;
    }
    if (name.startsWith("_")) continue;
    const list = kind === "list" || (type === "checkbox" && form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`).length > 1);
    if (list) {
      body[name] ??= [];
      if (field.checked) { body[name].push(field.value); lines.push(["", choice(field)]); }
      continue;
    }
    if (type === "checkbox") { body[name] = field.checked; if (field.checked) lines.push(["", choice(field)]); continue; }
    if (type === "radio" && !field.checked) continue;
    const text = field.value.trim();
    if (!text) continue;
    if (kind === "number" || kind === "integer") {
      const number = Number(text.replace(",", "."));
      if (!Number.isFinite(number) || (kind === "integer" && !Number.isInteger(number))) return { problem: say("number", { field: labelOf(field) }), field };
      body[name] = number;
    } else if (kind === "boolean") body[name] = text === "true";
    else if (kind === "moment") body[name] = text.includes("T") ? momentOf(text.slice(11, 16), text.slice(0, 10)) : momentOf(text, aboutOf(form).on_date);
    else body[name] = text;
    if (type !== "hidden") lines.push([type === "radio" ? "" : labelOf(field), type === "radio" ? choice(field) : field.selectedOptions?.[0]?.textContent.trim() ?? text]);
  }
  const missing = form.querySelector("fieldset[data-required]:not([hidden])");
  if (missing && !missing.querySelector(":checked")) return { problem: say("needed", { field: labelOf(missing.querySelector("input")) }), field: missing.querySelector("input") };
  const title = form.dataset.title || form.closest("details")?.querySelector("summary")?.textContent.trim() || form.closest("dialog")?.querySelector("h2")?.textContent.trim() || form.dataset.record;
  return { body, photo, shown: { title, lines } };
}

const choice = (field) => field.closest("label")?.textContent.trim() ?? field.value;

/** A time of day on a date, as a moment with the tablet's zone: 08:15 is 2026-11-30T08:15:00+01:00. */
export function momentOf(clock, date) {
  const local = new Date(`${date}T${clock}:00`), behind = -local.getTimezoneOffset(), two = (value) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${date}T${clock}:00${behind < 0 ? "-" : "+"}${two(behind / 60)}:${two(behind % 60)}`;
}

/** Fill the form of a kind with what a record says: saving it then is a correction. */
export function correct(id, kind, body) {
  const form = document.querySelector(`#page form[data-record="${CSS.escape(kind)}"]`);
  if (!form) return false;
  form.reset();
  if (id) form.dataset.corrects = id;
  for (const [name, value] of Object.entries(body)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "checkbox") field.checked = Array.isArray(value) ? value.includes(field.value) : value === true;
      else if (field.type === "radio") field.checked = field.value === String(value);
      else if (field.type === "datetime-local") field.value = String(value).slice(0, 16);
      else if (field.type !== "file") field.value = String(value);
    }
  }
  for (const part of form.querySelectorAll("[data-only]")) only(form, part);
  begun(form);
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  form.scrollIntoView({ block: "center" });
  form.querySelector("input:not([type=hidden]),textarea,select")?.focus({ preventScroll: true });
  return true;
}

/** Take a record back: asks for the reason. */
function regret(one) {
  const dialog = document.getElementById("regret"), form = dialog.querySelector("form"), about = aboutOf(one);
  for (const [name, key] of Object.entries(ABOUT)) { if (about[name]) form.dataset[key] = about[name]; else delete form.dataset[key]; }
  form.dataset.corrects = one.dataset.regret;
  form.reset();
  dialog.showModal();
}

/** Late, early, shorter or longer: computed here, and the cause asked once. */
async function askCause(one) {
  const page = one.closest("[data-start]"), kind = one.dataset.record;
  if (!page || !page.dataset.lateMin || !["started", "ended"].includes(kind)) return;
  const start = Date.parse(page.dataset.start), end = Date.parse(page.dataset.end);
  const limit = (name) => Number(page.dataset[`${name}Min`]);
  let direction = "", minutes = 0;
  const found = await unknownTo(0), mine = found.filter((box) => `${box.record.need_id}/${box.record.on_date}` === page.dataset.visit && !box.corrected);
  if (kind === "started") {
    minutes = Math.round((now() - start) / 60000);
    direction = minutes > limit("late") ? "late" : page.dataset.early === "true" && minutes < -limit("late") ? "early" : "";
  } else {
    const began = mine.findLast((box) => box.record.kind === "started"), at = began ? Date.parse(began.record.device_at) + (began.record.offset_ms ?? 0) : Date.parse(page.dataset.startedAt ?? "");
    if (!Number.isFinite(at)) return;
    minutes = Math.round((now() - at - (end - start)) / 60000);
    direction = minutes > limit("longer") ? "longer" : minutes < -limit("shorter") ? "shorter" : "";
  }
  const asked = (page.dataset.causesGiven ?? "").split(" ").concat(mine.filter((box) => box.record.kind === "off_time_cause").map((box) => box.record.body.direction));
  if (!direction || asked.includes(direction)) return;
  const dialog = document.getElementById("cause"), form = dialog.querySelector("form"), about = aboutOf(page);
  form.reset();
  for (const [name, key] of Object.entries(ABOUT)) { if (about[name]) form.dataset[key] = about[name]; else delete form.dataset[key]; }
  form.elements.direction.value = direction;
  dialog.querySelector("[data-off]").textContent = say(`off-${direction}`, { n: Math.abs(minutes) });
  dialog.showModal();
}
