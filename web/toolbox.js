// The list of tools, and a form for the operation that is chosen.

import { el } from "./dom.js";
import { formFor } from "./form.js";
import { word } from "./words.js";

export class Toolbox {
  /** `actions`: send(command), edit(command). */
  constructor({ panel, catalogue }, actions) {
    Object.assign(this, { panel, catalogue, actions });
  }

  async open() {
    const tools = await this.catalogue.tools();
    const sections = tools.filter(({ operations }) => operations.length).map((tool) => this.#section(tool));
    const words = tools.filter(({ operations }) => !operations.length).map((tool) => this.#word(tool));
    this.panel.show(word("tools"), ...sections, el("section", {}, el("h3", {}, word("controlWords")), el("ul", {}, ...words)));
  }

  #section(tool) {
    const items = tool.operations.map((operation) =>
      el("li", {}, this.#choice(operation, () => this.#fill(tool, operation))),
    );
    return el("section", {}, el("h3", {}, tool.name), el("p", { class: "hint" }, tool.summary), el("ul", {}, ...items));
  }

  #choice({ name, summary, refusal }, onclick) {
    const note = refusal && el("small", { class: "refusal" }, refusal);
    return el("button", { type: "button", class: "choice", onclick }, el("code", {}, name), el("span", {}, summary), note);
  }

  #word({ name, summary }) {
    const choose = () => this.#leave(() => this.actions.edit(`/${name} `));
    return el("li", {}, this.#choice({ name: `/${name}`, summary }, choose));
  }

  #fill(tool, operation) {
    const back = el("button", { type: "button", class: "text-button", onclick: () => this.open() }, word("allTools"));
    const form = formFor(tool, operation, {
      onSend: (line) => this.#leave(() => this.actions.send(line)),
      onEdit: (line) => this.#leave(() => this.actions.edit(line)),
    });
    this.panel.show(`${tool.name} ${operation.name}`, back, form);
    (form.querySelector("input, select, textarea") ?? form.querySelector("button")).focus();
  }

  #leave(act) {
    this.panel.close();
    act();
  }
}
