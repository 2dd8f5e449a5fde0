// Which of the page's states is shown. A state is an element with data-state, in which all its words stand; an element
// with data-slot gets a value.

export class Stage {
  constructor(root) {
    this.root = root;
    this.states = [...root.querySelectorAll("[data-state]")];
    this.now = "";
  }

  show(state, slots = {}) {
    for (const [name, text] of Object.entries(slots)) {
      for (const slot of this.root.querySelectorAll(`[data-slot="${name}"]`)) slot.textContent = text ?? "";
    }
    if (state === this.now) return;
    const held = this.root.contains(document.activeElement) && document.activeElement !== document.body;
    this.now = state;
    this.root.dataset.now = state;
    for (const one of this.states) one.hidden = !one.dataset.state.split(" ").includes(state);
    // Who uses the keyboard or a screen reader stands where the page now is.
    const first = this.root.querySelector("[data-state]:not([hidden]) [data-first]");
    if (first && (held || first.hasAttribute("data-grab"))) first.focus();
  }

  on(name, act) {
    for (const button of this.root.querySelectorAll(`[data-act="${name}"]`)) button.addEventListener("click", act);
  }
}

export async function play(video, stream) {
  video.srcObject = stream;
  try {
    await video.play();
  } catch {
    // The browser wants a touch first; the picture stands until then.
  }
}
