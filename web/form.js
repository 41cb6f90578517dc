// A form for one operation's arguments, with the command line that it stands for.

import { commandOf } from "./command.js";
import { el } from "./dom.js";
import { word } from "./words.js";

/** `onSend(command)` and `onEdit(command)` get the line; both are what typing it would do. */
export function formFor(tool, operation, { onSend, onEdit }) {
  const inputs = operation.fields.map((field) => [field.name, inputFor(field)]);
  const preview = el("code", {});
  const line = () => commandOf(tool.name, operation.name, inputs.map(([name, input]) => [name, input.value.trim()]));
  const show = () => (preview.textContent = line());
  const form = el(
    "form",
    {
      class: "arguments",
      "aria-label": `${tool.name} ${operation.name}`,
      oninput: show,
      onsubmit: (event) => {
        event.preventDefault();
        onSend(line());
      },
    },
    el("p", {}, operation.summary),
    operation.refusal && el("p", { class: "refusal", role: "note" }, operation.refusal),
    operation.asked && el("p", { class: "hint", role: "note" }, operation.asked),
    ...operation.fields.map((field, place) => labelled(field, inputs[place][1])),
    tool.files && el("p", { class: "hint" }, word("formFiles")),
    el("p", { class: "preview", "aria-live": "off" }, el("span", {}, word("formPreview")), preview),
    el(
      "p",
      { class: "buttons" },
      el("button", { type: "submit", class: "text-button primary", disabled: Boolean(operation.refusal) }, word("send")),
      el("button", { type: "button", class: "text-button", onclick: () => onEdit(line()) }, word("formEdit")),
    ),
  );
  show();
  return form;
}

function labelled(field, input) {
  const mark = field.required && el("span", { class: "needed" }, word("formNeeded"));
  const notes = [field.help, { time: word("formTime"), array: word("formList") }[field.type]].filter(Boolean);
  const hint = el("small", { id: `${input.id}-hint`, class: "hint" }, notes.join(" · "));
  input.setAttribute("aria-describedby", hint.id);
  return el("p", { class: "field" }, el("label", { for: input.id }, el("code", {}, field.name), " ", mark), input, hint);
}

function inputFor(field) {
  const { name, required, min, max, longest } = field;
  const shared = { id: `argument-${name}`, name, required, autocomplete: "off" };
  if (field.type === "choice" || field.type === "boolean") return choiceFor(field, shared);
  const placeholder = field.example || field.default;
  if (field.type === "long") return el("textarea", { ...shared, placeholder, rows: 4, maxlength: longest });
  if (field.type === "integer" || field.type === "number") {
    return el("input", { ...shared, type: "number", step: field.type === "integer" ? 1 : "any", min, max, placeholder });
  }
  return el("input", { ...shared, type: "text", maxlength: longest, placeholder });
}

function choiceFor(field, shared) {
  const choices = field.type === "boolean" ? [["true", word("yes")], ["false", word("no")]] : field.choices.map((one) => [one, one]);
  const unset = field.default ? word("formDefault", { value: field.default }) : "";
  return el("select", shared, el("option", { value: "" }, unset), ...choices.map(([value, label]) => el("option", { value }, label)));
}
