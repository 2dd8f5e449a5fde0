// The worker of the carers' app: keeps the frame, scripts and styles (nothing of any person) and answers every page under
// /carer/ with the frame, which fills itself. VERSION, FILES and SHELLS are put before this by the server.

const CACHE = `carer-${VERSION}`, OTHERS = "carer-settings", LANGUAGE = "/carer/language";
let held = { user: "", key: null };

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([...FILES, ...Object.values(SHELLS)].map((url) => new Request(url, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("carer-") && name !== CACHE && name !== OTHERS) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function frame(request) {
  const lang = await (await (await caches.open(OTHERS)).match(LANGUAGE))?.text();
  const kept = await (await caches.open(CACHE)).match(SHELLS[lang] ?? Object.values(SHELLS)[0]);
  return kept ?? fetch(request);
}

const isPage = (url) => url.pathname.startsWith("/carer/") && !url.pathname.startsWith("/carer/app/") && !/\.[a-z]+$/.test(url.pathname);

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(url)) event.respondWith(frame(request));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.open(CACHE).then((cache) => cache.match(request.url)).then((kept) => kept ?? fetch(request)));
  }
});

self.addEventListener("message", (event) => {
  const { type, user, key, lang } = event.data, answer = (value) => event.ports[0]?.postMessage(value);
  if (type === "key") answer(held);
  else if (type === "forget") { held = { user: "", key: null }; answer(true); }
  else if (type === "keep") {
    held = { user, key };
    event.waitUntil(caches.open(OTHERS).then((cache) => cache.put(LANGUAGE, new Response(lang))));
    answer(true);
  }
});
