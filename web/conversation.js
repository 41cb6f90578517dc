// What was said and answered. The server keeps both; this browser keeps what has not arrived there yet.

import { browser } from "./storage.js";

const KEPT = 200; // messages; a browser allows about 5 MB for everything
const PATIENCE_MS = 15 * 60_000; // longer than any tool may run: after that no answer will come

export class Conversation {
  #own = new Map();
  #answers = new Map();
  #settled = false;

  constructor(subject) {
    // The path belongs to the key: two installations may share one host, told apart by their paths alone.
    this.key = `switchboard:${new URL(".", document.baseURI).pathname}:${subject}`;
    this.reload();
  }

  /** Read what this browser kept; another tab of the same session may have added to it. */
  reload() {
    for (const message of browser.read(`${this.key}:messages`) ?? []) {
      const known = this.#own.get(message.id) ?? {};
      // Into the known object: the sender holds on to it. What the server keeps is newer than what another tab does.
      if (!known.kept) this.#own.set(message.id, Object.assign(known, message));
    }
  }

  /** Keep a message of ours, next to those that other tabs have kept meanwhile. */
  keep(message) {
    this.#own.set(message.id, message);
    if (message.kept) return;
    const kept = new Map((browser.read(`${this.key}:messages`) ?? []).map((each) => [each.id, each]));
    kept.set(message.id, message);
    browser.write(`${this.key}:messages`, [...kept.values()].slice(-KEPT));
  }

  /** Take in a page of both sides; returns the answers not known before. */
  take({ messages: answers, said }) {
    for (const message of said) this.#adopt(message);
    const fresh = answers.filter((answer) => !this.#answers.has(answer.id));
    for (const answer of fresh) {
      this.#answers.set(answer.id, answer);
      const question = this.#own.get(answer.in_reply_to);
      if (question && !question.answered) this.keep(Object.assign(question, { answered: true }));
    }
    // Only an empty page says that everything has been seen.
    if (!answers.length && !said.length) this.#settled = true;
    return fresh;
  }

  /** The server has it: from now on it is kept there, and no longer here. */
  #adopt({ at, ...message }) {
    const known = this.#own.get(message.id) ?? { sentAt: at * 1_000 };
    this.#own.set(message.id, Object.assign(known, message, { at: at * 1_000, state: "sent", kept: true }));
    const kept = browser.read(`${this.key}:messages`) ?? [];
    const others = kept.filter(({ id }) => id !== message.id);
    if (others.length < kept.length) browser.write(`${this.key}:messages`, others);
  }

  /** When something is said now: after all that is there, whatever this machine's clock says. */
  now() {
    return Math.max(Date.now(), ...this.#exchanges().map(({ at }) => at + 1));
  }

  unsent() {
    return this.mine().filter((message) => message.state === "sending");
  }

  mine() {
    return [...this.#own.values()].sort((one, other) => one.at - other.at);
  }

  answersTo(id) {
    return [...this.#answers.values()].filter((answer) => answer.in_reply_to === id).sort((one, other) => one.at - other.at);
  }

  isPending(now = Date.now()) {
    return this.mine().some((message) => ["sending", "waiting"].includes(this.#stateOf(message, now)));
  }

  /** The page from top to bottom: days, messages and what became of them. */
  rows(now = Date.now()) {
    const rows = [];
    let day = "";
    for (const exchange of this.#exchanges()) {
      const date = new Date(exchange.at).toDateString();
      if (date !== day) rows.push({ kind: "day", key: `day:${date}`, at: exchange.at });
      day = date;
      rows.push(...this.#rowsOf(exchange, now));
    }
    return rows;
  }

  /** A message and its answers stay together, whatever order they arrive in and whatever the clocks say. */
  #exchanges() {
    const own = this.mine().map((message) => ({ at: message.at, message, answers: this.answersTo(message.id) }));
    const others = [...this.#answers.values()]
      .filter((answer) => !this.#own.has(answer.in_reply_to))
      .map((answer) => ({ at: answer.at * 1_000, message: null, answers: [answer] }));
    return [...own, ...others].sort((one, other) => one.at - other.at);
  }

  #rowsOf({ message, answers }, now) {
    const rows = [];
    const state = message && this.#stateOf(message, now);
    if (message) rows.push({ kind: "own", key: `own:${message.id}`, message, state });
    for (const answer of answers) rows.push({ kind: "answer", key: `answer:${answer.id}`, answer });
    if (state === "waiting") rows.push({ kind: "waiting", key: `waiting:${message.id}`, since: message.sentAt });
    if (state === "expired" || state === "unanswered") {
      rows.push({ kind: "silent", key: `silent:${message.id}`, message, state });
    }
    return rows;
  }

  #stateOf(message, now) {
    if (this.answersTo(message.id).length) return "answered";
    if (message.state !== "sent") return message.state;
    if (message.answered) return this.#settled ? "expired" : "answered";
    return now - (message.sentAt ?? message.at) < PATIENCE_MS ? "waiting" : "unanswered";
  }
}
