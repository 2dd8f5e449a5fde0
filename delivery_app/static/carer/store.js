// What the tablet keeps, in IndexedDB. Everything that tells of a person is sealed (crypto.js) before it comes here;
// in plain stand only ids of rows, numbers, times and addresses of pages, which hold ids and dates.

const NAME = "naerplan", VERSION = 1;
export const STORES = ["meta", "pages", "outbox", "photos", "reads"];
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const name of STORES) if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      request.result.onclose = () => { opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  });
  return opened;
}

/** Runs `work(stores)` in one transaction; resolves with what it returned once that is on the disk, rejects when it is not. */
export async function write(names, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(names, "readwrite", { durability: "strict" });
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    try { result = work(stores, (value) => { result = value; }); } catch (error) { transaction.abort(); reject(error); }
  });
}

function ask(name, make) {
  return open().then((database) => new Promise((resolve, reject) => {
    const request = make(database.transaction(name, "readonly").objectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }));
}

export const get = (name, key) => ask(name, (store) => store.get(key));
export const all = (name) => ask(name, (store) => store.getAll());
export const keys = (name) => ask(name, (store) => store.getAllKeys());
export const put = (name, key, value) => write([name], (stores) => { stores[name].put(value, key); });
export const remove = (name, key) => write([name], (stores) => { stores[name].delete(key); });

/** Changes a value of `meta` in one transaction. */
export function change(key, make) {
  return write(["meta"], ({ meta }, done) => {
    meta.get(key).onsuccess = (event) => {
      const value = make(event.target.result ?? {});
      meta.put(value, key);
      done(value);
    };
  });
}
