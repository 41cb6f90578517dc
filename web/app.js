// Puts the page together: session, conversation, composer and what connects them.

import { Api } from "./api.js";
import { Attachments } from "./attachments.js";
import { Catalogue } from "./catalogue.js";
import { HIDDEN, shownOf, withoutCode } from "./codes.js";
import { Completion } from "./completion.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el, icon } from "./dom.js";
import { Panel } from "./panel.js";
import { Person } from "./person.js";
import { Poller } from "./poll.js";
import { chooseLanguage, currentLanguage, currentTheme, onSystemTheme, toggleTheme } from "./preferences.js";
import { Sender } from "./sender.js";
import { offersSession, takeSession } from "./session.js";
import { Signin } from "./signin.js";
import { Toolbox } from "./toolbox.js";
import { View } from "./view.js";
import { sentences, speak, spoken, word } from "./words.js";

const part = (id) => document.getElementById(id);
const title = document.title;

let session = takeSession();
let problem = null;
let connection = "";
let unread = 0;

const signin = new Signin({ form: part("signin"), said: part("signin-said"), provider: part("signin-provider") }, { onSession: adopt });
const api = new Api(session, {
  renew: async () => {
    const fresh = await signin.renew();
    if (fresh && fresh.subject !== session?.subject) location.reload();
    return fresh;
  },
});
const conversation = new Conversation(session?.subject ?? "");

const view = new View(
  { log: part("log"), rows: part("rows"), empty: part("empty"), newest: part("newest") },
  {
    retry: (message) => {
      if (message.text.includes(HIDDEN)) return composer.fill(withoutCode(message.text));
      sender.send(message);
      part("text").focus();
    },
    edit: (message) => composer.fill(withoutCode(message.text)),
    press: (text) => send({ text, take: () => [] }),
    example: (text, hint) => {
      composer.fill(text);
      composer.say(hint);
    },
  },
);

const catalogue = new Catalogue(api);
const completion = new Completion({ text: part("text"), list: part("options"), usage: part("usage"), status: part("spoken"), catalogue });
const attachments = new Attachments({ list: part("attachments"), api, onChange: attached, onRefused: refused });
const composer = new Composer(
  {
    form: part("composer"),
    text: part("text"),
    picker: part("picker"),
    attach: part("attach"),
    drop: part("drop"),
    hint: part("keys"),
    attachments,
    completion,
  },
  { onSend: send, history: () => conversation.mine().map(({ text }) => withoutCode(text)) },
);

const panel = new Panel(part("panel"));
const toolbox = new Toolbox({ panel, catalogue }, { send: (line) => composer.submit(line), edit: (line) => composer.fill(line) });
const person = new Person(
  { panel, api, catalogue, line: part("zone") },
  {
    onSay: (text) => send({ text, take: () => [] }),
    onLeave: () => signin.end().then(() => location.reload()),
  },
);

const poller = new Poller({
  fetchPage: (cursor) => api.messages(cursor),
  isPending: () => conversation.isPending(),
  onPage: (found) => {
    connected("");
    const fresh = conversation.take(found);
    view.isReady = true;
    count(fresh.length);
    view.show(conversation.rows(), fresh.map(({ id }) => id));
  },
  onError: (error, failures) => {
    // One lost poll is nothing to talk about; 429 only means to ask more slowly, which the poller does.
    if (failures > 1 && error.status !== 429) connected("offline");
    view.isReady = true;
    view.show(conversation.rows());
    refused(error.status);
  },
});

const sender = new Sender({
  api,
  conversation,
  onChange: ({ state }) => {
    view.show(conversation.rows());
    if (state === "sent") poller.wake();
  },
  onRefused: refused,
});

/** Take a message from the composer; false keeps it there, as when there is no session to send it in. */
function send({ text, take }) {
  if (problem || !session) {
    composer.say(word("sessionTitle"));
    return false;
  }
  view.toEnd();
  const id = crypto.randomUUID?.() ?? fallbackId();
  sender.send({ id, text: shownOf(text), attachments: take(), locale: spoken(), at: conversation.now() }, text);
  return true;
}

