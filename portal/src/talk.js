/** One conversation: the call, the sound and the clock put together, told to a view. No DOM in here. */

import { Audio, level } from "./audio.js";
import { Call, CallError, createWebCall } from "./call.js";
import { Conversation } from "./conversation.js";
import { TurnTimer, Voice } from "./timing.js";

/**
 * @typedef {object} View
 * @property {(state: string) => void} state connecting, waiting, listening, thinking, speaking, held, reconnecting, ended
 * @property {(lines: import("./conversation.js").Line[]) => void} lines that changed
 * @property {(turn: import("./timing.js").TurnTiming) => void} turn that has been answered, or better measured
 * @property {(error: CallError) => void} error
 * @property {(levels: () => {caller: number, agent: number}) => void} levels can be asked for from now on
 * @property {(finished: {id: string, durationMs: number, endedReason: string, text: string}) => void} ended
 */

export class TalkSession {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.conversation = new Conversation();
    this.timer = new TurnTimer();
    this.voice = new Voice();
    this.typedAt = 0;
    this.muted = false;
    this.held = false;
    this.place = 0; // in the queue; 0 = not waiting
    this.thinking = false;
    this.sounding = false;
    this.agentTurn = false;
    this.cancelled = false;
    this.clearedMs = 0;
    this.clears = 0;
    this.id = "";
    /** @type {Audio | null} */
    this.audio = null;
    /** @type {Call | null} */
    this.call = null;
  }

  /**
   * Sound first, so that a refused microphone costs no call.
   * @param {{key: string, assistantId: string}} wish  @param {boolean} typing without a microphone
   */
  async start(wish, typing) {
    this.view.state("connecting");
    try {
      this.audio = await (typing ? Audio.loudspeakerOnly(this.#hooks()) : Audio.open(this.#hooks()));
      const { id, webCallUrl } = await createWebCall(wish);
      this.id = id;
      if (this.cancelled) return await this.#giveUp();
      this.#connect(webCallUrl);
    } catch (error) {
      this.view.error(error instanceof CallError ? error : new CallError("other", String(error)));
      await this.#giveUp();
    }
  }

  /** @param {string} text */
  type(text) {
    this.typedAt = performance.now();
    this.view.lines(this.conversation.type(text));
    this.call?.type(text);
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    this.audio?.mute(muted);
  }

  /** @param {boolean} held nobody is heard until it goes on */
  hold(held) {
    this.call?.hold(held);
    this.#set({ held, thinking: false });
  }

  /** The network has gone, says the browser. */
  offline() {
    this.call?.drop();
  }

  /** The network is there again. */
  online() {
    this.call?.retry();
  }

  hangUp() {
    this.cancelled = true;
    this.call?.hangUp();
  }

  /** @param {string} url */
  #connect(url) {
    const audio = /** @type {Audio} */ (this.audio);
    this.call = new Call(url)
      .on("open", () => this.#show())
      .on("lost", () => this.#set({ thinking: false }))
      .on("back", () => this.#show())
      .on("message", (message) => this.#take(message))
      .on("sound", (pcm) => this.#play(pcm))
      .on("clear", () => this.#clear())
      .on("error", (error) => this.view.error(error))
      .on("ended", (ended) => this.#ended(ended));
    this.view.levels(() => ({ caller: this.muted ? 0 : level(audio.callerLevel), agent: level(audio.agentLevel) }));
  }

  /** @returns {import("./audio.js").Hooks} */
  #hooks() {
    return {
      heard: (pcm, loud) => {
        this.voice.hear(loud, performance.now());
        this.call?.hear(pcm);
      },
      sounding: (at) => this.#sounding(at),
      quiet: () => this.#set({ sounding: false }),
      cleared: (droppedMs) => (this.clearedMs += droppedMs),
      unplugged: () => this.view.error(new CallError("microphone_unplugged")),
    };
  }

  /** @param {import("./call.js").Message} message */
  #take(message) {
    const at = performance.now();
    if (message.type === "queue-update") this.#set({ place: message.position });
    if (message.type === "status-update") this.#set({ place: 0 });
    if (message.type === "voice-input") this.#turn(message.input, at);
    if (message.type === "model-output") this.timer.words(at, message.turnId);
    if (message.type === "turn-metrics") this.#measured(message);
    if (message.type === "speech-update" && message.role === "assistant") {
      this.#set({ agentTurn: message.status === "started", thinking: false });
    }
    this.view.lines(this.conversation.take(message));
  }

  /** @param {string} input  @param {number} at */
  #turn(input, at) {
    const typed = this.conversation.typed.includes(input);
    this.timer.turn(typed ? this.typedAt : this.voice.lastAt, at, typed);
    this.#set({ thinking: true });
  }

  /** @param {import("./call.js").Message} metrics */
  #measured({ turnId, segments }) {
    const turn = this.timer.measured(turnId, segments);
    if (turn) this.view.turn(turn);
  }

  /** @param {ArrayBuffer} pcm */
  #play(pcm) {
    this.timer.arrived(performance.now());
    this.audio?.play(pcm);
  }

  #clear() {
    this.clears += 1;
    this.audio?.clear();
  }

  /** @param {number} at ms */
  #sounding(at) {
    const turn = this.timer.sounded(at);
    if (turn) this.view.turn(turn);
    this.#set({ sounding: true, thinking: false });
  }

  /** @param {Partial<Pick<TalkSession, "thinking" | "sounding" | "agentTurn" | "held" | "place">>} change */
  #set(change) {
    Object.assign(this, change);
    this.#show();
  }

  #show() {
    if (!this.call || this.call.over || !this.call.opened) return;
    this.view.state(this.#standing());
  }

  #standing() {
    if (this.call?.lostAt) return "reconnecting";
    if (this.place) return "waiting";
    if (this.held) return "held";
    if (this.thinking) return "thinking";
    return this.sounding || this.agentTurn ? "speaking" : "listening";
  }

  async #giveUp() {
    await this.audio?.close();
    this.view.state("idle");
  }

  /** @param {import("./call.js").Ended} ended */
  async #ended(ended) {
    this.view.lines(this.conversation.end());
    this.view.state("ended");
    this.view.ended({ id: this.id, ...ended, text: this.conversation.toText() });
    await this.audio?.close();
  }
}
