/**
 * The agent's sound between the network and the loudspeaker. Pure: samples in, samples out.
 *
 * It begins with 40 ms in hand; the engine sends 80 ms ahead, so beginning costs no time. Every time the
 * network lets it run dry in mid-sentence it asks for 20 ms more, up to 200 ms.
 */

const FIRST_S = 0.04;
const STEP_S = 0.02;
const MOST_S = 0.2;
const GRACE_S = 0.06; // a tail shorter than the target is played when nothing follows for so long
const SAME_SENTENCE_S = 0.2; // running dry for less than this was the network's fault
const FADE_S = 0.005; // an interruption without a click
const LIMIT_S = 30; // a server that sends faster than real time for ever

export class JitterBuffer {
  /** @param {number} rate Hz of the samples */
  constructor(rate) {
    this.rate = rate;
    /** @type {Float32Array[]} */
    this.pieces = [];
    this.head = 0;
    this.buffered = 0;
    this.target = FIRST_S * rate;
    this.playing = false;
    this.sincePush = Infinity;
    this.sinceDry = Infinity;
    this.underruns = 0;
  }

  /** @param {Float32Array} samples */
  push(samples) {
    if (!samples.length || this.buffered > LIMIT_S * this.rate) return;
    if (!this.playing && this.sinceDry < SAME_SENTENCE_S * this.rate) {
      this.underruns += 1;
      this.target = Math.min(this.target + STEP_S * this.rate, MOST_S * this.rate);
    }
    this.sinceDry = Infinity;
    this.sincePush = 0;
    this.pieces.push(samples);
    this.buffered += samples.length;
  }

  /** Fill `out`, with silence where there is no sound. @param {Float32Array} out @returns {number} samples of sound */
  read(out) {
    out.fill(0);
    if (!this.playing && this.#ready()) this.playing = true;
    const count = this.playing ? this.#take(out) : 0;
    if (this.playing && this.buffered === 0) {
      this.playing = false;
      this.sinceDry = 0;
    }
    this.sincePush += out.length;
    this.sinceDry += out.length;
    return count;
  }

  /** Drop what waits, with a short fade. @returns {number} samples dropped */
  clear() {
    const fade = new Float32Array(Math.min(Math.round(FADE_S * this.rate), this.playing ? this.buffered : 0));
    const dropped = this.buffered - fade.length;
    this.#take(fade);
    fade.forEach((x, i) => (fade[i] = x * (1 - (i + 1) / fade.length)));
    this.pieces = fade.length ? [fade] : [];
    this.head = 0;
    this.buffered = fade.length;
    return dropped;
  }

  #ready() {
    const tail = this.buffered > 0 && this.sincePush >= GRACE_S * this.rate;
    return this.buffered >= this.target || tail;
  }

  /** @param {Float32Array} out */
  #take(out) {
    let count = 0;
    while (count < out.length && this.pieces.length) {
      const piece = this.pieces[0];
      const part = piece.subarray(this.head, this.head + out.length - count);
      out.set(part, count);
      count += part.length;
      this.head += part.length;
      if (this.head >= piece.length) {
        this.pieces.shift();
        this.head = 0;
      }
    }
    this.buffered -= count;
    return count;
  }
}
