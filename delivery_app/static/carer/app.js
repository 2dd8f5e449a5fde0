// The carer's app: everything it does begins here.

import { here, on } from "./here.js";
import * as forms from "./forms.js";
import * as lock from "./lock.js";
import * as overlay from "./overlay.js";
import * as router from "./router.js";
import * as store from "./store.js";
import * as sync from "./sync.js";
import * as tray from "./tray.js";
import { register } from "./worker.js";

/** The team's base: the server says it, or the address does, or the tablet remembers the last one. */
async function base() {
  const said = document.body.dataset.base || location.pathname.match(/^\/carer\/[0-9a-f-]{36}/)?.[0];
  return said ?? (await store.get("meta", "last"))?.base ?? "";
}

async function start() {
  here.base = await base();
  if (!here.base) { location.assign("/"); return; }
  if (location.pathname === "/carer/") history.replaceState(null, "", here.base);
  for (const link of document.querySelectorAll("[data-path]")) link.href = here.base + link.dataset.path;
  overlay.begin();
  forms.begin();
  tray.begin();
  await router.begin();
  sync.begin();
  // What was sent stands on the page once that is fetched anew; so does what others changed.
  on("sent", () => router.refresh());
  on("fetched", async ({ urls }) => { if (urls.has(router.here_url())) await router.refresh(); });
  navigator.storage?.persist?.();
  await lock.open();
  await register();
  navigator.serviceWorker?.ready.then(lock.giveKey);
  navigator.serviceWorker?.addEventListener("controllerchange", lock.giveKey);
  setInterval(() => { if (!document.hidden) lock.giveKey(); }, 10000);
  document.documentElement.dataset.ready = "true";
}

start();
