// A file of its own: app.js is asked for by its digest, and would run a second time for a script that took this from it.

/** Say a sentence to screen readers. */
export function announce(sentence) {
  const live = document.getElementById("live");
  if (live) live.textContent = sentence;
}
