// One-time codes in what is written: they go to the server, and are kept nowhere in this browser.

export const HIDDEN = "••••••"; // as the server keeps them (functions/approve/answers.py)
const NAMES = { approve: "approve", "批准": "approve", "同意": "approve", deny: "deny", "拒绝": "deny" };
// As switchboard/control.py takes them: after a slash, words of four letters may be a recovery code, too.
const SURE = /(?:^|\s)(?:\p{Nd}{3}[- ]?\p{Nd}{3}|[0-9A-Za-z]{4}(?:-[0-9A-Za-z]{4}){2})$/u;
const LOOSE = /(?:^|\s)[0-9A-Za-z]{4}(?: ?[0-9A-Za-z]{4}){2}$/;
const BEGUN = /^(?:\S+\s+)?\p{Nd}{3}[- ]?\p{Nd}{0,3}$/u;
const LONGEST = 60; // characters of an answer that has no slash

/** What may be shown and kept of a text: its code hidden, if the server would take it for one. */
export function shownOf(text) {
  const { slash, name, rest } = parted(text);
  if (slash && !name) return among(text) ?? text;
  const code = [SURE, LOOSE].slice(0, slash ? 2 : 1).find((each) => each.test(rest));
  if (!code) return text;
  const before = rest.replace(code, "").trim();
  if (slash ? !name : text.length > LONGEST || /\s/.test(before)) return text;
  return [`/${name ?? "approve"}`, before.split(" ")[0], HIDDEN].filter(Boolean).join(" ");
}

/** What is written again of it: all but the code. */
export function withoutCode(text) {
  return text.replace(HIDDEN, "");
}

/** Whether a text that is being written may become one with a code. */
export function mayHoldCode(text) {
  const { slash, name, rest } = parted(text);
  return Boolean(name) || (slash && among(text) !== undefined) || (!slash && (shownOf(text) !== text || BEGUN.test(rest)));
}

/** What is shown of a line with a code that stands among others, where the server would take it. */
function among(text) {
  const lines = text.split(/[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).slice(1).filter((line) => parted(line).name && parted(line).slash);
  const hidden = lines.find((line) => shownOf(line) !== line);
  return hidden && shownOf(hidden);
}

function parted(text) {
  const line = text.trim().replace(/^[!！]sb(?:\s+|$)[/／]?/i, "/");
  const slash = /^[/／]/.test(line);
  const [first = "", ...others] = line.slice(slash ? 1 : 0).trim().split(/\s+/);
  const name = Object.hasOwn(NAMES, first.toLowerCase()) ? NAMES[first.toLowerCase()] : undefined;
  return { slash, name, rest: (name ? others : [first, ...others]).join(" ") };
}
