// The carer's end of a screen visit.

import { Line } from "./line.js";
import { Peer, pictureAndSound, stop } from "./peer.js";
import { play, Stage } from "./stage.js";

const root = document.querySelector("main");
const stage = new Stage(root);
const far = document.getElementById("far");
const near = document.getElementById("near");
const net = document.getElementById("net");
let ice = [];
let stream = null;
let peer = null;
let line = null;
let told = false;
// The call this page is in; a page that comes back to one that was ended meanwhile must not ring again.
let callId = "";
// As the citizen's page says: each answer of it begins another round.
let round = "";
// Each call has a number: what a camera that was asked for in an earlier one says is of no use.
let attempt = 0;

async function call() {
  const mine = ++attempt;
  callId = "";
  told = false;
  stage.show("opening");
  let got;
  try {
    got = await pictureAndSound();
  } catch (error) {
    if (mine === attempt) stage.show(error.name === "NotAllowedError" ? "denied" : "nocamera");
    return;
  }
  if (mine !== attempt) return stop(got);
  stream = got;
  for (const name of ["mute", "hide"]) pressed(name, false);
  play(near, stream);
  line = new Line(root.dataset.socket, { hear, change, hello: () => ({ type: "hello", call: callId }) });
}

function begin() {
  peer?.close();
  peer = new Peer({
    ice,
    stream,
    polite: false,
    say: (message) => line.say({ ...message, round }),
    seen: (remote) => play(far, remote),
    state: (state) => {
      if (state === "connected") {
        stage.show("talking");
        if (!told) line.say({ type: "connected" });
        told = true;
      }
      if (state === "disconnected" || state === "failed") stage.show("weak");
    },
  });
}

function over(state, slots) {
  attempt += 1;
  line?.leave();
  peer?.close();
  stop(stream);
  peer = stream = line = null;
  net.hidden = true;
  stage.show(state, slots);
}

function hear(message) {
  switch (message.type) {
    case "ready":
      ice = message.ice;
      callId = message.call;
      if (message.url) {
        stop(stream);
        document.getElementById("elsewhere").href = message.url;
        stage.show("system");
      }
      break;
    case "here":
      if (stage.now === "system") break;
      if (message.present && !peer) stage.show("ringing");
      else if (!message.present && !peer?.works) stage.show(peer ? "weak" : "absent");
      break;
    case "joined":
      if (stage.now === "system") break;
      round = message.round;
      begin();
      break;
    case "back":
      if (peer && !peer.works) peer.restart();
      break;
    case "signal":
      if (message.round === round) peer?.take(message.data);
      break;
    case "over":
      over(message.by === "lost" ? "lost" : "over");
      break;
    case "refused":
      over("refused", { why: message.why });
      break;
    case "leave":
      over("elsewhere");
      break;
  }
}

function change(isOpen) {
  net.hidden = isOpen || !line || line.left;
  if (isOpen && peer) line.say({ type: "back" });
}

function pressed(name, isOff) {
  for (const button of root.querySelectorAll(`[data-act="${name}"]`)) button.setAttribute("aria-pressed", String(isOff));
}

stage.on("call", call);
stage.on("hangup", () => {
  line?.say({ type: "bye" });
  over(line ? "over" : "before");
});
for (const [name, kind] of [
  ["mute", "audio"],
  ["hide", "video"],
]) {
  stage.on(name, () => {
    const tracks = (stream?.getTracks() ?? []).filter((track) => track.kind === kind);
    for (const track of tracks) track.enabled = !track.enabled;
    pressed(name, tracks.some((track) => !track.enabled));
  });
}
// Leaving the page while somebody is on the line ends the call only when the carer says so.
window.addEventListener("beforeunload", (event) => {
  if (peer?.works) event.preventDefault();
});
if (root.dataset.may === "yes") stage.show("before");
