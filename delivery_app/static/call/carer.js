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
// As the citizen's page says: each answer of it begins another round.
let round = "";

async function call() {
  stage.show("opening");
  try {
    stream = await pictureAndSound();
  } catch (error) {
    stage.show(error.name === "NotAllowedError" ? "denied" : "nocamera");
    return;
  }
  play(near, stream);
  line = new Line(root.dataset.socket, { hear, change });
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
  peer?.close();
  stop(stream);
  peer = stream = null;
  stage.show(state, slots);
}

function hear(message) {
  switch (message.type) {
    case "ready":
      ice = message.ice;
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
      over("over", {});
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

stage.on("call", call);
stage.on("hangup", () => {
  line.say({ type: "bye" });
  over("over");
});
for (const [name, kind] of [
  ["mute", "audio"],
  ["hide", "video"],
]) {
  stage.on(name, (event) => {
    for (const track of stream?.getTracks() ?? []) if (track.kind === kind) track.enabled = !track.enabled;
    const off = stream?.getTracks().some((track) => track.kind === kind && !track.enabled);
    event.currentTarget.setAttribute("aria-pressed", String(Boolean(off)));
  });
}
// Leaving the page while somebody is on the line ends the call only when the carer says so.
window.addEventListener("beforeunload", (event) => {
  if (peer?.works) event.preventDefault();
});
if (root.dataset.may === "yes") stage.show("before");
