// Who is at this tablet, in memory only: the key above all is written nowhere.

export const here = {
  /** The team's pages begin with it: /carer/{team_id}. */
  base: "",
  /** This tablet's own id. */
  tablet: "",
  /** The digest of the user's id, by which what is kept is told apart; empty while nobody is known. */
  user: "",
  key: null,
  /** The form token; empty while nobody is signed in as far as one knows. */
  token: "",
  device: null,
  /** Server's clock minus the tablet's as last measured; null when never. */
  offset: null,
  /** The moment of the newest record that was made here. */
  latest: 0,
  online: false,
};

/** This moment by the server's clock, as far as one knows it: a tablet's own may be hours off. */
export const now = () => Date.now() + (here.offset ?? 0);

/** Events of the app: opened, online, kept (a record), sent, shown (a page), wiped. */
export const events = new EventTarget();
export const tell = (name, detail = {}) => events.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, listener) => events.addEventListener(name, (event) => listener(event.detail));

export function setOnline(value) {
  const changed = here.online !== value;
  here.online = value;
  if (changed) tell("online", { online: value });
}
