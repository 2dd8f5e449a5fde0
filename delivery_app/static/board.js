// The board of a day: places what the server listed, walks and moves by keys, drags by pointer.
// Every change is a form post; the answer is the board anew. Nothing here decides whether a visit may stand somewhere.

const STEP = 5; // minutes
const NUDGE_WAIT = 350; // milliseconds until quick strokes of a key are sent as one
const SLACK = 5; // pixels a pointer moves before it drags
const HOUR_PIXELS = [52, 66, 84, 110, 150];

const panel = document.getElementById("visit-panel");
let zoom = Number(localStorage.getItem("np-board-zoom") ?? 1);
let waiting = Promise.resolve();
let nudge = null;
let drag = null;

const board = () => document.getElementById("board");
const editable = () => board().dataset.editable === "yes";
const span = () => ({ from: Number(board().dataset.from), to: Number(board().dataset.to) });
const clock = (minute) => {
  const day = ((minute % 1440) + 1440) % 1440;
  return `${String(Math.floor(day / 60)).padStart(2, "0")}:${String(day % 60).padStart(2, "0")}`;
};
const start = (item) => Number(item.dataset.from);
const follows = (item) => Boolean(item.closest(".nb-row[data-trainee]")); // a trainee's visits are the mentor's
const items = (row) => [...row.querySelectorAll(".nb-item[data-need], .nb-item[data-shift]")];
const rows = () => [...board().querySelectorAll(".nb-row[data-carer]")].filter((row) => row.querySelector(".nb-track"));
const say = (sentence) => {
  const live = document.getElementById("live");
  if (live) live.textContent = sentence;
};

/** Put everything where its time is. */
function draw() {
  const here = board();
  if (!here) return;
  const { from, to } = span();
  const share = (minute) => `${((minute - from) / (to - from)) * 100}%`;
  for (const item of here.querySelectorAll(".nb-track [data-from]")) {
    item.style.left = share(Number(item.dataset.from));
    if (item.dataset.to) item.style.width = `${((item.dataset.to - item.dataset.from) / (to - from)) * 100}%`;
  }
  const grid = here.querySelector(".nb-grid");
  if (grid) {
    const names = window.matchMedia("(max-width: 1180px)").matches ? 140 : 184;
    grid.style.minWidth = `${names + ((to - from) / 60) * HOUR_PIXELS[zoom]}px`;
  }
  for (const button of here.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.disabled = button.dataset.zoom === "in" ? zoom === HOUR_PIXELS.length - 1 : zoom === 0;
  }
  here.classList.add("nb-drawn");
  rove();
  performance.mark("np-board-drawn");
}

/** One visit of the board is in the order of Tab; arrows walk to the others. */
function rove(chosen) {
  const all = rows().flatMap(items);
  const first = chosen ?? all.find((item) => item.tabIndex === 0) ?? all[0];
  for (const item of all) item.tabIndex = item === first ? 0 : -1;
}

const key = (item) => ({ need: item.dataset.need, shift: item.dataset.shift, open: item.dataset.open, carer: item.closest(".nb-row")?.dataset.carer });

function find(wanted) {
  if (!wanted) return null;
  const same = [...board().querySelectorAll(".nb-item, .nb-chip, [data-open]")].filter((item) =>
    ["need", "shift", "open"].some((name) => wanted[name] && item.dataset[name] === wanted[name]));
  return same.find((item) => item.closest(".nb-row")?.dataset.carer === wanted.carer) ?? same[0] ?? null;
}

