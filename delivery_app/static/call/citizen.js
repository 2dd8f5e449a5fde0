// The citizen's end: waits at the personal link, one button answers.

import { Line } from "./line.js";
import { Peer, pictureAndSound, stop } from "./peer.js";
import { play, Stage } from "./stage.js";

// A connection that has been gone for so long does not come back by itself.
const GONE_MS = 60000;

const stage = new Stage(document.querySelector("main"));
const far = document.getElementById("far");
const near = document.getElementById("near");
const net = document.getElementById("net");
const phone = document.getElementById("phone");
const token = location.hash.slice(1);
let ice = [];
let stream = null;
let peer = null;
let bell = null;
let gone = null;
// Each try at the camera has a number: what one says that was given up meanwhile is of no use.
let attempt = 0;
// What the other browser says before this one is ready; and the round of agreeing that both are in: each answer begins
// one, and what is still on its way from an earlier one is of no use.
let waitingSignals = [];
let round = "";
let line = null;
// When the next call comes, as last heard; the call that rings now.
let next = null;
let ringsNow = false;
let talked = false;

function tellPhone(number) {
  const link = phone.querySelector("a");
  phone.firstElementChild.hidden = !number;
  link.textContent = number;
  link.href = `tel:${number.replaceAll(" ", "")}`;
}

function idle() {
  const when = next ? `${next.day}-${next.carer ? "by" : "at"}` : "none";
  stage.show("idle", { at: next?.at, carer: next?.carer });
  for (const one of document.querySelectorAll("[data-next]")) one.hidden = one.dataset.next !== when;
}

function over(state) {
  attempt += 1;
  ringsNow = talked = false;
  ringing(false);
  weak(false);
  peer?.close();
  stop(stream);
  peer = stream = null;
  waitingSignals = [];
  stage.show(state);
}

function ringing(on) {
  clearInterval(bell);
  bell = null;
  if (!on) return;
  navigator.vibrate?.([400, 200, 400]);
  chime();
  bell = setInterval(chime, 2500);
}

// Two tones; browsers allow them once the page has been touched, and are silent otherwise.
function chime() {
  try {
    chime.audio ??= new AudioContext();
    for (const [index, pitch] of [660, 880].entries()) {
      const tone = chime.audio.createOscillator();
      const loud = chime.audio.createGain();
      const from = chime.audio.currentTime + index * 0.35;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.2, from);
      loud.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(loud).connect(chime.audio.destination);
      tone.start(from);
      tone.stop(from + 0.3);
    }
  } catch {
    // No sound on this device: the page shows the call all the same.
  }
}

// The other end does not answer: said at once; after a while the page gives up, and asks whether it still rings.
function weak(on) {
  clearTimeout(gone);
  gone = null;
  if (!on) return;
  stage.show("weak");
  gone = setTimeout(() => {
    over("lost");
    line.again();
  }, GONE_MS);
}

// The camera: null when it was given up meanwhile, or when there is none (the page says so).
async function camera() {
  const mine = ++attempt;
  try {
    const got = await pictureAndSound();
    if (mine === attempt) return got;
    stop(got);
  } catch (error) {
    if (mine === attempt) stage.show(error.name === "NotAllowedError" ? "denied" : "nocamera");
  }
  return null;
}

async function answer() {
  ringing(false);
  stage.show("joining");
  stream ??= await camera();
  if (!stream) return;
  play(near, stream);
  join();
}

function join() {
  peer?.close();
  peer = null;
  waitingSignals = [];
  round = crypto.randomUUID();
  line.say({ type: "answer", round });
}

function begin() {
  peer?.close();
  peer = new Peer({
    ice,
    stream,
    polite: true,
    say: (message) => line.say({ ...message, round }),
    seen: (remote) => play(far, remote),
    state: (state) => {
      if (state === "connected") {
        weak(false);
        talked = true;
        stage.show("talking");
      }
      if (state === "disconnected" || state === "failed") weak(true);
    },
  });
  for (const data of waitingSignals.splice(0)) peer.take(data);
}

function ring(carer) {
  // In a call the app says so each time the connection comes back. Who is trying the camera is called all the same.
  if (stream && stage.now !== "trying") return;
  over("");
  ringsNow = true;
  stage.show("ring", { carer });
  ringing(true);
}

function hear(message) {
  switch (message.type) {
    case "phone":
      tellPhone(message.phone);
      break;
    case "idle":
      next = message.next;
      // Whatever was left on the page when the connection broke; what rings is said next.
      if (["ring", "denied", "nocamera"].includes(stage.now)) over("");
      if (["", "idle"].includes(stage.now)) idle();
      break;
    case "pong":
      next = message.next;
      if (["", "idle"].includes(stage.now)) idle();
      break;
    case "ring":
      ring(message.carer);
      break;
    case "ready":
      ice = message.ice;
      if (message.url) location.assign(message.url);
      else if (stream) begin();
      break;
    case "again":
      if (stream) join();
      break;
    case "back":
      peer?.restart();
      break;
    case "signal":
      if (message.round !== round) break;
      if (peer) peer.take(message.data);
      else if (stream) waitingSignals.push(message.data);
      break;
    case "here":
      if (!message.present && peer && !peer.works) weak(true);
      break;
    case "over":
      if (message.by === "citizen" && !ringsNow) break;
      over(message.by === "lost" ? "lost" : talked || message.by === "citizen" ? "over" : "missed");
      break;
    case "leave":
      over(message.why);
      break;
  }
}

function change(isOpen) {
  net.hidden = isOpen || line?.left;
  if (isOpen && peer) line.say({ type: "back" });
}

// A tablet that goes to sleep would not be heard: the screen stays on while the page is looked at.
async function stayAwake() {
  try {
    if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
  } catch {
    // The device saves its battery: then it is up to its own settings.
  }
}

stage.on("answer", answer);
stage.on("again", () => (ringsNow ? answer() : tryOut()));
stage.on("hangup", () => {
  line.say({ type: "bye" });
  over("over");
});
stage.on("back", idle);
async function tryOut() {
  stream = await camera();
  if (!stream) return;
  stage.show("trying");
  play(document.getElementById("mirror"), stream);
}
stage.on("try", tryOut);
stage.on("tried", () => {
  over("");
  idle();
});
window.addEventListener("hashchange", () => location.reload());
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

if (token) line = new Line("/call/socket", { hear, change, hello: () => ({ type: "hello", token }) });
else stage.show("unknown");
