// Small things of the frame, on every page. All of it is a help: pages work without it.

// One menu is open at a time; Escape and a click elsewhere close it.
const menus = () => document.querySelectorAll("details.np-menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// A form with data-ask is sent after a yes.
const words = document.documentElement.lang === "en" ? ["Yes", "No"] : ["Ja", "Nej"];
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset?.ask;
  if (!question || form.dataset.answered || form.dataset.reached) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  ask(question).then((yes) => {
    if (!yes) return submitter?.focus();
    form.dataset.answered = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.answered;
  });
}, true);

// A form is sent when the server can be reached; else it says so in place, and what was typed stays.
const LOST = document.documentElement.lang === "en"
  ? "No connection to the server: nothing was sent, and what you have written stays. Try again in a moment."
  : "Ingen forbindelse til serveren: intet blev sendt, og det, du har skrevet, bliver stående. Prøv igen om lidt.";
const REACH_MS = 8000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post") || form.dataset.reached) return;
  if (form.dataset.board && document.getElementById("board")) return; // the board sends these itself
  event.preventDefault();
  if (form.dataset.reaching) return; // pressed twice is sent once
  form.dataset.reaching = "yes";
  const submitter = event.submitter;
  reachable().then((yes) => {
    delete form.dataset.reaching;
    form.querySelector(":scope > .np-lost")?.remove();
    if (!yes) return lost(form, submitter);
    form.dataset.reached = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.reached;
  });
});

// A search that fetches its list by itself says so, too, when it could not.
const OLD = document.documentElement.lang === "en"
  ? "No connection to the server: the list is not of what stands here. Try again in a moment."
  : "Ingen forbindelse til serveren: listen svarer ikke til det, der står her. Prøv igen om lidt.";
document.addEventListener("htmx:error", (event) => {
  if (event.target.matches?.("form[role=search]") && event.detail?.ctx) lost(event.target, null, OLD);
});
document.addEventListener("htmx:after:request", (event) => event.target.querySelector?.(":scope > .np-lost")?.remove());

/** Whether the server answers at all, whatever it says. */
async function reachable() {
  try {
    await fetch("/static/naerplan.svg", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(REACH_MS) });
    return true;
  } catch {
    return false;
  }
}

function lost(form, submitter, words = LOST) {
  form.querySelector(":scope > .np-lost")?.remove();
  const box = document.createElement("p");
  box.className = "np-lost";
  box.setAttribute("role", "alert");
  box.textContent = words;
  form.prepend(box);
  submitter?.focus();
}

/** Ask a question in a dialog; a promise of yes or no. */
function ask(question) {
  const dialog = document.createElement("dialog");
  dialog.className = "np-dialog";
  const text = document.createElement("p");
  text.textContent = question;
  text.id = "np-question";
  dialog.setAttribute("aria-labelledby", text.id);
  const buttons = document.createElement("form");
  buttons.method = "dialog";
  buttons.className = "np-dialog-buttons";
  words.forEach((word, index) => {
    const button = document.createElement("button");
    button.className = `button ${index ? "button-secondary" : "button-primary"}`;
    button.value = index ? "no" : "yes";
    button.textContent = word;
    buttons.append(button);
  });
  dialog.append(text, buttons);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

// After a form came back with mistakes, the list of them is what comes next.
document.getElementById("mistakes")?.focus();

// A table wider than its box: the side where more of it is gets a shadow, and the keys can scroll it.
const shade = (box) => {
  const rest = box.scrollWidth - box.clientWidth - box.scrollLeft;
  box.classList.toggle("np-more-left", box.scrollLeft > 1);
  box.classList.toggle("np-more-right", rest > 1);
  if (box.scrollWidth > box.clientWidth + 1 && !box.hasAttribute("tabindex")) box.tabIndex = 0;
};
const shadeAll = () => document.querySelectorAll(".np-scroll").forEach(shade);
document.addEventListener("scroll", (event) => event.target.classList?.contains("np-scroll") && shade(event.target), true);
window.addEventListener("resize", shadeAll);
document.addEventListener("htmx:after:settle", shadeAll);
shadeAll();
