/** Changing the sample rate of a live stream: a windowed sinc cut into phases. Pure; runs in worklets. */

const HALF = 16; // taps on each side, in samples of the slower rate: 1 ms at 16 kHz
const PASS = 0.92; // of the slower rate's band

/** Mono sound at one rate in, the same sound at another out, piece by piece. */
export class Resampler {
  /** @param {number} from Hz  @param {number} to Hz */
  constructor(from, to) {
    const divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    this.half = Math.ceil(HALF * Math.max(1, from / to));
    this.cut = Math.min(1, to / from) * PASS;
    /** @type {Float32Array[]} */
    this.phases = [];
    this.held = new Float32Array(this.half - 1);
    this.at = this.half - 1; // the next output lies between held[at] and held[at + 1]
    this.phase = 0;
  }

  /** @param {Float32Array} samples  @returns {Float32Array} what can be said so far */
  push(samples) {
    if (this.up === this.down) return samples;
    const input = new Float32Array(this.held.length + samples.length);
    input.set(this.held);
    input.set(samples, this.held.length);
    const output = new Float32Array(Math.ceil(((samples.length + 1) * this.up) / this.down) + 1);
    let count = 0;
    while (this.at + this.half < input.length) {
      output[count++] = this.#sample(input);
      this.phase += this.down;
      this.at += Math.floor(this.phase / this.up);
      this.phase %= this.up;
    }
    const used = Math.min(this.at - this.half + 1, input.length);
    this.held = input.slice(used);
    this.at -= used;
    return output.subarray(0, count);
  }

  /** @param {Float32Array} input */
  #sample(input) {
    const taps = (this.phases[this.phase] ??= this.#taps(this.phase / this.up));
    const first = this.at - this.half + 1;
    let sum = 0;
    for (let i = 0; i < taps.length; i++) sum += taps[i] * input[first + i];
    return sum;
  }

  /** @param {number} fraction of an input sample */
  #taps(fraction) {
    const taps = new Float32Array(2 * this.half);
    let sum = 0;
    for (let i = 0; i < taps.length; i++) {
      const x = i - (this.half - 1) - fraction;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (this.half + 1));
      taps[i] = sinc(this.cut * x) * window;
      sum += taps[i];
    }
    return taps.map((tap) => tap / sum);
  }
}

/** @param {Float32Array} samples −1…1  @returns {Int16Array} */
export function toPcm16(samples) {
  return Int16Array.from(samples, (x) => Math.round(Math.max(-1, Math.min(1, x)) * 32767));
}

/** @param {ArrayBuffer} pcm little-endian, as every browser's machine is  @returns {Float32Array} */
export function fromPcm16(pcm) {
  return Float32Array.from(new Int16Array(pcm, 0, pcm.byteLength >> 1), (x) => x / 32768);
}

/** @param {Float32Array} samples  @returns {number} root mean square, 0…1 */
export function rms(samples) {
  let sum = 0;
  for (const x of samples) sum += x * x;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

/** @param {number} x */
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param {number} a  @param {number} b  @returns {number} */
function gcd(a, b) {
  return b ? gcd(b, a % b) : a;
}