function focus(item) {
  if (!item) return;
  if (item.classList.contains("nb-item") && !item.dataset.open) rove(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Walk with the arrows: along a row by order, between rows to the nearest in time. */
function walk(item, way) {
  const row = item.closest(".nb-row");
  if (way === "ArrowLeft" || way === "ArrowRight") {
    const own = items(row);
    return own[own.indexOf(item) + (way === "ArrowRight" ? 1 : -1)];
  }
  const other = step(row, way, (one) => items(one).length > 0);
  if (!other) return null;
  const middle = (one) => (Number(one.dataset.from) + Number(one.dataset.to)) / 2;
  return items(other).reduce((best, one) => (Math.abs(middle(one) - middle(item)) < Math.abs(middle(best) - middle(item)) ? one : best));
}

function step(row, way, fits) {
  const all = rows();
  const by = way === "ArrowDown" ? 1 : -1;
  let at = all.indexOf(row) + by;
  while (all[at] && !fits(all[at])) at += by;
  return all[at] ?? null;
}

/** Send a form or fields; one after the other, in the order in which they were asked for. */
function send(url, fields, wanted) {
  waiting = waiting.then(() => post(url, fields, wanted));
  return waiting;
}

async function post(url, fields, wanted) {
  const here = board();
  const body = new URLSearchParams(fields);
  body.set("row_version", here.dataset.version);
  body.set("shown", here.dataset.date);
  here.classList.add("nb-busy");
  here.setAttribute("aria-busy", "true");
  let html;
  try {
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "X-CSRF-Token": here.dataset.token, "HX-Request": "true", "HX-Request-Type": "partial" },
    });
    const away = answer.headers.get("HX-Redirect");
    if (away) return void (location.href = away);
    html = await answer.text();
  } catch {
    html = "";
  }
  const fresh = html && new DOMParser().parseFromString(html, "text/html").getElementById("board");
  if (!fresh) return failed(wanted);
  await replace(fresh, wanted);
}

async function replace(fresh, wanted) {
  let hasPanel = panel && !panel.hidden;
  // First, so that the answer stands beside a menu that is as new. A visit that is left out has none any more.
  const gone = hasPanel && !(await reload());
  if (gone) {
    panel.hidden = true;
    panel.replaceChildren();
    hasPanel = false;
  }
  const old = board();
  const scroll = old.querySelector(".nb-scroll");
  const at = scroll && [scroll.scrollLeft, scroll.scrollTop];
  old.replaceWith(fresh);
  draw();
  const next = fresh.querySelector(".nb-scroll");
  if (at && next) [next.scrollLeft, next.scrollTop] = at;
  const answer = document.getElementById("answer");
  if (answer) say(answer.innerText.replace(/\s+/g, " "));
  if (!hasPanel) focus(find(wanted) ?? (gone ? fresh.querySelector(".nb-item[tabindex='0']") : null));
}

function failed(wanted) {
  const here = board();
  here.classList.remove("nb-busy");
  here.removeAttribute("aria-busy");
  document.getElementById("answer")?.remove();
  const box = document.createElement("div");
  box.className = "nb-answer nb-answer-wrong";
  box.id = "answer";
  box.setAttribute("role", "alert");
  box.dataset.kind = "lost";
  box.textContent = here.dataset.lost;
  here.querySelector(".nb-bar").after(box);
  draw();
  focus(find(wanted));
}

const edit = (fields, wanted) => send(`${board().dataset.base}/edit`, fields, wanted);

/** The carers of a visit after it goes from one row to another. */
function carersOf(item, from, to) {
  const all = [from, ...(item.dataset.pair ? item.dataset.pair.split(" ") : [])];
  return all.map((one) => (one === from ? to : one));
}

function move(item, fields, row) {
  const own = item.closest(".nb-row")?.dataset.carer;
  const to = row ? row.dataset.carer : own;
  if (item.dataset.shift) return edit([["kind", "move_break"], ["shift", item.dataset.shift], ["start", fields.start]], key(item));
  const sent = [["kind", own ? "move" : "place"], ["need", item.dataset.need], ["date", item.dataset.date]];
  if (item.dataset.any) sent.push(["any_day", "1"]);
  if (!own) sent.push(["to_date", board().dataset.date]);
  if (fields.start !== undefined) sent.push(["start", fields.start]);
  if (!own || to !== own) for (const carer of own ? carersOf(item, own, to) : [to]) sent.push(["carer", carer]);
  return edit(sent, { need: item.dataset.need, carer: to });
}

const pin = (item) => edit([["kind", "pin"], ["need", item.dataset.need], ["date", item.dataset.date], ["pinned", item.dataset.pinned ? "0" : "1"]], key(item));
const takeOut = (item) => edit([["kind", "unplace"], ["need", item.dataset.need], ["date", item.dataset.date]], { need: item.dataset.need });

/** Alt and an arrow: strokes that follow each other quickly become one change. */
function nudged(item, by) {
  if (nudge && nudge.item !== item) flush();
  nudge ??= { item, by: 0 };
  nudge.by += by;
  clearTimeout(nudge.timer);
  const { from, to } = span();
  item.style.left = `${((start(item) + nudge.by - from) / (to - from)) * 100}%`;
  say(clock(start(item) + nudge.by));
  nudge.timer = setTimeout(flush, NUDGE_WAIT);
}

