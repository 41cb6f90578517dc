// Asks for new answers: every second while one is awaited, ever more rarely while nothing happens.

const QUICK_MS = 1_000;
const SLOW_MS = 10_000;
const LONGEST_MS = 60_000; // the most a Retry-After may keep us away

/** How long to wait before asking again. `quiet` counts the polls since anything happened. */
export function nextDelay({ pending, hidden, quiet, failures, retryAfter }) {
  const idle = Math.min(QUICK_MS * 1.5 ** quiet, SLOW_MS);
  const wanted = hidden ? SLOW_MS : pending ? QUICK_MS : idle;
  const penance = failures ? Math.min(QUICK_MS * 2 ** failures, SLOW_MS) : 0;
  return Math.max(wanted, penance, Math.min(retryAfter * 1_000, LONGEST_MS));
}

export class Poller {
  #timer = 0;
  #asking = false;
  #again = false;
  #running = false;
  #quiet = 0;
  #failures = 0;
  #cursor = "";
  #behind = true; // until everything that is there has been read

  /** `fetchPage(cursor)` asks, `isPending()` tells if an answer is awaited; `onPage` and `onError` get the rest. */
  constructor({ fetchPage, isPending, onPage, onError }) {
    Object.assign(this, { fetchPage, isPending, onPage, onError });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#plan(0) : this.wake()));
    window.addEventListener("focus", () => this.wake());
    window.addEventListener("online", () => this.wake());
  }

  start() {
    this.#running = true;
    this.wake();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Something happened: ask at once and begin again with short waits. */
  wake() {
    this.#quiet = 0;
    if (!this.#running) return;
    if (this.#asking) this.#again = true;
    else this.#ask();
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#asking = true;
    const [page, error] = await this.fetchPage(this.#cursor).then(
      (answer) => [answer, null],
      (problem) => [null, problem],
    );
    this.#asking = false;
    // Whatever showing the page may come to, the next question must be planned.
    try {
      if (page) this.#take(page);
      else this.onError(error, (this.#failures += 1));
    } finally {
      const again = this.#again && page;
      this.#again = false;
      if (again && this.#running) this.#ask();
      else this.#plan(error?.retryAfter ?? 0);
    }
  }

  #take(page) {
    const more = page.cursor !== this.#cursor;
    this.#behind &&= more;
    this.#again ||= this.#behind;
    this.#cursor = page.cursor;
    this.#failures = 0;
    this.#quiet = more ? 0 : this.#quiet + 1;
    this.onPage(page);
  }

  #plan(retryAfter) {
    clearTimeout(this.#timer);
    if (!this.#running || this.#asking) return;
    const state = { pending: this.isPending(), hidden: document.hidden, quiet: this.#quiet, failures: this.#failures };
    this.#timer = setTimeout(() => this.#ask(), nextDelay({ ...state, retryAfter }));
  }
}
