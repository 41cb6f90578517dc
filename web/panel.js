// A dialog beside the conversation: one at a time, closed by Escape, its button or what is chosen in it.

import { el, icon } from "./dom.js";
import { word } from "./words.js";

export class Panel {
  constructor(dialog) {
    this.dialog = dialog;
    // A click outside of the dialog's box is on its backdrop.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  get isOpen() {
    return this.dialog.open;
  }

  show(title, ...content) {
    const close = el("button", { type: "button", class: "quiet icon-button", "aria-label": word("close"), onclick: () => this.close() }, icon("close"));
    const box = el("div", { class: "panel-box" }, el("header", {}, el("h2", { id: "panel-title" }, title), close), ...content);
    this.dialog.replaceChildren(box);
    if (!this.isOpen) this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }
}
