/** The platform's API with a private key. Knows no page. */

const PATIENCE_MS = 60_000; // a test asks three services, a sample is made while we wait: 20 s at most each

/** What went wrong: a stable `code`, the server's sentence, and the HTTP status (0: there was no answer). */
export class ApiError extends Error {
  /** @param {string} code  @param {string} [message]  @param {number} [status] */
  constructor(code, message = "", status = 0) {
    super(message || code);
    this.code = code;
    this.status = status;
  }
}

export class Api {
  #key;

  /** @param {string} key a private key */
  constructor(key) {
    this.#key = key;
  }

  /** @param {string} path */
  get(path) {
    return this.#json("GET", path);
  }

  /** @param {string} path  @param {object} [body] */
  post(path, body) {
    return this.#json("POST", path, body);
  }

  /** @param {string} path  @param {object} body */
  patch(path, body) {
    return this.#json("PATCH", path, body);
  }

  /** @param {string} path */
  delete(path) {
    return this.#json("DELETE", path);
  }

  /** A file. @param {string} path  @param {AbortSignal} signal  @returns {Promise<Blob>} */
  async blob(path, signal) {
    return (await this.#ask("GET", path, undefined, signal)).blob();
  }

  /** @param {string} method  @param {string} path  @param {object} [body]  @returns {Promise<any>} */
  async #json(method, path, body) {
    return (await this.#ask(method, path, body)).json();
  }

  /**
   * @param {string} method  @param {string} path  @param {object} [body]  @param {AbortSignal} [signal]
   * @throws {ApiError} server_gone, server_slow, or the server's own code; an AbortError when `signal` says so
   */
  async #ask(method, path, body, signal) {
    const headers = { Authorization: `Bearer ${this.#key}`, ...(body && { "Content-Type": "application/json" }) };
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const signals = signal ? AbortSignal.any([signal, patience]) : patience;
    let response;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: signals });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(patience.aborted ? "server_slow" : "server_gone");
    }
    if (response.ok) return response;
    const answer = await response.json().catch(() => ({}));
    const message = Array.isArray(answer.message) ? answer.message.join(" ") : answer.message;
    throw new ApiError(answer.code ?? `http_${response.status}`, message, response.status);
  }
}
