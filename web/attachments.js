// The files waiting in the composer: each uploads as soon as it is attached.

import { el, icon } from "./dom.js";
import { reason, size, word } from "./words.js";

const MOST = 10; // files of one message
const LARGEST = 20_000_000; // bytes; the server refuses more

export class Attachments {
  #files = [];

  /** `onChange({ focused })` also tells whether the focus was here and has to go elsewhere. */
  constructor({ list, api, onChange, onRefused }) {
    Object.assign(this, { list, api, onChange, onRefused });
  }

  get isUploading() {
    return this.#files.some((each) => each.state === "uploading");
  }

  get isBroken() {
    return this.#files.some((each) => each.state === "failed");
  }

  get isEmpty() {
    return this.#files.length === 0;
  }

  add(files) {
    for (const file of files) {
      const each = { file, state: "uploading", problem: null, abort: new AbortController() };
      // A picture of the picture; only our own file, never an address from outside.
      if (file.type.startsWith("image/")) each.preview = URL.createObjectURL(file);
      this.#files.push(each);
      if (this.#files.length > MOST) this.#fail(each, word("tooMany"), false);
      else if (file.size > LARGEST) this.#fail(each, word("tooLarge"), false);
      else if (!file.size) this.#fail(each, word("empty"), false);
      else this.#upload(each);
    }
    this.show();
  }

  /** The uploaded files, handed over to a message. */
  take() {
    const taken = this.#files.map((each) => each.uploaded);
    for (const each of this.#files) this.#forget(each);
    this.#files = [];
    this.show();
    return taken;
  }

  show() {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.#files.map((each) => this.#chip(each)));
    this.onChange({ focused });
  }

  async #upload(each) {
    each.state = "uploading";
    each.share = 0;
    try {
      each.uploaded = await this.api.upload(each.file, {
        onProgress: (share) => this.#progress(each, share),
        signal: each.abort.signal,
      });
      each.state = "done";
    } catch (error) {
      if (!this.#files.includes(each)) return;
      this.#fail(each, error.code === "upload" ? word("uploadFailed") : reason(error), true);
      this.onRefused(error.status);
    }
    this.show();
  }

  #fail(each, problem, repeatable) {
    Object.assign(each, { state: "failed", problem, repeatable });
  }

  #progress(each, share) {
    each.share = share;
    // The bar alone: a new chip would take the focus from its buttons.
    if (each.bar) each.bar.value = share;
  }

  #remove(each) {
    this.#files = this.#files.filter((other) => other !== each);
    each.abort.abort();
    this.#forget(each);
    this.show();
  }

  #forget(each) {
    if (each.preview) URL.revokeObjectURL(each.preview);
  }

  #chip(each) {
    const { file, state } = each;
    const picture = each.preview ? el("img", { src: each.preview, alt: "", class: "thumb" }) : icon("file");
    const button = (name, label, onclick) =>
      el("button", { type: "button", class: "chip-button", "aria-label": label, title: label, onclick }, icon(name));
    const chip = el("li", { class: `chip ${state}` }, picture, el("span", { class: "name", title: file.name }, file.name));
    if (state === "failed") {
      chip.append(el("span", { class: "problem", role: "alert" }, each.problem));
    } else {
      chip.append(el("span", { class: "size" }, size(file.size)));
    }
    if (state === "failed" && each.repeatable) {
      chip.append(button("retry", word("retryFile", { name: file.name }), () => this.#repeat(each)));
    }
    chip.append(button("close", word("remove", { name: file.name }), () => this.#remove(each)));
    each.bar = null;
    if (state === "uploading") {
      const label = word("uploading", { name: file.name });
      each.bar = el("progress", { max: "1", value: String(each.share), "aria-label": label });
      chip.append(each.bar);
    }
    return chip;
  }

  #repeat(each) {
    this.#upload(each);
    this.show();
  }
}
