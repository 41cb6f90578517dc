// Completes /tool and /tool operation while they are typed, and then shows how the operation is used.

import { el } from "./dom.js";
import { word } from "./words.js";

export class Completion {
  #options = [];
  #chosen = 0;

  constructor({ text, list, usage, status, catalogue }) {
    Object.assign(this, { text, list, usage, status, catalogue });
    text.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return this.#options.length > 0;
  }

  /** Look at the text again, as after typing. */
  async refresh({ offer = true } = {}) {
    const before = this.text.value;
    if (!before.startsWith("/")) {
      this.close();
      this.#explain("");
      return;
    }
    const tools = await this.catalogue.tools();
    // Whoever types faster than the catalogue loads is already further on.
    if (this.text.value !== before) return;
    this.#explain(usageOf(before, tools));
    const asked = offer && document.activeElement === this.text;
    this.#open(asked ? optionsFor(before, this.text.selectionEnd, tools) : []);
  }

  /** Take a key that is meant for the list; true if it was. */
  key(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose((this.#chosen + step + this.#options.length) % this.#options.length);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.#accept(this.#chosen);
    else if (event.key === "Enter" && !event.shiftKey) return this.#enter();
    else return false;
    return true;
  }

  close() {
    this.#options = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.text.removeAttribute("aria-activedescendant");
  }

  /** Enter completes what is unfinished and sends what is already whole. */
  #enter() {
    const option = this.#options[this.#chosen];
    if (option.final && this.text.value.trim() === option.whole.trim()) {
      this.close();
      return false;
    }
    this.#accept(this.#chosen);
    return true;
  }

  #accept(index) {
    this.text.value = this.#options[index].whole;
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    this.close();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #open(options) {
    if (!options.length) return this.close();
    this.#options = options;
    this.list.replaceChildren(...options.map((option, index) => this.#item(option, index)));
    this.list.hidden = false;
    this.status.textContent = word("suggested", { n: options.length });
    this.#choose(0);
  }

  #item({ label, summary }, index) {
    const item = el("li", { id: `option-${index}`, role: "option" }, el("code", {}, label), el("span", {}, summary ?? ""));
    // Not click: pressing the mouse would first take the focus away and close the list.
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#accept(index);
    });
    return item;
  }

  #choose(index) {
    this.#chosen = index;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    this.list.children[index].scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", `option-${index}`);
  }

  #explain(usage) {
    this.usage.textContent = usage;
    this.usage.hidden = !usage;
  }
}

function optionsFor(text, caret, tools) {
  if (caret !== text.length) return [];
  const parts = /^\/(\S*)(?:[ ]+(\S*))?$/.exec(text);
  if (!parts) return [];
  const [, typed, verb] = parts;
  if (verb === undefined) {
    const options = matching(tools, typed).map(({ name, summary, operations = [] }) => {
      const final = operations.length === 0;
      return { label: `/${name}`, summary, whole: final ? `/${name}` : `/${name} `, final };
    });
    return options.length === 1 && options[0].whole === text ? [] : options;
  }
  const tool = tools.find(({ name }) => name === typed.toLowerCase());
  return matching(tool?.operations ?? [], verb).map(({ name, summary }) => {
    return { label: name, summary, whole: `/${typed} ${name} `, final: true };
  });
}

/** The very name comes first, then those that begin with what was typed, then those that only contain it. */
function matching(entries, typed) {
  const wanted = typed.toLowerCase();
  const begins = entries
    .filter(({ name }) => name.toLowerCase().startsWith(wanted))
    .sort((one, other) => (other.name === wanted) - (one.name === wanted));
  const contains = entries.filter((entry) => !begins.includes(entry) && entry.name.toLowerCase().includes(wanted));
  return [...begins, ...contains];
}

function usageOf(text, tools) {
  const [, typed, verb] = /^\/(\S+)[ ]+(\S+)\s/.exec(text) ?? [];
  const tool = tools.find(({ name }) => name === typed?.toLowerCase());
  return tool?.operations?.find(({ name }) => name === verb)?.usage ?? "";
}