/** randomUUID is missing on plain http; getRandomValues is not. */
function fallbackId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function attached({ focused }) {
  composer.say("");
  if (focused) part("text").focus();
}

/** A refused session stops the page from asking on; the ways out are signing in and a new link. */
function refused(status) {
  if (status !== 401) return;
  problem = session ? "sessionOver" : "noSession";
  poller.stop();
  connected("");
  showNotice();
}

function adopt(fresh) {
  // Somebody else's conversation starts from a clean page.
  if (fresh.subject !== session?.subject) return location.reload();
  session = api.session = fresh;
  problem = null;
  showNotice();
  poller.start();
}

function showNotice() {
  const notice = part("notice");
  notice.hidden = !problem;
  signin.show(Boolean(problem));
  if (!problem) return notice.replaceChildren();
  const [before, after] = sentences(word(problem), word("sessionHow", { command: "\n" }), word("draftKept")).split("\n");
  notice.replaceChildren(
    el("strong", {}, word("sessionTitle")),
    el("p", {}, before, el("code", {}, "make run"), after),
  );
}

function connected(state) {
  if (state === connection) return;
  connection = state;
  part("connection").textContent = state && word(state);
}

/** Answers that came while nobody looked, in the tab's title. */
function count(more) {
  unread = document.hidden ? unread + more : 0;
  document.title = unread ? `(${unread}) ${title}` : title;
}

function showWords() {
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
    if (node.tagName === "BUTTON") node.title = word(node.dataset.label);
  }
  part("text").placeholder = word(part("text").dataset.placeholder);
  part("language").textContent = word("otherLanguage");
  part("language").title = word("switchLanguage");
  part("language").lang = spoken() === "zh" ? "en" : "zh-CN";
  part("connection").textContent = connection && word(connection);
  showTheme();
  showNotice();
  person.showZone();
  attachments.show();
  completion.refresh();
  view.show(conversation.rows());
}

function showTheme() {
  const other = currentTheme() === "dark" ? "toLight" : "toDark";
  part("theme").replaceChildren(icon(other === "toLight" ? "sun" : "moon"));
  part("theme").setAttribute("aria-label", word(other));
  part("theme").title = word(other);
}

part("language").addEventListener("click", () => {
  const other = spoken() === "zh" ? "en" : "zh";
  chooseLanguage(other);
  speak(other);
  showWords();
});
part("theme").addEventListener("click", () => {
  toggleTheme();
  showTheme();
});
onSystemTheme(showTheme);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // The key goes on to the box, so that "/" begins a command there.
  part("text").focus();
});
document.addEventListener("visibilitychange", () => count(0));
window.addEventListener("hashchange", () => {
  if (!offersSession()) return;
  const fresh = takeSession();
  if (fresh) adopt(fresh);
});
window.addEventListener("storage", () => {
  conversation.reload();
  view.show(conversation.rows());
});

part("tools").append(icon("tools"));
part("me").append(icon("person"));
part("tools").addEventListener("click", () => toolbox.open());
part("me").addEventListener("click", () => person.open());
part("attach").append(icon("attach"));
part("send").append(icon("send"));
composer.restore(`${conversation.key}:draft`, `${new Conversation("").key}:draft`);
speak(currentLanguage());
view.isReady = !session;
showWords();
if (session) {
  // What a reload interrupted goes out again, under its old id.
  for (const message of conversation.unsent()) {
    if (message.text.includes(HIDDEN)) sender.giveUp(message);
    else sender.send(message);
  }
  poller.start();
  person.look();
  part("text").focus();
} else {
  // Another tab may have signed in, or this browser hours ago.
  signin.renew().then(
    (fresh) => (fresh ? location.reload() : refused(401)),
    () => refused(401),
  );
}
