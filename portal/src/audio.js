/** Microphone and loudspeaker of one call, in one AudioContext so that echo cancellation knows both. */

import { CallError } from "./call.js";

const WISH = {
  channelCount: 1,
  sampleRate: 16000,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const REFUSALS = {
  NotAllowedError: "microphone_denied",
  SecurityError: "microphone_denied",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy",
};

/**
 * @typedef {object} Hooks
 * @property {(pcm: ArrayBuffer, level: number) => void} heard 20 ms of the caller, PCM16 at 16 kHz; level 0…1
 * @property {(atMs: number) => void} sounding the agent can be heard from `atMs` on (performance.now())
 * @property {() => void} quiet the agent's sound is over, for now
 * @property {(droppedMs: number) => void} cleared queued sound was dropped
 * @property {() => void} unplugged the microphone is gone
 */

export class Audio {
  /** Open both; must be called from a click. @param {Hooks} hooks  @throws {CallError} microphone_… */
  static async open(hooks) {
    const stream = await microphone();
    try {
      const audio = await Audio.loudspeakerOnly(hooks);
      audio.#listenTo(stream, hooks);
      return audio;
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      throw error;
    }
  }

  /** For a caller who types. @param {Hooks} hooks  @throws {CallError} audio_unavailable */
  static async loudspeakerOnly(hooks) {
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(new URL("../worklets/capture.js", import.meta.url));
      await context.audioWorklet.addModule(new URL("../worklets/playback.js", import.meta.url));
      await context.resume();
      return new Audio(context, hooks);
    } catch (error) {
      await context.close();
      throw new CallError("audio_unavailable", String(error));
    }
  }

  /** @param {AudioContext} context  @param {Hooks} hooks */
  constructor(context, hooks) {
    this.context = context;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.callerLevel = analyser(context);
    this.agentLevel = analyser(context);
    this.capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
    this.playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
    this.playback.connect(this.agentLevel).connect(context.destination);
    this.playback.port.onmessage = ({ data }) => this.#tell(data, hooks);
  }

  /** @param {MediaStream} stream  @param {Hooks} hooks */
  #listenTo(stream, hooks) {
    this.stream = stream;
    const source = this.context.createMediaStreamSource(stream);
    source.connect(this.capture);
    source.connect(this.callerLevel);
    this.capture.port.onmessage = ({ data }) => hooks.heard(data.pcm, data.level);
    stream.getAudioTracks()[0].onended = hooks.unplugged;
  }

  /** The agent's sound. @param {ArrayBuffer} pcm PCM16 at 16 kHz */
  play(pcm) {
    this.playback.port.postMessage({ pcm }, [pcm]);
  }

  /** Drop the agent's sound that has not been heard. */
  clear() {
    this.playback.port.postMessage({ clear: true });
  }

  /** @param {boolean} muted the caller is silent, not absent */
  mute(muted) {
    this.capture.port.postMessage({ muted });
  }

  async close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.context.state !== "closed") await this.context.close();
  }

  /** @param {any} data  @param {Hooks} hooks */
  #tell(data, hooks) {
    const latency = (this.context.outputLatency || this.context.baseLatency || 0) * 1000;
    if (data.type === "sounding") hooks.sounding(performance.now() + latency);
    else if (data.type === "quiet") hooks.quiet();
    else hooks.cleared(data.droppedMs);
  }
}

/** How loud it is just now. @param {AnalyserNode} node  @returns {number} root mean square, 0…1 */
export function level(node) {
  const samples = new Float32Array(node.fftSize);
  node.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

/** @returns {Promise<MediaStream>} */
async function microphone() {
  if (!navigator.mediaDevices) throw new CallError(isSecureContext ? "audio_unavailable" : "page_insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: WISH });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    throw new CallError(REFUSALS[/** @type {keyof typeof REFUSALS} */ (name)] ?? "microphone_failed", String(error));
  }
}

/** @param {AudioContext} context */
function analyser(context) {
  const node = context.createAnalyser();
  node.fftSize = 1024;
  return node;
}
