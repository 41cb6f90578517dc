// The tools there are, in the reader's language: asked once each, and again if that failed.

import { spoken, word } from "./words.js";

export class Catalogue {
  #asked = new Map();
  #known = [];

  constructor(api) {
    this.api = api;
  }

  tools() {
    const language = spoken();
    if (!this.#asked.has(language)) {
      const asked = this.api.tools(language).then(
        ({ tools }) => (this.#known = withHelp(tools)),
        () => {
          this.#asked.delete(language);
          return withHelp([]);
        },
      );
      this.#asked.set(language, asked);
    }
    return this.#asked.get(language);
  }

  /** The tool that a command line is for, as far as the tools have come already. */
  toolOf(text) {
    const name = /^[/／](\S+)/.exec(text)?.[1].toLowerCase();
    return this.#known.find((tool) => tool.name === name && tool.operations.length);
  }
}

/** Help is offered even while nobody knows what else there is. */
function withHelp(tools) {
  if (tools.some(({ name }) => name === "help")) return tools;
  return [{ name: "help", get summary() { return word("helpSummary"); }, operations: [] }, ...tools];
}
