// The message box: keys, drafts, files.

import { mayHoldCode } from "./codes.js";
import { browser } from "./storage.js";
import { word } from "./words.js";

export class Composer {
  #recalled = 0;
  #recalledText = null;

  /** `onSend({ text, attachments })` returns whether the message was taken; `history()` gives the earlier texts. */
  constructor({ form, text, picker, attach, attachments, completion, drop, hint }, { onSend, history }) {
    Object.assign(this, { form, text, attachments, completion, drop, hint, onSend, history });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    text.addEventListener("input", () => this.#changed());
    text.addEventListener("keydown", (event) => this.#key(event));
    text.addEventListener("paste", (event) => this.#paste(event));
    attach.addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      attachments.add(picker.files);
      picker.value = ""; // or the same file could not be chosen twice
      text.focus();
    });
    this.#acceptDrops();
  }

  /** Keep drafts under this key, and bring back the one there or the one written before there was a session. */
  restore(key, homelessKey) {
    this.draftKey = key;
    const draft = browser.read(key) || browser.read(homelessKey);
    if (key !== homelessKey) browser.remove(homelessKey);
    if (draft) this.fill(draft, { focus: false });
  }

  fill(value, { focus = true } = {}) {
    this.text.value = value;
    this.#fit();
    this.#keep(value);
    if (focus) this.text.focus();
    this.text.setSelectionRange(value.length, value.length);
    this.completion.refresh({ offer: false });
  }

  /** Send a line as if it were typed, with the files that are there; a draft stays for afterwards. */
  submit(line) {
    const draft = this.text.value;
    this.fill(line);
    this.#submit();
    if (!this.text.value) this.fill(draft);
  }

  #changed() {
    this.say("");
    this.#fit();
    this.#keep(this.text.value);
    this.completion.refresh();
  }

  #keep(draft) {
    if (draft && !mayHoldCode(draft)) browser.write(this.draftKey, draft);
    else browser.remove(this.draftKey);
  }

  #fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  #key(event) {
    // While an input method composes, every key is its own; 229 is how Safari marks the Enter that ends it.
    if (event.isComposing || event.keyCode === 229) return;
    if (this.completion.key(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && this.#recall(event.key)) {
      event.preventDefault();
    }
  }

  /** Up in an empty box brings back the last message, further ups the ones before; down returns. */
  #recall(key) {
    const untouched = this.#recalledText !== null && this.text.value === this.#recalledText;
    if (this.text.value && !untouched) return false;
    const texts = this.history();
    const place = Math.min((untouched ? this.#recalled : 0) + (key === "ArrowUp" ? 1 : -1), texts.length);
    if (place < 0) return false;
    this.#recalled = place;
    this.#recalledText = place ? texts.at(-place) : "";
    this.fill(this.#recalledText);
    return true;
  }

  #submit() {
    const text = this.text.value.trim();
    if (!text && this.attachments.isEmpty) return this.text.focus();
    if (this.attachments.isUploading) return this.say(word("uploadFirst"));
    if (this.attachments.isBroken) return this.say(word("uploadBroken"));
    const tool = this.attachments.isEmpty ? null : this.completion.catalogue.toolOf(text);
    if (tool?.files === false) return this.say(word("noFiles", { tool: tool.name }));
    if (!this.onSend({ text, take: () => this.attachments.take() })) return;
    this.fill("");
    this.say("");
    this.#recalledText = null;
  }

  /** A short remark below the box, in place of the keys. */
  say(remark) {
    this.hint.textContent = remark || word("keys");
    this.hint.classList.toggle("remark", Boolean(remark));
  }

  #paste(event) {
    const { files } = event.clipboardData;
    // Office programs put a picture of the text next to the text: the text is what was meant.
    if (!files.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    this.attachments.add(files);
  }

  #acceptDrops() {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    window.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.drop.hidden = false;
    });
    window.addEventListener("dragleave", (event) => {
      // Leaving for another element of the page is not leaving the window.
      if (!event.relatedTarget) this.drop.hidden = true;
    });
    window.addEventListener("drop", (event) => {
      this.drop.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.attachments.add(event.dataTransfer.files);
      this.text.focus();
    });
  }
}
