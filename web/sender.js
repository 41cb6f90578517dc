// Hands messages to the server one after the other and repeats what got lost, always under the same id.

const RETRY_MS = [500, 1_500, 4_000]; // then the person decides

export class Sender {
  #queue = Promise.resolve();

  constructor({ api, conversation, onChange, onRefused }) {
    Object.assign(this, { api, conversation, onChange, onRefused });
  }

  /** One at a time, because a "yes" must not overtake the message it belongs to. `says` has its code, if any. */
  send(message, says = message.text) {
    this.#mark(message, { state: "sending", attempt: 0, failure: null });
    this.#queue = this.#queue.then(() => this.#deliver(message, says));
  }

  /** What is left of a message whose code is gone: it cannot go out again. */
  giveUp(message) {
    this.#mark(message, { state: "failed", failure: { status: 0, code: "code" } });
  }

  async #deliver(message, says) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.api.send({ ...message, text: says });
        return this.#mark(message, { state: "sent", sentAt: Date.now() });
      } catch (error) {
        // The request may have arrived although its answer did not: then what the server has of it is proof enough.
        if (message.kept || this.conversation.answersTo(message.id).length) return this.#mark(message, { state: "sent" });
        if (error.status !== 0 || attempt === RETRY_MS.length) return this.#refuse(message, error);
        this.#mark(message, { attempt: attempt + 1 });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[attempt]));
      }
    }
  }

  #refuse(message, { status, code = "", detail = "" }) {
    this.#mark(message, { state: "failed", failure: { status, code, detail } });
    this.onRefused(status);
  }

  #mark(message, change) {
    Object.assign(message, change);
    this.conversation.keep(message);
    this.onChange(message);
  }
}
