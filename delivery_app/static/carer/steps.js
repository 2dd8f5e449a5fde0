// Nobody opens: the next step can be written down, the later ones wait for it. What is not sent yet counts.

import { on } from "./here.js";
import { momentOf, nameOf } from "./risk_words.js";
import { clock } from "./words.js";

let local = [];

export function begin() {
  document.addEventListener("carer:laid", (event) => { local = event.detail.records; show(); });
  on("shown", show);
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (event.target.name !== "_how" || !form) return;
    form.elements.solved.value = String(event.target.value === "solved");
    form.elements.skipped.value = String(event.target.value === "skipped");
  });
  // Nobody opens: the steps come up by themselves.
  on("kept", ({ record }) => { if (record.kind === "nobody_home") open(); });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-open]");
    if (one) { const fold = document.getElementById(one.dataset.open); fold.open = true; fold.scrollIntoView({ block: "center" }); fold.querySelector("textarea,input:not([type=hidden])")?.focus({ preventScroll: true }); }
  });
}

function open() {
  const fold = document.getElementById("f-nobody");
  if (fold) fold.open = true;
}

function show() {
  const page = document.querySelector("#page [data-page][data-visit]"), box = page?.querySelector("[data-steps]");
  if (!box) return;
  if (page.dataset.state === "not_home") open();
  const mine = local.filter((one) => one.kind === "not_home_step" && nameOf(one) === page.dataset.visit);
  let before = true, solved = false;
  for (const line of box.querySelectorAll("[data-step]")) {
    const own = mine.findLast((one) => one.body.step === line.dataset.step), taken = line.dataset.taken === "yes" || Boolean(own);
    const form = line.querySelector("form"), said = line.querySelector("[data-step-local]"), waits = line.querySelector("[data-step-waits]");
    if (form) {
      form.hidden = taken || !before || solved;
      said.hidden = !own;
      waits.hidden = taken || before || solved;
      if (own) { said.querySelector("[data-slot=outcome]").textContent = own.body.outcome; said.querySelector("[data-slot=time]").textContent = clock(momentOf(own)); }
    }
    line.classList.toggle("c-step-over", solved && !taken);
    solved ||= line.dataset.solved === "yes" || Boolean(own?.body.solved);
    before &&= taken;
  }
}
