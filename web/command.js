// A command line out of a form, as it would be typed: read again, it means the same.

const PLAIN = /^[\p{L}\p{N}_.,/#@:+-]+$/u;
// What a quotation in quotes could begin or end with; an apostrophe never does.
const MARKS = /["\\“”„‟‘‚«»‹›「」『』｢｣﹁﹂﹃﹄〝〞〟＂]/g;

/** `values` are pairs of a name and what was written; what is empty is left out. */
export function commandOf(tool, operation, values) {
  const given = values.filter(([, value]) => value !== "");
  return [`/${tool}`, operation, ...given.map(([name, value]) => `${name}=${quoted(value)}`)].join(" ");
}

function quoted(value) {
  return PLAIN.test(value) ? value : `"${value.replace(MARKS, "\\$&")}"`;
}