function flush() {
  if (!nudge) return;
  const { item, by, timer } = nudge;
  clearTimeout(timer);
  nudge = null;
  if (by) move(item, { start: start(item) + by });
}

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.(".nb-item[data-need], .nb-item[data-shift]");
  const typing = event.target.closest?.("input, select, textarea");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing && editable()) {
    const letter = event.key.toLowerCase();
    const way = letter === "z" && !event.shiftKey ? "undo" : letter === "y" || (letter === "z" && event.shiftKey) ? "redo" : null;
    if (way) {
      event.preventDefault();
      flush();
      send(`${board().dataset.base}/${way}`, [], item ? key(item) : null);
      return;
    }
  }
  if (event.key === "Escape") {
    if (drag) return stopDrag();
    if (panel && !panel.hidden) return closePanel();
  }
  if (!item || drag) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    focus(walk(item, event.key));
  } else if (arrow && event.altKey && editable()) {
    event.preventDefault();
    if (follows(item)) return;
    if (item.dataset.pinned) return edit([["kind", "move"], ["need", item.dataset.need], ["date", item.dataset.date]], key(item));
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") return nudged(item, event.key === "ArrowRight" ? STEP : -STEP);
    if (item.dataset.shift) return;
    flush();
    const row = step(item.closest(".nb-row"), event.key, (one) => !one.dataset.trainee);
    if (row) move(item, {}, row);
  } else if (event.key === "Enter" && item.href) {
    event.preventDefault();
    open(item);
  } else if (editable() && item.dataset.need && !event.altKey && !event.ctrlKey && !event.metaKey) {
    if (event.key === "p" || event.key === "P") pin(item);
    if (event.key === "x" || event.key === "X") {
      event.preventDefault();
      leaveOut(item);
    }
    if (event.key === "Delete") takeOut(item);
  }
});

/** The panel of a visit, a break or an open shift. */
async function open(item, keepFocus) {
  flush();
  panel.dataset.url = item.href;
  for (const name of ["need", "shift", "open"]) panel.dataset[name] = item.dataset[name] ?? "";
  panel.dataset.carer = item.closest(".nb-row")?.dataset.carer ?? "";
  await reload();
  if (!keepFocus) panel.querySelector("#panel-title")?.focus();
}

async function load(url, into) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
    const away = answer.headers.get("HX-Redirect");
    if (away) return void (location.href = away);
    const text = await answer.text();
    into.innerHTML = text;
    window.htmx?.process(into); // what is still being worked out looks again by itself
    return answer.ok;
  } catch {
    into.textContent = board().dataset.lost;
    return false;
  }
}

async function reload() {
  const inside = panel.contains(document.activeElement) && document.activeElement !== panel;
  const found = await load(panel.dataset.url, panel);
  panel.hidden = false;
  const close = panel.querySelector("[data-panel=close]");
  if (close) close.hidden = false;
  if (inside) panel.querySelector("#panel-title")?.focus();
  return found;
}

/** The menu of a visit, open where it is left out for this week. */
async function leaveOut(item) {
  await open(item, true);
  const part = panel.querySelector(".nb-not-this-week");
  if (part) part.open = true;
  (part?.querySelector("input[name=grounds]") ?? panel.querySelector("#panel-title"))?.focus();
}

function closePanel() {
  panel.hidden = true;
  panel.replaceChildren();
  focus(find({ ...panel.dataset }));
}

document.addEventListener("click", (event) => {
  const near = event.target.closest?.("[data-panel=close], [data-zoom], [data-load], .nb-item[href], .nb-chip[data-need], a[data-open]");
  if (!near || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (near.dataset.panel) return closePanel();
  if (near.dataset.zoom) {
    zoom = Math.min(HOUR_PIXELS.length - 1, Math.max(0, zoom + (near.dataset.zoom === "in" ? 1 : -1)));
    localStorage.setItem("np-board-zoom", String(zoom));
    return draw();
  }
  event.preventDefault();
  if (near.dataset.load) {
    near.setAttribute("aria-busy", "true");
    near.classList.add("nb-busy");
    load(near.href, document.getElementById(near.dataset.load)).then(() => {
      near.removeAttribute("aria-busy");
      near.classList.remove("nb-busy");
    });
    return;
  }
  if (near.dataset.swallow) return void delete near.dataset.swallow;
  if (near.classList.contains("nb-item") && !near.dataset.open) rove(near);
  open(near);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset?.board || event.defaultPrevented) return;
  event.preventDefault();
  const fields = [...new FormData(form, event.submitter)].filter(([name]) => !["csrf_token", "row_version", "shown"].includes(name));
  const wanted = form.dataset.board === "edit" ? { need: form.elements.need?.value } : null;
  send(form.action, fields, wanted);
});

