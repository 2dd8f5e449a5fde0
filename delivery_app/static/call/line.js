// The connection to the app: opened again when it breaks, so that a call survives a tunnel.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const PING_MS = 15000;

export class Line {
  // hear(message) gets what the app says; what hello() gives is said first, each time; change(isOpen) when the connection
  // comes or goes.
  constructor(path, { hear, change, hello }) {
    this.url = new URL(path, location.href);
    this.url.protocol = this.url.protocol === "https:" ? "wss:" : "ws:";
    this.url.hash = "";
    Object.assign(this, { hear, change, hello, wait: FIRST_WAIT_MS, left: false, silent: 0 });
    window.addEventListener("online", () => this.openNow());
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.url);
    this.socket.addEventListener("open", () => {
      this.wait = FIRST_WAIT_MS;
      this.silent = 0;
      this.say(this.hello());
      this.pinging = setInterval(() => this.ping(), PING_MS);
      this.change(true);
    });
    this.socket.addEventListener("message", (event) => {
      this.silent = 0;
      const message = JSON.parse(event.data);
      if (message.type === "leave" || message.type === "refused") this.left = true;
      this.hear(message);
    });
    this.socket.addEventListener("close", () => this.closed());
  }

  closed() {
    clearInterval(this.pinging);
    this.change(false);
    if (this.left) return;
    this.waiting = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  // Begin anew: the app says how things stand.
  again() {
    this.socket.close();
  }

  openNow() {
    if (this.left || this.socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.waiting);
    this.open();
  }

  ping() {
    // A connection whose other end is gone says nothing, for minutes: two pings without an answer end it.
    if (this.silent >= 2) return this.socket.close();
    this.silent += 1;
    this.say({ type: "ping" });
  }

  say(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  leave() {
    this.left = true;
    this.socket.close();
  }
}
