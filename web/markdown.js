// Answers are Markdown from tools and from strangers' documents: nothing in them may run, load or pretend.

import MarkdownIt from "./vendor/markdown-it.min.js";
import { el } from "./dom.js";
import { word } from "./words.js";

const md = new MarkdownIt({ html: false, linkify: true, breaks: true });

md.validateLink = (address) => /^(https?:\/\/|mailto:)/i.test(address.trim());
// Without a scheme, README.md and deploy.py would become links to domains of that name.
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

md.renderer.rules.link_open = (tokens, index, options, env, renderer) => {
  tokens[index].attrSet("target", "_blank");
  tokens[index].attrSet("rel", "noopener noreferrer");
  return renderer.renderToken(tokens, index, options);
};

// An image would tell its host who reads the answer and when, so it becomes a link to click.
md.renderer.rules.image = (tokens, index) => {
  const token = tokens[index];
  const label = md.utils.escapeHtml(token.content || token.attrGet("src"));
  // A link inside a link is no HTML, as in [![build](badge.svg)](build.html).
  const links = tokens.slice(0, index).filter(({ type }) => type === "link_open" || type === "link_close");
  const insideLink = links.at(-1)?.type === "link_open";
  if (insideLink) return label;
  const address = md.utils.escapeHtml(token.attrGet("src"));
  return `<a href="${address}" target="_blank" rel="noopener noreferrer">${label}</a>`;
};

// The policy forbids style attributes, which is how markdown-it aligns the cells of a table.
for (const rule of ["th_open", "td_open"]) {
  md.renderer.rules[rule] = (tokens, index, options, env, renderer) => {
    const token = tokens[index];
    const side = /center|right/.exec(token.attrGet("style") ?? "")?.[0];
    token.attrs = side ? [["class", side]] : null;
    return renderer.renderToken(tokens, index, options);
  };
}

// The page has one h1; an answer's headings belong below it.
for (const rule of ["heading_open", "heading_close"]) {
  md.renderer.rules[rule] = (tokens, index, options, env, renderer) => {
    tokens[index].tag = `h${Math.min(Number(tokens[index].tag[1]) + 2, 6)}`;
    return renderer.renderToken(tokens, index, options);
  };
}

/** The answer's text as an element. */
export function rendered(text) {
  const box = el("div", { class: "markdown" });
  box.innerHTML = md.render(text);
  for (const table of box.querySelectorAll("table")) {
    const frame = el("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": word("table") });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const code of box.querySelectorAll("li code")) if (isId(code)) code.classList.add("id");
  for (const block of box.querySelectorAll("pre")) frameCode(block);
  return box;
}

/** An id at the end of an entry, after a dot: needed to name it, and nothing to read. */
function isId({ textContent, previousSibling, nextSibling }) {
  return /^[\w@.-]{6,}$/.test(textContent) && /·\s*$/.test(previousSibling?.data ?? "") && !nextSibling?.data?.trim();
}

function frameCode(block) {
  const code = block.querySelector("code");
  const language = /language-(\S+)/.exec(code?.className ?? "")?.[1] ?? "";
  const button = el("button", { type: "button", class: "copy", onclick: () => copy(code ?? block, button) }, word("copy"));
  const frame = el("figure", { class: "code-box" });
  block.replaceWith(frame);
  block.tabIndex = 0; // a long line scrolls, and that must work from the keyboard too
  block.setAttribute("aria-label", word("code"));
  block.setAttribute("role", "region");
  frame.append(el("figcaption", {}, el("span", {}, language), button), block);
}

async function copy(code, button) {
  let done = "copied";
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Without https a browser hides its clipboard: select the text, so that one key press copies it.
    getSelection().selectAllChildren(code);
    done = "copyByHand";
  }
  button.textContent = word(done);
  setTimeout(() => (button.textContent = word("copy")), 2_000);
}
