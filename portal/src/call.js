/**
 * One call, without a page around it: REST to create it, a WebSocket to have it.
 *
 * Binary frames are the agent's sound (PCM16 mono, 16 kHz), text frames Vapi's client messages. Everything is
 * told to listeners of `on`; nothing here knows the DOM.
 */

/**
 * @typedef {{type: string, [field: string]: any}} Message
 * @typedef {{endedReason: string, durationMs: number}} Ended
 * @typedef {"open" | "message" | "sound" | "clear" | "error" | "ended"} EventName
 */

/** What a page that shows a conversation wants to be told, whatever the assistant tells others. */
export const CLIENT_MESSAGES = [
  "transcript",
  "voice-input",
  "model-output",
  "speech-update",
  "status-update",
  "user-interrupted",
];

const CHOKED_BYTES = 64_000; // 2 s of sound: a line that cannot carry it will not catch up
const PATIENCE_MS = 8000; // until the socket stands
const GOODBYE_MS = 2000; // for the server to close a call we have hung up

/** What went wrong: a stable `code`, and the server's sentence if it was the server who said so. */
export class CallError extends Error {
  /** @param {string} code  @param {string} [message]  @param {number} [status] of the HTTP answer */
  constructor(code, message = "", status = 0) {
    super(message || code);
    this.code = code;
    this.status = status;
  }
}

/**
 * Create a web call.
 * @param {{key: string, assistantId: string, base?: string, overrides?: object}} wish a public key, and whom to talk to
 * @returns {Promise<{id: string, webCallUrl: string}>}
 * @throws {CallError} server_gone, or the server's own code
 */
export async function createWebCall({ key, assistantId, base = "", overrides = {} }) {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ assistantId, assistantOverrides: { clientMessages: CLIENT_MESSAGES, ...overrides } });
  let response;
  try {
    response = await fetch(`${base}/v1/calls/web`, { method: "POST", headers, body });
  } catch {
    throw new CallError("server_gone");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const message = Array.isArray(answer.message) ? answer.message.join(" ") : answer.message;
    throw new CallError(answer.code ?? `http_${response.status}`, message, response.status);
  }
  return answer;
}

/** A live call over its WebSocket. */
export class Call {
  /** @param {string} url the call's webCallUrl */
  constructor(url) {
    /** @type {Map<EventName, Set<(value: any) => void>>} */
    this.listeners = new Map();
    this.opened = 0;
    this.endedReason = "";
    this.hungUp = false;
    this.over = false;
    /** @type {CallError | null} */
    this.refusal = null;
    this.socket = new WebSocket(url);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.#open();
    this.socket.onmessage = ({ data }) => this.#receive(data);
    this.socket.onclose = ({ code }) => this.#closed(code);
    this.patience = setTimeout(() => this.socket.close(), PATIENCE_MS);
  }

  /**
   * `open`, `message` (Message), `sound` (ArrayBuffer), `clear` (drop queued sound now), `error` (CallError),
   * `ended` (Ended), which comes exactly once and last.
   * @param {EventName} name  @param {(value: any) => void} listener  @returns {this}
   */
  on(name, listener) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name)?.add(listener);
    return this;
  }

  /** The caller's sound. @param {ArrayBuffer} pcm PCM16 mono at 16 kHz, 20 ms or any whole samples */
  hear(pcm) {
    if (this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < CHOKED_BYTES) this.socket.send(pcm);
  }

  /** Words instead of sound. @param {string} text */
  type(text) {
    this.send({ type: "text", text });
  }

  /** Any of the server's inbound messages. @param {Message} message */
  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** End the call as the person who called. */
  hangUp() {
    if (this.hungUp || this.over) return;
    this.hungUp = true;
    if (this.socket.readyState !== WebSocket.OPEN) return this.socket.close();
    this.send({ type: "hangup" });
    setTimeout(() => this.socket.close(), GOODBYE_MS);
  }

  #open() {
    clearTimeout(this.patience);
    this.opened = performance.now();
    this.#tell("open");
  }

  /** @param {ArrayBuffer | string} data */
  #receive(data) {
    if (typeof data !== "string") return this.#tell("sound", data);
    const message = JSON.parse(data);
    if (message.type === "clear") return this.#tell("clear");
    if (message.type === "error") return this.#refused(new CallError(message.code, message.message));
    if (message.type === "status-update" && message.status === "ended") this.endedReason = message.endedReason;
    this.#tell("message", message);
  }

  /** @param {CallError} error */
  #refused(error) {
    this.refusal = error;
    this.#tell("error", error);
  }

  /** @param {number} code of the close frame; 1006 when there was none */
  #closed(code) {
    clearTimeout(this.patience);
    if (this.over) return;
    this.over = true;
    const lost = !this.endedReason && !this.hungUp;
    if (lost && !this.refusal) this.#tell("error", new CallError(this.opened ? "connection_lost" : "socket_refused"));
    const endedReason = this.endedReason || (this.hungUp ? "customer-ended-call" : `socket-closed-${code}`);
    this.#tell("ended", { endedReason, durationMs: this.opened ? performance.now() - this.opened : 0 });
  }

  /** @param {EventName} name  @param {any} [value] */
  #tell(name, value) {
    this.listeners.get(name)?.forEach((listener) => listener(value));
  }
}
