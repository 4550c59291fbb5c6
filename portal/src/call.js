/**
 * One call, without a page around it: REST to create it, a WebSocket to have it.
 *
 * Binary frames are the agent's sound (PCM16 mono, 16 kHz), text frames Vapi's client messages. A connection that
 * breaks is opened again at the same URL, for as long as the server waits. Everything is told to listeners of
 * `on`; nothing here knows the DOM.
 */

/**
 * @typedef {{type: string, [field: string]: any}} Message
 * @typedef {{endedReason: string, durationMs: number}} Ended
 * @typedef {"open" | "lost" | "back" | "message" | "sound" | "clear" | "error" | "ended"} EventName
 */

/** What a page that shows a conversation wants to be told, whatever the assistant tells others. */
export const CLIENT_MESSAGES = [
  "transcript",
  "voice-input",
  "model-output",
  "speech-update",
  "status-update",
  "user-interrupted",
  "turn-metrics",
];

const CHOKED_BYTES = 64_000; // 2 s of sound: a line that cannot carry it will not catch up
const DEAD_MS = 3000; // a line choked for so long is broken, though nobody has said so
const PATIENCE_MS = 8000; // until the socket stands
const GOODBYE_MS = 2000; // for the server to close a call we have hung up
const BACK_WITHIN_MS = 30_000; // the server keeps a call for so long
const NOTICED_MS = 2000; // until the server has noticed that a dead line is silent
const PAUSES_MS = [200, 500, 1000, NOTICED_MS]; // between attempts to come back; the last one again and again
const COMING_BACK = 4000; // close code that is no goodbye
const MEANT = new Set([1000, 1008, 1009]); // close codes of a server that does not want us back

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

/** A live call over its WebSocket, or over several, one after the other. */
export class Call {
  /** @param {string} url the call's webCallUrl */
  constructor(url) {
    this.url = url;
    /** @type {Map<EventName, Set<(value: any) => void>>} */
    this.listeners = new Map();
    this.opened = 0;
    this.live = false; // the conversation has begun: the server keeps it when the connection breaks
    this.lostAt = 0;
    this.attempts = 0;
    this.chokedAt = 0;
    this.endedReason = "";
    this.hungUp = false;
    this.over = false;
    /** @type {CallError | null} */
    this.refusal = null;
    this.#dial();
  }

  /**
   * `open`, `lost` (the connection broke; we try to come back), `back`, `message` (Message), `sound` (ArrayBuffer),
   * `clear` (drop queued sound now), `error` (CallError), `ended` (Ended), which comes exactly once and last.
   * @param {EventName} name  @param {(value: any) => void} listener  @returns {this}
   */
  on(name, listener) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name)?.add(listener);
    return this;
  }

  /** The caller's sound. @param {ArrayBuffer} pcm PCM16 mono at 16 kHz, 20 ms or any whole samples */
  hear(pcm) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount < CHOKED_BYTES) {
      this.chokedAt = 0;
      return this.socket.send(pcm);
    }
    this.chokedAt ||= performance.now();
    if (performance.now() - this.chokedAt > DEAD_MS) this.drop();
  }

  /** Words instead of sound. @param {string} text */
  type(text) {
    this.send({ type: "text", text });
  }

  /** @param {boolean} held nobody is heard until it goes on */
  hold(held) {
    this.send({ type: "control", control: held ? "hold" : "resume" });
  }

  /** Any of the server's inbound messages. @param {Message} message */
  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** End the call as the person who called. */
  hangUp() {
    if (this.hungUp || this.over) return;
    this.hungUp = true;
    if (this.socket.readyState === WebSocket.OPEN) {
      this.send({ type: "hangup" });
      setTimeout(() => this.socket.close(), GOODBYE_MS);
    } else if (this.lostAt) this.#end(1000);
    else this.socket.close();
  }

  /** The line is dead, whatever the socket believes: open another one. */
  drop() {
    if (!this.live || this.over || this.lostAt) return;
    this.#forget();
    this.attempts = PAUSES_MS.length;
    this.#closed(1006);
  }

  /** Try to come back now instead of in a moment: the network is there again. */
  retry() {
    const noticed = this.lostAt && performance.now() - this.lostAt > NOTICED_MS;
    if (noticed && this.socket.readyState !== WebSocket.CONNECTING) this.#dial();
  }

  #dial() {
    clearTimeout(this.pause);
    clearTimeout(this.patience);
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#open();
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
    this.patience = setTimeout(() => socket.close(), PATIENCE_MS);
    this.socket = socket;
  }

  #forget() {
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close(COMING_BACK);
  }

  #open() {
    clearTimeout(this.patience);
    this.chokedAt = 0;
    this.opened ||= performance.now();
    if (!this.lostAt) return this.#tell("open");
    this.lostAt = this.attempts = 0;
    this.#tell("back");
  }

  /** @param {ArrayBuffer | string} data */
  #receive(data) {
    if (typeof data !== "string") return this.#tell("sound", data);
    const message = JSON.parse(data);
    if (message.type === "clear") return this.#tell("clear");
    if (message.type === "error") return this.#refused(new CallError(message.code, message.message));
    if (message.type === "status-update") {
      this.live ||= message.status === "in-progress";
      if (message.status === "ended") this.endedReason = message.endedReason;
    }
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
    const lost = this.live && !this.endedReason && !this.hungUp && !MEANT.has(code);
    if (!lost || !this.#comeBack()) this.#end(code);
  }

  /** Whether there is still time to. */
  #comeBack() {
    const now = performance.now();
    if (!this.lostAt) {
      this.lostAt = now;
      this.#tell("lost");
    }
    const pause = PAUSES_MS[Math.min(this.attempts, PAUSES_MS.length - 1)];
    if (now + pause - this.lostAt > BACK_WITHIN_MS) return false;
    this.attempts += 1;
    this.pause = setTimeout(() => this.#dial(), pause);
    return true;
  }

  /** @param {number} code */
  #end(code) {
    this.over = true;
    clearTimeout(this.pause);
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
