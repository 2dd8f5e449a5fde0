// Sentences of what is urgent; they stand in the page, in the reader's language.

export function word(name, values = {}) {
  const found = document.getElementById("risk-words")?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** When a record of this tablet was made, by the server's clock, or the time set by hand. */
export const momentOf = (record) => (record.body?.said_at ? Date.parse(record.body.said_at) : Date.parse(record.device_at) + (record.offset_ms ?? 0));
export const nameOf = (record) => `${record.need_id ?? record.call_id}/${record.on_date}`;

/** Give a form outside of a page what a record of it is about. */
export function about(form, from) {
  for (const key of ["needId", "onDate", "citizenId", "callId"]) { if (from?.dataset[key]) form.dataset[key] = from.dataset[key]; else delete form.dataset[key]; }
}
