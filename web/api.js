// Every call to the server, and the one error they all raise.

import { spoken } from "./words.js";

const PATIENCE_MS = 30_000; // the gateway gives up after 29 s, so nothing can come later
const FORBIDDEN = new Set(["host", "content-length"]); // the browser sets these itself and complains if we do

/** A call that failed. Status 0: no answer came, so nobody knows whether the server acted. */
export class ApiError extends Error {
  constructor(status, code = "", message = "", retryAfter = 0) {
    super(message || code || String(status));
    Object.assign(this, { status, code, detail: message, retryAfter });
  }
}

export class Api {
  /** `renew()` promises the session that goes on for this one, or null. */
  constructor(session, { renew }) {
    Object.assign(this, { session, renew });
  }

  messages(after) {
    return this.#call(`api/messages?after=${encodeURIComponent(after)}`);
  }

  tools(locale) {
    return this.#call(`api/tools?locale=${encodeURIComponent(locale)}`);
  }

  me() {
    return this.#call(`api/me?locale=${spoken()}`);
  }

  /** Hand in a message. Safe to repeat: the server knows a message by its id. */
  send({ id, text, attachments, locale }) {
    return this.#call("../webhook/web/main", { id, text, attachments, locale });
  }

  /** Upload one file and promise its key. `onProgress` gets the share done, 0 to 1. */
  async upload(file, { onProgress, signal }) {
    const media_type = file.type || "application/octet-stream";
    const ticket = await this.#call("api/uploads", { name: file.name, media_type, size: file.size });
    await put(ticket, file, { onProgress, signal });
    return { key: ticket.key, name: file.name, media_type, size: file.size };
  }

  async #call(path, body) {
    // Early, while the old token still holds: so nothing is lost when it cannot be had just now.
    if (Date.now() >= this.session?.renewAt) await this.#renew().catch(() => false);
    const says = () => ask(path, body, { Authorization: `Bearer ${this.session?.token}` });
    try {
      return await says();
    } catch (error) {
      if (error.status !== 401 || !(await this.#renew())) throw error;
      return says();
    }
  }

  /** Whether there is another session. */
  async #renew() {
    const fresh = await this.renew();
    if (fresh) this.session = fresh;
    else if (this.session) this.session.renewAt = Infinity;
    return Boolean(fresh);
  }
}

/** One question to our server. Cookies go to /signin only, where the browser keeps them for. */
export async function ask(path, body, headers = {}) {
  if (body) headers["Content-Type"] = "application/json";
  let response, text;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    text = await response.text();
  } catch {
    throw new ApiError(0, "lost");
  }
  const answer = parse(text);
  if (!response.ok) {
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    throw new ApiError(response.status, answer?.error?.code, answer?.error?.message, retryAfter);
  }
  // A cut-off body on a 200 is a lost connection in disguise.
  if (answer === null) throw new ApiError(0, "lost");
  return answer;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** XMLHttpRequest, not fetch: only it tells how much of an upload has gone out. */
function put({ url, headers }, file, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", new URL(url, document.baseURI));
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (!FORBIDDEN.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total) onProgress(event.loaded / event.total);
    };
    request.onload = () => (request.status < 300 ? resolve() : reject(new ApiError(request.status, "upload")));
    request.onerror = () => reject(new ApiError(0, "lost"));
    request.onabort = () => reject(new ApiError(0, "cancelled"));
    if (signal.aborted) return reject(new ApiError(0, "cancelled"));
    signal.addEventListener("abort", () => request.abort());
    // A slice without a type: the browser would add its own Content-Type, which the signed address refuses.
    request.send(file.slice(0, file.size, ""));
  });
}
