// The citizen's end: waits at the personal link, one button answers.

import { Line } from "./line.js";
import { Peer, pictureAndSound, stop } from "./peer.js";
import { play, Stage } from "./stage.js";

const stage = new Stage(document.querySelector("main"));
const far = document.getElementById("far");
const near = document.getElementById("near");
const net = document.getElementById("net");
const token = location.hash.slice(1);
let ice = [];
let stream = null;
let peer = null;
let bell = null;
// What the other browser says before this one is ready; and the round of agreeing that both are in: each answer begins
// one, and what is still on its way from an earlier one is of no use.
let waitingSignals = [];
let round = "";
let line = null;

function idle(next) {
  const when = next ? `${next.day}-${next.carer ? "by" : "at"}` : "none";
  stage.show("idle", { at: next?.at, carer: next?.carer });
  for (const one of document.querySelectorAll("[data-next]")) one.hidden = one.dataset.next !== when;
}

function over(state) {
  ringing(false);
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

async function answer() {
  ringing(false);
  stage.show("joining");
  try {
    stream ??= await pictureAndSound();
  } catch (error) {
    stage.show(error.name === "NotAllowedError" ? "denied" : "nocamera");
    return;
  }
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
      if (state === "connected") stage.show("talking");
      if (state === "disconnected" || state === "failed") stage.show("weak");
    },
  });
  for (const data of waitingSignals.splice(0)) peer.take(data);
}

function hear(message) {
  switch (message.type) {
    case "idle":
      if (!stream) idle(message.next);
      break;
    case "pong":
      if (["", "idle"].includes(stage.now)) idle(message.next);
      break;
    case "ring":
      if (stream) break;
      stage.show("ring", { carer: message.carer });
      ringing(true);
      break;
    case "ready":
      ice = message.ice;
      if (message.url) location.assign(message.url);
      else begin();
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
      if (!message.present && peer && !peer.works) stage.show("weak");
      break;
    case "over":
      over("over");
      break;
    case "leave":
      over(message.why);
      break;
  }
}

function change(isOpen) {
  net.hidden = isOpen;
  if (isOpen && peer) line.say({ type: "back" });
}

stage.on("answer", answer);
stage.on("hangup", () => {
  line.say({ type: "bye" });
  over("over");
});
stage.on("back", () => {
  stage.show("");
  line.say({ type: "ping" });
  idle(null);
});
stage.on("try", async () => {
  try {
    stream = await pictureAndSound();
    stage.show("trying");
    play(document.getElementById("mirror"), stream);
  } catch (error) {
    stream = null;
    stage.show(error.name === "NotAllowedError" ? "denied" : "nocamera");
  }
});
stage.on("tried", () => {
  stop(stream);
  stream = null;
  idle(null);
  line.say({ type: "ping" });
});
window.addEventListener("hashchange", () => location.reload());

if (token) line = new Line("/call/socket", { hear, change, hello: { type: "hello", token } });
else stage.show("unknown");
