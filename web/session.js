// The session: a signed token that arrives in the address behind #session= and never stays there.

import { tab } from "./storage.js";

const KEY = "switchboard:session";

/** The session of this tab, or null. A token in the address replaces the one kept before. */
export function takeSession() {
  const fresh = new URLSearchParams(location.hash.slice(1)).get("session");
  if (fresh) {
    tab.write(KEY, fresh);
    // Out of the address bar: it is a secret, and addresses get copied, shared and kept in the history.
    history.replaceState(null, "", location.pathname + location.search);
  }
  const token = fresh ?? tab.read(KEY);
  const subject = subjectOf(token);
  return subject ? { token, subject } : null;
}

/** Whether the address carries a new session, as after pasting a fresh link into an open tab. */
export function offersSession() {
  return location.hash.startsWith("#session=");
}

/** Whose session it is. Only a name to keep the conversation under: the server does the verifying. */
function subjectOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return String(JSON.parse(new TextDecoder().decode(bytes)).sub ?? "");
  } catch {
    return "";
  }
}
