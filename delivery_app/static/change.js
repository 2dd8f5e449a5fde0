// While a change is being worked out, its page looks for the answer. Without script the page loads itself again.
import { announce } from "./announce.js";

const LOOK_MS = 700;
const HEADERS = { "HX-Request": "true", "HX-Request-Type": "partial" };
const found = () => document.getElementById("change");

async function look() {
  if (found()?.dataset.state !== "running") return;
  try {
    const answer = await fetch(location.href, { headers: HEADERS, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("change");
    if (next.dataset.state !== "running") {
      found().replaceWith(next);
      const state = document.getElementById("change-state");
      state?.focus();
      announce(state?.textContent.trim() ?? "");
      return;
    }
  } catch {
    // The connection is lost for a moment: the answer is kept, and looked for again.
  }
  setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
