// The script's sentences stand in the page, in the reader's language; what is said goes where a screen reader hears it.

import { now } from "./here.js";

const found = new Map();

export function say(name, values = {}) {
  if (!found.size) for (const one of document.getElementById("words").content.querySelectorAll("[data-word]")) found.set(one.dataset.word, one.textContent);
  return (found.get(name) ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// English as in Europe: 17:25 as on the pages, not 05:25 PM.
const told = (when, parts) => new Date(when).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { hour: "2-digit", minute: "2-digit", ...parts });
export const clock = (when) => told(when);
export const moment = (when) => told(when, { day: "numeric", month: "short" });

/** The date in Denmark, as 2026-11-30. */
export const today = (when = now()) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Copenhagen" }).format(when);

/** A notice above the page, one of each name; without a sentence it goes. `link`: [address, word] or [function, word]. */
export function notice(name, sentence = "", { kind = "", link = null, seconds = 0 } = {}) {
  const box = document.getElementById("notices");
  const old = box.querySelector(`[data-notice="${name}"]`);
  if (!sentence) return old?.remove();
  const line = document.createElement("div");
  line.className = `c-say ${kind && `c-say-${kind}`}`;
  line.dataset.notice = name;
  const words = document.createElement("span");
  words.textContent = sentence;
  line.append(words);
  if (link) {
    const way = document.createElement(typeof link[0] === "string" ? "a" : "button");
    way.textContent = link[1];
    if (typeof link[0] === "string") way.href = link[0];
    else { way.type = "button"; way.className = "c-link"; way.addEventListener("click", link[0]); }
    line.append(way);
  }
  if (old) { if (old.textContent === line.textContent) return; old.replaceWith(line); } else box.append(line);
  if (seconds) setTimeout(() => line.remove(), seconds * 1000);
}
