// Calls for help and unanswered emergency calls, said on every page of the team's within seconds. One tab of the browser
// listens, the others are told by it: a browser has few connections.

const box = document.getElementById("alarms"), list = box?.querySelector("[data-alarms-list]"), sound = box?.querySelector("button");
const title = document.title;
let seen = new Set();

function show(html) {
  const typing = list.contains(document.activeElement) && document.activeElement.value;
  const before = seen, page = document.createElement("template");
  page.innerHTML = html;
  const alarms = [...page.content.querySelectorAll("[data-alarm]")];
  seen = new Set(alarms.map((one) => one.dataset.alarm));
  // What somebody is writing stays until the list is another one.
  if (typing && [...seen].every((one) => before.has(one))) return;
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  for (const form of page.content.querySelectorAll("form")) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrf_token", value: token }));
  list.replaceChildren(page.content);
  box.hidden = alarms.length === 0;
  document.title = alarms.length ? `(${alarms.length}) ❗ ${title}` : title;
  if (alarms.some((one) => !before.has(one.dataset.alarm))) beep();
}

function beep() {
  if (localStorage.getItem("naerplan-sound") !== "on") return;
  const audio = new AudioContext(), gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.value = 0.3;
  for (const [number, pitch] of [880, 660, 880, 660].entries()) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start(audio.currentTime + number * 0.3);
    tone.stop(audio.currentTime + number * 0.3 + 0.25);
  }
}

function begin() {
  const url = box.dataset.alarms, others = new BroadcastChannel(`naerplan-alarms-${url}`);
  let last = "";
  const heard = (html) => { last = html; show(html); };
  others.onmessage = ({ data }) => { if (data.ask) { if (listening) others.postMessage({ html: last }); } else heard(data.html); };
  let listening = false;
  const listen = () => new Promise(() => {
    listening = true;
    const source = new EventSource(url);
    source.addEventListener("alarms", ({ data }) => { heard(data); others.postMessage({ html: data }); });
  });
  if (navigator.locks) navigator.locks.request(`naerplan-alarms-${url}`, listen); else listen();
  others.postMessage({ ask: true });
  const label = () => { const on = localStorage.getItem("naerplan-sound") === "on"; sound.setAttribute("aria-pressed", String(on)); sound.textContent = on ? sound.dataset.on : sound.dataset.off; };
  sound.addEventListener("click", () => { localStorage.setItem("naerplan-sound", localStorage.getItem("naerplan-sound") === "on" ? "off" : "on"); label(); beep(); });
  label();
}

// After the page is there: what is followed takes one of the browser's few connections for as long as the page is open.
if (box && document.readyState === "complete") begin();
else if (box) addEventListener("load", begin);
