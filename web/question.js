// The buttons of an answer; one that needs a one-time code asks for it in its place.

import { el } from "./dom.js";
import { word } from "./words.js";

/** `press(text)` sends what a button says, as if it were written. */
export function buttonsOf(buttons, press) {
  const row = el("p", { class: "buttons" });
  const show = () => row.replaceChildren(...buttons.map(choice));
  const choice = (each) => {
    const onclick = () => (each.code ? ask(each) : press(each.says));
    return el("button", { type: "button", class: "text-button", title: each.says, onclick }, each.label);
  };
  const back = () => {
    show();
    row.querySelector("button").focus();
  };
  const ask = (each) => {
    const form = codeForm(each, { press, back });
    row.replaceChildren(form);
    form.querySelector("input").focus();
  };
  show();
  return row;
}

function codeForm({ label, says }, { press, back }) {
  // Neither a name nor a value of its own: there is nothing that a browser would offer to keep.
  const input = el("input", {
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    required: true,
    pattern: "\\s*(\\d{3}[\\- ]?\\d{3}|[0-9A-Za-z]{4}([\\- ]?[0-9A-Za-z]{4}){2})\\s*",
    maxlength: 20,
    spellcheck: "false",
    title: word("codeTitle"),
    onkeydown: (event) => event.key === "Escape" && back(),
  });
  const onsubmit = (event) => {
    event.preventDefault();
    const code = input.value.trim();
    back();
    press(`${says} ${code}`);
  };
  const cancel = el("button", { type: "button", class: "text-button", onclick: back }, word("cancel"));
  const yes = el("button", { type: "submit", class: "text-button primary" }, label);
  return el("form", { class: "code", "aria-label": says, onsubmit }, el("label", {}, word("code6"), input), yes, cancel);
}
