// Who the page's person is, what they may use, and what waits in their conversation.

import { el } from "./dom.js";
import { clock, sentences, word } from "./words.js";
import { browserZone, sameClocks } from "./zone.js";

export class Person {
  #facts = null;

  /** `line` says in one sentence that the times are another zone's; `onSay(text)` sends a message, `onLeave()` signs out. */
  constructor({ panel, api, catalogue, line }, { onSay, onLeave }) {
    Object.assign(this, { panel, api, catalogue, line, onSay, onLeave });
  }

  /** Ask who it is; what cannot be had is not shown. */
  async look() {
    this.#facts = await this.api.me().catch(() => this.#facts);
    this.showZone();
  }

  showZone() {
    const differs = this.#facts && !sameClocks(this.#facts.timezone, browserZone());
    this.line.hidden = !differs;
    if (!differs) return;
    const said = word("zone", { zone: this.#facts.timezone, browser: browserZone() });
    this.line.replaceChildren(said, " ", el("button", { type: "button", class: "link", onclick: () => this.open() }, word("zoneHow")));
  }

  async open() {
    const [tools] = await Promise.all([this.catalogue.tools(), this.look()]);
    const facts = this.#facts;
    if (!facts) return this.panel.show(word("me"), el("p", {}, word("lost")));
    this.panel.show(word("me"), this.#who(facts), this.#waiting(facts), this.#allowed(tools), this.api.session?.signedIn && this.#leave());
  }

  #who({ name, role, timezone, own = [] }) {
    const terms = [[word("name"), name || word("nobody")], [word("role"), word(role ? `role_${role}` : "nobody")], [word("timezone"), timezone], ...(own.length ? [[word("ownAccounts"), own.join(", ")]] : [])];
    const list = el("dl", {}, ...terms.flatMap(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]));
    if (sameClocks(timezone, browserZone())) return list;
    const says = `/timezone ${browserZone()}`;
    const press = () => {
      this.panel.close();
      this.line.hidden = true;
      this.onSay(says);
    };
    return el("section", {}, list, el("button", { type: "button", class: "text-button", title: says, onclick: press }, word("zoneMend", { browser: browserZone() })));
  }

  #leave() {
    return el("section", {}, el("button", { type: "button", class: "text-button", onclick: this.onLeave }, word("signOut")));
  }

  #waiting({ stopped, everywhere, calls, more }) {
    const state = everywhere ? "stoppedEverywhere" : stopped ? "stoppedHere" : calls.length ? "goingOn" : "nothingWaits";
    const says = stopped ? "/resume" : "/stop";
    const press = () => {
      this.panel.close();
      this.onSay(says);
    };
    const items = calls.map((call) => el("li", {}, el("code", {}, `${call.tool} ${call.operation}`), ` ${call.summary} · ${this.#state(call, stopped)} · ${clock(call.at * 1_000)}`));
    return el(
      "section",
      {},
      el("h3", {}, word("waitingHere")),
      el("p", { role: "status" }, word(state)),
      el("ul", {}, ...items),
      more > 0 && el("p", {}, word("moreWait", { n: more })),
      !everywhere && el("button", { type: "button", class: "text-button", title: says, onclick: press }, word(stopped ? "resume" : "stop")),
    );
  }

  #state({ began }, stopped) {
    return word(began ? "callRuns" : stopped ? "callStopped" : "callWaits");
  }

  #allowed(tools) {
    const mine = tools.map(({ name, operations }) => [name, operations.filter(({ refusal }) => !refusal).map((each) => each.name)]);
    const items = mine.filter(([, names]) => names.length).map(([name, names]) => el("li", {}, el("code", {}, name), " ", names.join(", ")));
    return el("section", {}, el("h3", {}, word("mayUse")), el("ul", {}, ...items), items.length === 0 && el("p", {}, sentences(word("mayNothing"))));
  }
}
