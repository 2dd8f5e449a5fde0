// Asking the server. Whether there is a network is told by the asking alone: an answer that is not ours (a hotel's
// sign-in page, a proxy's error, one that never comes) is no network.

const PATIENCE_MS = 15000;
export class NoNetwork extends Error {}
/** The server's own word against it: 401 and 403 sign in again, 404 not there, 410 the tablet is closed. */
export class Refused extends Error {
  constructor(status, body, elsewhere = "") { super(`status ${status}`); Object.assign(this, { status, body, elsewhere }); }
}

async function fetched(url, options, patience = PATIENCE_MS) {
  try {
    return await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(patience), ...options });
  } catch { throw new NoNetwork(); }
}

// Every answer of the app has its content policy; what is redirected has none that can be read, and we redirect no script.
const isOurs = (answer) => (answer.headers.get("content-security-policy") ?? "").includes("default-src 'none'");

async function judged(answer) {
  if (!isOurs(answer) || answer.status >= 500 || answer.status === 429) throw new NoNetwork();
  if (answer.ok) return answer;
  let body = null;
  try { body = await answer.json(); } catch { /* a page of ours without more to say */ }
  throw new Refused(answer.status, body, answer.headers.get("HX-Redirect") ?? "");
}

/** JSON from the server: `ours(value)` says whether it can be. */
export async function json(url, { method = "GET", body = null, token = "", ours = (value) => "server_time" in value, patience } = {}) {
  const headers = { Accept: "application/json", "HX-Request": "true" };
  if (token) headers["X-CSRF-Token"] = token;
  if (body) headers["Content-Type"] = "application/json";
  const began = Date.now();
  const answer = await judged(await fetched(url, { method, headers, body: body && JSON.stringify(body) }, patience));
  let value;
  try { value = await answer.json(); } catch { throw new NoNetwork(); }
  if (typeof value !== "object" || value === null || !ours(value)) throw new NoNetwork();
  return { value, tookMs: Date.now() - began };
}

/** The part of a page. */
export async function part(url) {
  const answer = await judged(await fetched(url, { headers: { "HX-Request": "true" } }));
  let html = "";
  try { html = await answer.text(); } catch { throw new NoNetwork(); }
  if (!html.startsWith("<article data-page")) throw new NoNetwork();
  return html;
}

export async function send(url, { method, body, token, type }) {
  return judged(await fetched(url, { method, body, headers: { "X-CSRF-Token": token, "Content-Type": type, "HX-Request": "true" } }));
}
