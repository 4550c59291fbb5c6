/**
 * PCM16 mono at 16 kHz → loudspeaker. Takes `{pcm}` and `{clear: true}`; posts `{type: "sounding"}` when the
 * first audible sample is on its way, `{type: "quiet", underruns}` when there is nothing more, and
 * `{type: "cleared", droppedMs}`.
 */

import { JitterBuffer } from "../src/jitter.js";
import { Resampler, fromPcm16 } from "../src/resample.js";

const RATE = 16000;
const AUDIBLE = 0.001; // −60 dBFS

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(RATE, sampleRate);
    this.buffer = new JitterBuffer(sampleRate);
    this.sounding = false;
    this.port.onmessage = ({ data }) => (data.clear ? this.#clear() : this.#push(data.pcm));
  }

  /** @param {unknown} _inputs  @param {Float32Array[][]} outputs */
  process(_inputs, [output]) {
    const count = this.buffer.read(output[0]);
    for (let i = 1; i < output.length; i++) output[i].set(output[0]);
    if (!this.sounding && count && output[0].some((x) => Math.abs(x) > AUDIBLE)) {
      this.sounding = true;
      this.port.postMessage({ type: "sounding" });
    } else if (this.sounding && !this.buffer.playing) {
      this.sounding = false;
      this.port.postMessage({ type: "quiet", underruns: this.buffer.underruns });
    }
    return true;
  }

  /** @param {ArrayBuffer} pcm */
  #push(pcm) {
    this.buffer.push(this.resampler.push(fromPcm16(pcm)).slice());
  }

  #clear() {
    this.resampler = new Resampler(RATE, sampleRate);
    const dropped = this.buffer.clear();
    this.port.postMessage({ type: "cleared", droppedMs: Math.round((dropped / sampleRate) * 1000) });
  }
}

registerProcessor("playback", Playback);
