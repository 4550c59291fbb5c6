/** Microphone → PCM16 mono at 16 kHz in frames of 20 ms, each with its level. Posts `{pcm, level}`. */

import { Resampler, rms, toPcm16 } from "../src/resample.js";

const RATE = 16000;
const FRAME = RATE / 50;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, RATE);
    this.frame = new Float32Array(FRAME);
    this.filled = 0;
    this.muted = false;
    this.port.onmessage = ({ data }) => (this.muted = data.muted);
  }

  /** @param {Float32Array[][]} inputs */
  process([input]) {
    if (input.length) this.#push(this.resampler.push(input[0]));
    return true;
  }

  /** @param {Float32Array} samples */
  #push(samples) {
    for (let from = 0; from < samples.length; ) {
      const part = samples.subarray(from, from + FRAME - this.filled);
      this.frame.set(part, this.filled);
      this.filled += part.length;
      from += part.length;
      if (this.filled === FRAME) this.#post();
    }
  }

  #post() {
    if (this.muted) this.frame.fill(0);
    const pcm = toPcm16(this.frame).buffer;
    this.port.postMessage({ pcm, level: rms(this.frame) }, [pcm]);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);
