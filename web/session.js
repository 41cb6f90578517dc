// The session: a signed token, from signing in or from the address behind #session=, where it never stays.

import { tab } from "./storage.js";

const KEY = "switchboard:session";
const SINCE = `${KEY}:since`;
const EARLY_MS = 60_000; // a token is renewed before it ends, so that nothing is refused

/** The session of this tab, or null. A token in the address replaces the one kept before. */
export function takeSession() {
  const fresh = new URLSearchParams(location.hash.slice(1)).get("session");
  if (fresh) {
    // Out of the address bar: it is a secret, and addresses get copied, shared and kept in the history.
    history.replaceState(null, "", location.pathname + location.search);
    return keepSession(fresh);
  }
  return sessionOf(tab.read(KEY), tab.read(SINCE));
}

/** The session of a token that has just come, which is this tab's from now on. */
export function keepSession(token) {
  const since = Date.now();
  tab.write(KEY, token);
  tab.write(SINCE, since);
  return sessionOf(token, since);
}

/** This tab has no session any more. */
export function dropSession() {
  tab.remove(KEY);
  tab.remove(SINCE);
}

/** Whether the address carries a new session, as after pasting a fresh link into an open tab. */
export function offersSession() {
  return location.hash.startsWith("#session=");
}

/** What a token says. Whose it is only names the conversation: the server does the verifying. */
function sessionOf(token, since) {
  const { sub, amr, iat, exp } = claimsOf(token);
  if (!sub) return null;
  // By this clock, which may differ from the server's: only how long it holds is the server's.
  const renewAt = amr ? (since ?? 0) + (exp - iat) * 1_000 - EARLY_MS : Infinity;
  return { token, subject: String(sub), renewAt, signedIn: Boolean(amr) };
}

function claimsOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}
