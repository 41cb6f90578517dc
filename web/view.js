// The conversation on the screen.

import { el, icon, reconcile } from "./dom.js";
import { rendered } from "./markdown.js";
import { buttonsOf } from "./question.js";
import { clock, day, elapsed, reason, sentences, size, spoken, word } from "./words.js";

const NEAR_PX = 80; // this close to the end counts as reading the end

export class View {
  #following = true;
  isReady = false; // whether it is known that nothing has been said, when there are no rows

  /** `actions`: retry(message), edit(message), press(text), example(text, hint). */
  constructor({ log, rows, empty, newest }, actions) {
    Object.assign(this, { log, list: rows, empty, newest, actions });
    log.addEventListener("scroll", () => this.#notePlace(), { passive: true });
    newest.addEventListener("click", () => this.#goTo(this.unseen));
    // A keyboard sliding in or a growing draft must not push the last line out of sight.
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(log);
    setInterval(() => this.#tick(), 1_000);
  }

  /** Show the rows; `fresh` are the ids of the answers that have just come. */
  show(rows, fresh = []) {
    const following = this.#following;
    this.empty.hidden = rows.length > 0 || !this.isReady;
    if (!this.empty.hidden && this.empty.lang !== spoken()) this.#showExamples();
    reconcile(this.list, rows, {
      // A day is called differently tomorrow, so its name counts and not its date.
      signature: (row) => JSON.stringify([spoken(), row.kind === "day" ? day(row.at) : row]),
      build: (row) => BUILD[row.kind](row, this.actions),
    });
    this.#tick();
    const last = fresh.length && this.list.querySelector(`[data-key="answer:${CSS.escape(fresh.at(-1))}"]`);
    if (following) this.#follow(last);
    else if (last) this.#announce(last);
  }

  toEnd() {
    this.#following = true;
    this.#toEnd();
  }

  /** Stay at the end, except that an answer taller than the window is read from its beginning. */
  #follow(answer) {
    this.#toEnd();
    if (answer && answer.offsetHeight > this.log.clientHeight) answer.scrollIntoView({ block: "start" });
  }

  #announce(answer) {
    const box = answer.getBoundingClientRect();
    const frame = this.log.getBoundingClientRect();
    if (box.top >= frame.top && box.top < frame.bottom) return;
    this.unseen = answer;
    this.newest.replaceChildren(icon("down"), word("newest"));
    this.newest.hidden = false;
  }

  #goTo(answer) {
    this.newest.hidden = true;
    answer?.scrollIntoView({ block: "start" });
    this.log.focus({ preventScroll: true });
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #notePlace() {
    const left = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
    this.#following = left < NEAR_PX;
    if (this.#following) this.newest.hidden = true;
  }

  /** Only the numbers change each second: whole sentences would be read out again and again. */
  #tick() {
    for (const counter of this.list.querySelectorAll("[data-since]")) {
      counter.textContent = elapsed(Date.now() - Number(counter.dataset.since));
    }
  }

  #showExamples() {
    this.empty.lang = spoken(); // also says that they are there: made anew, they would lose the focus
    const example = (text, label, hint) =>
      el(
        "button",
        { type: "button", class: "example", onclick: () => this.actions.example(text, hint) },
        el("span", { class: "example-label" }, label),
        el("code", {}, text),
      );
    const convert = el("span", {}, word("exampleDocument"), el("small", {}, ` · ${word("exampleDocumentHint")}`));
    this.empty.replaceChildren(
      el("h2", {}, word("emptyTitle")),
      el("p", {}, word("emptyText")),
      example("/help", word("exampleHelp")),
      example(`/calendar events.create "${word("lunch")}" start="${tomorrow()} 12:00" duration=60`, word("exampleCalendar")),
      example("/document convert pdf", convert, word("attachHint")),
    );
  }
}

const BUILD = { day: dayRow, own: ownRow, answer: answerRow, waiting: waitingRow, silent: silentRow };

function dayRow({ at }) {
  return el("div", { class: "day", role: "separator" }, el("span", {}, day(at)));
}

function ownRow({ message, state }, { retry }) {
  const time = clock(message.at);
  const command = message.text.startsWith("/") ? " command" : "";
  const row = el("article", { class: "own", "data-state": state, "aria-label": word("you", { time }) });
  if (message.text) row.append(el("p", { class: `bubble${command}` }, message.text));
  if (message.attachments.length) {
    row.append(el("ul", { class: "chips" }, ...message.attachments.map((file) => el("li", { class: "chip" }, ...chipParts(file)))));
  }
  row.append(el("p", { class: "meta" }, stamp(message.at), sendingState(message, state)));
  if (state === "failed") row.append(failure(message, retry));
  return row;
}

function sendingState(message, state) {
  if (state !== "sending") return null;
  return el("span", { role: "status" }, ` · ${word(message.attempt ? "sendingAgain" : "sending")}`);
}

function failure(message, retry) {
  const button = el("button", { type: "button", class: "text-button", onclick: () => retry(message) }, icon("retry"), word("retry"));
  return el("p", { class: "failure", role: "alert" }, icon("alert"), sentences(word("notSent"), reason(message.failure)), " ", button);
}

function answerRow({ answer }, { press }) {
  const at = answer.at * 1_000;
  const label = word(answer.error ? "failedAnswer" : "answer", { time: clock(at) });
  const row = el("article", { class: answer.error ? "answer error" : "answer", "aria-label": label });
  if (answer.error) row.append(el("p", { class: "error-label" }, icon("alert"), word("failed")));
  if (answer.text) row.append(rendered(answer.text));
  if (answer.files?.length) row.append(el("ul", { class: "chips" }, ...answer.files.map(downloadChip)));
  if (answer.buttons?.length) row.append(buttonsOf(answer.buttons, press));
  row.append(el("p", { class: "meta" }, stamp(at)));
  return row;
}

function waitingRow({ since }) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el("p", { class: "waiting" }, dots, word("working"), el("span", { class: "counter", "data-since": since, "aria-hidden": "true" }));
}

function silentRow({ message, state }, { edit }) {
  const again = el("button", { type: "button", class: "text-button", onclick: () => edit(message) }, word("edit"));
  return el("p", { class: "silent" }, word(state), " ", state === "unanswered" && again);
}

function downloadChip(file) {
  const href = webAddress(file.url);
  if (!href) return el("li", { class: "chip" }, ...chipParts(file));
  const label = word("download", { name: file.name, size: size(file.size) });
  const attributes = { class: "chip", href, download: file.name, target: "_blank", rel: "noopener noreferrer" };
  return el("li", {}, el("a", { ...attributes, "aria-label": label, title: file.name }, ...chipParts(file), icon("download")));
}

/** The address if it is one of the web; anything else must not become a link. */
function webAddress(address) {
  try {
    const { protocol, href } = new URL(address, document.baseURI);
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

function chipParts(file) {
  return [icon("file"), el("span", { class: "name", title: file.name }, file.name), el("span", { class: "size" }, size(file.size))];
}

function stamp(at) {
  return el("time", { datetime: new Date(at).toISOString() }, clock(at));
}

function tomorrow() {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
