/**
 * Where the waiting time of a turn went, as this browser saw it. Pure: moments in ms come in, turns come out.
 *
 * Each segment begins where the one before ended, so that they add up to what the person waited: from their
 * last voiced sound (or from pressing Enter) to the first audible sample of the answer.
 */

/** @typedef {{name: "listen" | "think" | "voice" | "play", ms: number}} Segment */
/** @typedef {{number: number, typed: boolean, totalMs: number, segments: Segment[]}} TurnTiming */

const FLOOR_RISE = 1.002; // per 20 ms: the estimate of the room's noise recovers within seconds
const ABOVE_FLOOR = 4; // times: 12 dB
const FAINTEST = 0.006; // −44 dBFS: softer than any voice into a microphone

/** When was the caller last heard? */
export class Voice {
  constructor() {
    this.floor = 0.003;
    this.lastAt = 0;
  }

  /** @param {number} level 0…1 of 20 ms  @param {number} at ms when it had been heard */
  hear(level, at) {
    this.floor = Math.max(0.0005, Math.min(level, this.floor * FLOOR_RISE));
    if (level > Math.max(FAINTEST, this.floor * ABOVE_FLOOR)) this.lastAt = at;
  }
}

export class TurnTimer {
  constructor() {
    this.count = 0;
    /** @type {{typed: boolean, began: number, marks: number[]} | null} */
    this.open = null;
  }

  /** The server has taken the turn. @param {number} began ms the caller's end  @param {number} at ms  @param {boolean} typed */
  turn(began, at, typed) {
    this.open = began ? { typed, began, marks: [Math.max(began, at)] } : null;
  }

  /** The first words of the answer are known. @param {number} at */
  words(at) {
    this.#mark(1, at);
  }

  /** The first sound of the answer has arrived. @param {number} at */
  arrived(at) {
    this.#mark(1, at);
    this.#mark(2, at);
  }

  /** The answer can be heard. @param {number} at  @returns {TurnTiming | null} the finished turn, once */
  sounded(at) {
    const turn = this.open;
    if (!turn || turn.marks.length < 3) return null;
    this.#mark(3, at);
    this.open = null;
    this.count += 1;
    return { number: this.count, typed: turn.typed, ...telescope(turn.began, turn.marks) };
  }

  /** @param {number} place  @param {number} at */
  #mark(place, at) {
    if (this.open?.marks.length === place) this.open.marks.push(Math.max(at, this.open.marks[place - 1]));
  }
}

const NAMES = /** @type {const} */ (["listen", "think", "voice", "play"]);

/** @param {number} began  @param {number[]} marks */
function telescope(began, marks) {
  const moments = [began, ...marks].map(Math.round);
  const segments = NAMES.map((name, i) => ({ name, ms: moments[i + 1] - moments[i] }));
  return { totalMs: moments[4] - moments[0], segments };
}