/** Drag by pointer: along the row for time, to another row for the carer, to the list below to take out. */
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.(".nb-item[data-need], .nb-item[data-shift], .nb-chip[data-need]");
  if (!item || event.button !== 0 || !editable() || item.dataset.pinned || follows(item)) return;
  flush();
  const box = item.getBoundingClientRect();
  drag = { item, id: event.pointerId, x: event.clientX, y: event.clientY, grip: item.classList.contains("nb-item") ? event.clientX - box.left : 0, on: false };
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".nb-item, .nb-chip")) event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  if (!drag.on) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK) return;
    if (event.pointerType === "touch" && !drag.item.matches(":focus")) return stopDrag(); // a first touch scrolls
    beginDrag();
  }
  event.preventDefault();
  follow(event);
});

function beginDrag() {
  drag.on = true;
  drag.item.setPointerCapture?.(drag.id);
  drag.item.classList.add("nb-dragged");
  drag.ghost = document.createElement("div");
  drag.ghost.className = "nb-ghost";
  drag.landing = document.createElement("div");
  drag.landing.className = "nb-landing";
  document.body.append(drag.ghost);
}

function follow(event) {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const row = under?.closest(".nb-row[data-carer]");
  const out = under?.closest("[data-drop=out]");
  for (const one of document.querySelectorAll(".nb-over")) one.classList.remove("nb-over");
  drag.row = null;
  drag.out = Boolean(out) && drag.item.classList.contains("nb-item") && Boolean(drag.item.dataset.need);
  drag.landing.remove();
  let text = "";
  const home = drag.item.closest(".nb-row");
  const fits = row && !row.dataset.trainee && (!drag.item.dataset.shift || row === home);
  if (fits) {
    const track = row.querySelector(".nb-track");
    const box = track.getBoundingClientRect();
    const { from, to } = span();
    const minute = from + ((event.clientX - drag.grip - box.left) / box.width) * (to - from);
    drag.start = Math.max(0, Math.round(minute / STEP) * STEP);
    // Straight up or down keeps the time.
    if (row !== home && home && Math.abs(event.clientX - drag.x) < 10) drag.start = start(drag.item);
    const minutes = drag.item.dataset.to ? drag.item.dataset.to - drag.item.dataset.from : Number(drag.item.dataset.minutes ?? 30);
    drag.landing.style.left = `${((drag.start - from) / (to - from)) * 100}%`;
    drag.landing.style.width = `${(minutes / (to - from)) * 100}%`;
    track.append(drag.landing);
    row.classList.add("nb-over");
    drag.row = row;
    text = `${clock(drag.start)} ${row === home ? "" : row.dataset.name}`;
  } else if (drag.out) {
    out.classList.add("nb-over");
    text = document.getElementById("left-title").textContent;
  }
  drag.ghost.textContent = text;
  drag.ghost.hidden = !text;
  drag.ghost.style.left = `${event.clientX + 14}px`;
  drag.ghost.style.top = `${event.clientY + 14}px`;
}

document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { item, on, row, out, start: to } = drag;
  stopDrag();
  if (!on) return;
  item.dataset.swallow = "yes"; // the click that follows a drag opens nothing
  setTimeout(() => delete item.dataset.swallow, 0);
  if (out) return takeOut(item);
  const home = item.closest(".nb-row");
  if (!row || (row === home && to === start(item))) return;
  move(item, { start: to }, row === home ? null : row);
});

document.addEventListener("pointercancel", () => drag && stopDrag());

function stopDrag() {
  drag.item.classList.remove("nb-dragged");
  drag.ghost?.remove();
  drag.landing?.remove();
  for (const one of document.querySelectorAll(".nb-over")) one.classList.remove("nb-over");
  drag = null;
}

// The other half of a visit of two is shown while one has the focus.
document.addEventListener("focusin", (event) => {
  for (const one of document.querySelectorAll(".nb-twin")) one.classList.remove("nb-twin");
  const item = event.target.closest?.(".nb-item[data-pair]");
  if (!item) return;
  for (const one of board().querySelectorAll(`.nb-item[data-need="${item.dataset.need}"]`)) if (one !== item) one.classList.add("nb-twin");
});

window.addEventListener("beforeunload", flush);
draw();
