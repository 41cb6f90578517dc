// Signing in, staying so and signing out. What renews a session is a cookie that no script can read.

import { ApiError, ask } from "./api.js";
import { dropSession, keepSession } from "./session.js";
import { word } from "./words.js";

export class Signin {
  #renewing = null;

  /** `onSession(session)` is told when somebody has signed in by the form. */
  constructor({ form, said, provider }, { onSession }) {
    Object.assign(this, { form, said, provider, onSession });
    provider.href = new URL("../signin/oidc", document.baseURI).href;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Go on by the cookie: another session, or null when there is none. Once for all who ask meanwhile. */
  renew() {
    this.#renewing ??= this.#renewed().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** The session is over, in all tabs; whatever happens, this one forgets it. */
  async end() {
    dropSession();
    await ask("../signin/out", {}).catch(() => null);
  }

  show(shown) {
    if (shown && this.form.hidden) this.#offer();
    this.form.hidden = !shown;
    if (!shown) this.said.textContent = "";
  }

  /** The other way in, where there is one. */
  async #offer() {
    const { oidc } = await ask("../signin/ways").catch(() => ({}));
    this.provider.hidden = !oidc;
    if (oidc) this.provider.textContent = word("signInBy", { provider: oidc });
  }

  async #renewed() {
    try {
      const { token } = await ask("../signin/renew", {});
      return keepSession(token);
    } catch (error) {
      if (error.status === 0 || error.status >= 500) throw new ApiError(0, "lost"); // it may still be there
      return null;
    }
  }

  async #submit() {
    const { person, password, code, enter } = this.form.elements;
    const typed = { person: person.value, password: password.value, code: code.value };
    enter.disabled = true;
    this.said.textContent = word("signingIn");
    code.value = ""; // it works once
    try {
      const { token } = await ask("../signin/session", typed);
      password.value = "";
      this.onSession(keepSession(token));
    } catch ({ status }) {
      this.said.textContent = word(status === 401 ? "signinFailed" : status ? "signinRefused" : "lost");
      code.focus();
    } finally {
      enter.disabled = false;
    }
  }
}
