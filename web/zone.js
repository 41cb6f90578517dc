// Whether the reader's clocks are the browser's.

const QUARTER_MS = 91 * 86_400_000;

export function browserZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether two zones show the same time all year: Berlin's clocks are Paris's. */
export function sameClocks(one, other, now = Date.now()) {
  return [0, 1, 2, 3].every((quarter) => shown(one, now + quarter * QUARTER_MS) === shown(other, now + quarter * QUARTER_MS));
}

/** A browser that does not know a zone compares by its name. */
function shown(timeZone, at) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
  } catch {
    return timeZone;
  }
}
