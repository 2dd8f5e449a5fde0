// The page of a run follows it by server-sent events. Without script the page loads itself again now and then.
import { announce } from "./announce.js";

const LOST_AFTER_MS = 4000;
const AGAIN_AFTER_MS = 3000;
let lostTimer = 0;

const found = (id) => document.getElementById(id);

function heard() {
  clearTimeout(lostTimer);
  lostTimer = 0;
  const lost = found("run-lost");
  if (lost) lost.hidden = true;
}

function silent() {
  // A stream ends by itself now and then, and is asked for again: only a longer silence is a loss.
  lostTimer ||= setTimeout(() => {
    const lost = found("run-lost");
    if (lost) lost.hidden = false;
  }, LOST_AFTER_MS);
}

function follow() {
  const url = found("run")?.dataset.events;
  if (!url) return;
  const source = new EventSource(url);
  let phase = found("run-state")?.textContent.trim();
  source.addEventListener("open", heard);
  source.addEventListener("live", (event) => {
    heard();
    const live = found("run-live");
    if (!live) return;
    live.innerHTML = event.data;
    const now = found("run-state").textContent.trim();
    if (now !== phase) announce((phase = now));
  });
  source.addEventListener("end", () => {
    heard();
    source.close();
    finish();
  });
  source.addEventListener("error", () => {
    silent();
    // An answer that is no stream (a sign-in page, an error) closes the source for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN_AFTER_MS);
  });
}

/** Put the ended run in place of the one that went on. */
async function finish() {
  try {
    const answer = await fetch(location.href, {
      headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found("run").replaceWith(page.getElementById("run"));
    const state = found("run-state");
    state?.focus();
    announce(state?.textContent.trim() ?? "");
  } catch {
    location.reload();
  }
}

follow();
