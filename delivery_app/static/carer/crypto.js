// Sealing what the tablet keeps: AES-GCM with a key of one user on one tablet, each box with its own IV, and with its
// place (store and key) as additional data, so that no box can be put in another's place.

const ROUNDS = 600000;
const text = new TextEncoder(), words = new TextDecoder();

/** The key for use; its bytes cannot be read out of it. */
export const importKey = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

export const fromBase64 = (value) => Uint8Array.from(atob(value.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

/** A short name of a user that tells nobody who it is. */
export async function digest(user) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(`naerplan/${user}`)));
  return [...bytes.slice(0, 12)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export async function sealBytes(key, place, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(place) }, key, bytes);
  return { iv, data };
}

/** Raises OperationError for another key, another place, or a box that was changed. */
export const openBytes = (key, place, box) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData: text.encode(place) }, key, box.data);

export const seal = (key, place, value) => sealBytes(key, place, text.encode(JSON.stringify(value)));
export const unseal = async (key, place, box) => JSON.parse(words.decode(await openBytes(key, place, box)));

async function codeKey(code, salt) {
  const material = await crypto.subtle.importKey("raw", text.encode(code.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** The data key's bytes under a code; only this is kept. */
export async function wrap(code, raw, place) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, ...(await sealBytes(await codeKey(code, salt), place, raw)) };
}

/** The data key; raises OperationError for a wrong code. */
export const unwrap = async (code, box, place) => importKey(await openBytes(await codeKey(code, box.salt), place, box));
