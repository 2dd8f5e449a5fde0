// Showing pages: links under /carer/ change the part of the frame, kept pages come at once and fresh ones after them.
// Going back keeps the place. What is typed in a form is never replaced under the reader's hands.

import { here, on, setOnline, tell } from "./here.js";
import { json, NoNetwork, Refused } from "./net.js";
import { refused } from "./lock.js";
import * as pages from "./pages.js";
import { clock, moment, notice, say, today } from "./words.js";

const main = () => document.getElementById("page"), side = () => document.getElementById("side");
const wide = matchMedia("(min-width: 1100px)");
let current = "", fetchedAt = 0, shownTurn = 0, sideAt = Infinity, shownHtml = "", newVersion = false;
const dirty = new Set();

export const here_url = () => current;
/** When what is shown was asked for: what was recorded and sent since does not stand in it. */
export const shownAt = () => fetchedAt;
export const sideShownAt = () => sideAt;

/** The page of the address bar: the server's own, when it came with the frame. */
export async function begin() {
  history.scrollRestoration = "manual";
  current = location.pathname;
  document.addEventListener("click", onClick);
  document.addEventListener("input", (event) => { const form = event.target.closest?.("form[data-record]"); if (form) dirty.add(form); });
  addEventListener("popstate", (event) => visit(location.pathname, { push: false, scroll: event.state?.scroll ?? 0 }));
  // Another worker than before brings other scripts: they are taken at the next change of page. The first one brings none.
  const worked = Boolean(navigator.serviceWorker?.controller);
  navigator.serviceWorker?.addEventListener("controllerchange", () => { newVersion = worked; });
  wide.addEventListener("change", () => drawSide());
  const page = main().querySelector("[data-page]");
  if (page) {
    shownHtml = main().innerHTML.trim();
    fetchedAt = Date.now() - performance.now();
    addForms();
    await arrived();
  }
}

on("opened", async () => {
  if (shownHtml) await pages.keep(current, shownHtml, { at: fetchedAt, turn: shownTurn });
  else await visit(current, { push: false, scroll: history.state?.scroll ?? 0 });
  tell("shown", { url: current });
  drawSide();
});
// The network is back: what is shown from the tablet is fetched.
on("online", ({ online }) => { if (online && here.key && shownFromTablet()) refresh(); });
on("wiped", () => { shownHtml = ""; });

function onClick(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href, location.href);
  if (link.hasAttribute("data-online")) { event.preventDefault(); return leave(url.href); }
  if (url.origin !== location.origin || link.target || link.hasAttribute("download") || link.hasAttribute("data-leave")) return;
  if (!url.pathname.startsWith("/carer/") || /\/(photos|app)\//.test(url.pathname)) return;
  if (url.pathname === current && url.hash) return;
  if (!here.key && !shownHtml) return;
  event.preventDefault();
  if (link.id === "back" && history.state?.inside) return history.back();
  visit(url.pathname);
}

/** To a page that the tablet does not keep: said, where there is no network, instead of the browser's own page of loss. */
async function leave(url) {
  notice("leave");
  try {
    await json(`${here.base}/session?tablet_id=${here.tablet}`);
  } catch (error) {
    if (error instanceof NoNetwork) { setOnline(false); return notice("leave", say("needs-network"), { kind: "warn" }); }
  }
  location.assign(url);
}

/** Show another page. */
export async function visit(url, { push = true, scroll = 0 } = {}) {
  if (newVersion) return location.assign(url);
  history.replaceState({ ...history.state, scroll: scrollY }, "");
  if (push) history.pushState({ inside: true, scroll: 0 }, "", url);
  current = url;
  dirty.clear();
  notice("kept");
  notice("changed");
  notice("leave");
  const kept = await keptFor(url);
  if (current !== url) return;
  if (kept && here.key) { put(kept.html, kept.at); await arrived(); scrollTo(0, scroll); focus(); }
  await refresh({ kept, first: !kept, scroll });
}

/** The kept page; for "today", kept yesterday, the one that was brought along for this date. */
async function keptFor(url) {
  const kept = await pages.kept(url), date = today();
  if (url !== here.base || kept?.html.includes(`data-date="${date}"`)) return kept;
  return (await pages.kept(`${here.base}/day/${date}`)) ?? kept;
}

/** Fetch the page that is shown anew. */
export async function refresh({ kept = { at: fetchedAt }, first = false, scroll = null } = {}) {
  const url = current, asked = pages.asking();
  try {
    const html = await pages.fetchPage(url, asked);
    setOnline(true);
    notice("kept");
    if (current !== url || asked.turn < shownTurn) return;
    if (html === shownHtml) { fetchedAt = asked.at; shownTurn = asked.turn; return tell("shown", { url }); }
    if (isDirty()) return notice("changed", say("changed-page"), { link: [() => { dirty.clear(); notice("changed"); refresh(); }, say("show")] });
    put(html, asked.at);
    shownTurn = asked.turn;
    await arrived();
    if (first) { scrollTo(0, scroll ?? 0); focus(); }
  } catch (error) {
    if (error instanceof Refused) return onRefused(error, url);
    if (!(error instanceof NoNetwork)) throw error;
    setOnline(false);
    if (current !== url) return;
    if (kept?.at) {
      const at = kept.at + (here.offset ?? 0);
      notice("kept", say("kept", { time: today(at) === today() ? clock(at) : moment(at) }));
      await pages.noteRead(url);
    } else message("not-kept");
  }
}

