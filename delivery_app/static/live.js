// The page of the day live follows it by server-sent events. Without script the page loads itself again now and then.
import { announce } from "./announce.js";

// The server tells the time every four seconds: a longer silence is a loss, also where no error is ever told.
const SILENCE_MS = 11000;
const LOST_AFTER_MS = 3000;
const AGAIN_AFTER_MS = 3000;
const found = (id) => document.getElementById(id);
const title = document.title;
let timer = 0;
let known = keys();

function keys() {
  return new Set([...document.querySelectorAll("[data-pressing]")].map((one) => one.dataset.pressing));
}

function lost(is) {
  found("live-lost").hidden = !is;
  found("live-sign").hidden = is;
}

function heard() {
  clearTimeout(timer);
  timer = setTimeout(() => lost(true), SILENCE_MS);
  lost(false);
}

/** The same link or button as before has the focus after the page's part was put in anew. */
function keepingFocus(change) {
  const was = document.activeElement?.closest("#day-live") ? document.activeElement : null;
  const same = was && [...found("day-live").querySelectorAll(was.localName)];
  const mark = (one) => one.id || `${one.getAttribute("href")} ${one.closest("[data-visit]")?.dataset.visit ?? ""}`;
  const wanted = was && mark(was);
  change();
  if (same) [...found("day-live").querySelectorAll(was.localName)].find((one) => mark(one) === wanted)?.focus();
}

function show(html) {
  keepingFocus(() => (found("day-live").innerHTML = html));
  const now = keys();
  const fresh = [...document.querySelectorAll("[data-pressing]")].filter(
    (one) => !known.has(one.dataset.pressing),
  );
  known = now;
  if (fresh.length) announce(fresh.map((one) => one.textContent.replace(/\s+/g, " ").trim()).join(". "));
  document.title = now.size ? `(${now.size}) ${title}` : title;
}

function follow() {
  const source = new EventSource(found("day-live").dataset.events);
  source.addEventListener("live", (event) => {
    heard();
    show(event.data);
  });
  source.addEventListener("beat", (event) => {
    heard();
    found("live-at").textContent = event.data;
    found("live-lost-at").textContent = event.data;
  });
  source.addEventListener("error", () => {
    clearTimeout(timer);
    timer = setTimeout(() => lost(true), LOST_AFTER_MS);
    // An answer that is no stream (a sign-in page, an error) closes the source for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN_AFTER_MS);
  });
}

// After the page is there: what is followed takes one of the browser's few connections for as long as the page is open.
if (document.readyState === "complete") follow();
else addEventListener("load", follow);
