// Speaking with the service worker, which keeps the frame of the app and, in memory, the key.

/** Ask the worker; null when there is none, or when it does not answer in time. */
export async function toWorker(message, patience = 1000) {
  const worker = navigator.serviceWorker?.controller ?? (await ready())?.active;
  if (!worker) return null;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    setTimeout(() => resolve(null), patience);
    worker.postMessage(message, [port2]);
  });
}

async function ready() {
  if (!navigator.serviceWorker) return null;
  return (await navigator.serviceWorker.getRegistration("/carer/")) ?? null;
}

export async function register() {
  try {
    await navigator.serviceWorker?.register("/carer/sw.js", { scope: "/carer/", updateViaCache: "none" });
  } catch { /* without it the pages work, but only with a network */ }
}