async function onRefused(error, url) {
  if (error.status === 404) {
    await pages.drop(url);
    if (current === url) message("gone");
  } else await refused(error);
}

function message(word) {
  const page = document.createElement("article"), heading = document.createElement("h1"), line = document.createElement("p");
  heading.textContent = "Nærplan";
  line.className = "c-say c-say-warn";
  line.textContent = say(word);
  page.append(heading, line);
  main().replaceChildren(page);
  shownHtml = "";
}

const shownFromTablet = () => Boolean(document.querySelector("[data-notice=kept]")) || !shownHtml;
const isDirty = () => [...dirty].some((form) => form.isConnected);
export const clean = (form) => dirty.delete(form);
/** A form that was filled by us for the reader to go on with. */
export const begun = (form) => dirty.add(form);

/** By what a fold is known again when its page is drawn anew. */
const foldOf = (fold) => fold.id || fold.dataset.keep || "";

/** By what the element that has the focus is found again in the same page drawn anew; empty when it is not in the page. */
function focusOf(one) {
  if (!one || !main().contains(one)) return "";
  const fold = one.matches("summary") ? foldOf(one.parentElement) : "";
  if (fold) return `:is(#${CSS.escape(fold)}, [data-keep="${CSS.escape(fold)}"]) > summary`;
  if (one.id) return `#${CSS.escape(one.id)}`;
  for (const name of ["href", "data-record", "data-task"]) if (one.hasAttribute(name)) return `[${name}="${CSS.escape(one.getAttribute(name))}"]`;
  if (one.name && one.form?.dataset.record) return `form[data-record="${one.form.dataset.record}"] [name="${CSS.escape(one.name)}"]`;
  return one.tagName === "H1" ? "h1" : "";
}

/** Put a page into the frame; what was unfolded stays so, and the focus where it was. */
function put(html, at) {
  const open = [...main().querySelectorAll("details[open]")].map(foldOf).filter(Boolean), focused = focusOf(document.activeElement), before = scrollY;
  const box = document.createElement("template");
  box.innerHTML = html;
  main().replaceChildren(box.content);
  addForms();
  for (const one of main().querySelectorAll("details")) if (open.includes(foldOf(one))) one.open = true;
  const again = focused && main().querySelector(focused);
  if (again?.tagName === "H1") focus(); else again?.focus?.({ preventScroll: true });
  scrollTo(0, before);
  shownHtml = html;
  fetchedAt = at;
}

/** The forms, which are part of the frame, at their place in the page. */
function addForms() {
  for (const place of main().querySelectorAll("[data-forms]")) if (!place.firstElementChild) place.append(document.getElementById("forms").content.cloneNode(true));
  // What the municipality's rules leave out is not offered.
  for (const part of main().querySelectorAll("[data-allowed-by]")) part.hidden = part.closest("[data-page]")?.dataset[part.dataset.allowedBy] === "false";
}

async function arrived() {
  performance.mark("carer-shown");
  const page = main().querySelector("[data-page]");
  document.title = `${page?.dataset.title ?? ""} – Nærplan`;
  const kind = page?.dataset.kind ?? "";
  document.getElementById("back").hidden = kind === "day" && current === here.base;
  for (const link of document.querySelectorAll(".c-nav a")) {
    if (link.pathname === current || (kind === "visit" && link.dataset.path === "")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  tell("shown", { url: current });
  await drawSide();
}

function focus() {
  const heading = main().querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Beside a visit on a wide screen: the round of its day. */
export async function drawSide() {
  const page = main().querySelector("[data-page]"), day = page?.dataset.onDate;
  const show = wide.matches && Boolean(day) && Boolean(here.key);
  side().hidden = !show;
  if (!show) { sideAt = Infinity; return side().replaceChildren(); }
  const url = day === today() ? here.base : `${here.base}/day/${day}`, asked = pages.asking(), kept = await keptFor(url);
  let html = kept?.html;
  if (!html) { try { html = await pages.fetchPage(url, asked); } catch { side().hidden = true; return; } }
  sideAt = kept?.at ?? asked.at;
  const box = document.createElement("template");
  box.innerHTML = html;
  const heading = box.content.querySelector("h1"), line = document.createElement("p");
  line.className = "c-big";
  line.textContent = heading?.textContent ?? "";
  heading?.replaceWith(line);
  for (const one of box.content.querySelectorAll("[id]")) { one.removeAttribute("id"); }
  for (const one of box.content.querySelectorAll("[aria-labelledby]")) one.removeAttribute("aria-labelledby");
  const top = side().scrollTop;
  side().replaceChildren(box.content);
  for (const link of side().querySelectorAll("a[href]")) if (link.pathname === current) link.setAttribute("aria-current", "page");
  side().scrollTop = top;
  tell("shown", { url: current, side: true });
}
