/**
 * Where the waiting time of a turn went. Pure: moments in ms come in, turns come out.
 *
 * The browser measures what the person waited: from their last voiced sound (or from pressing Enter) to the first
 * audible sample of the answer. Once the server has told its own segments they stand in the browser's stead; what
 * they leave is the way there and back. Either way they add up to the whole.
 */

/**
 * @typedef {{name: "listen" | "stt" | "think" | "clause" | "voice" | "play" | "way", ms: number}} Segment
 * @typedef {{number: number, turnId: string, typed: boolean, totalMs: number, segments: Segment[]}} TurnTiming
 */

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
    /** @type {TurnTiming[]} */
    this.turns = [];
    /** @type {{typed: boolean, began: number, marks: number[], turnId: string} | null} */
    this.open = null;
  }

  /** The server has taken the turn. @param {number} began ms the caller's end  @param {number} at ms  @param {boolean} typed */
  turn(began, at, typed) {
    this.open = began ? { typed, began, marks: [Math.max(began, at)], turnId: "" } : null;
  }

  /** The first words of the answer are known. @param {number} at  @param {string} turnId */
  words(at, turnId) {
    if (this.open) this.open.turnId ||= turnId;
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
    const { typed, turnId } = turn;
    const timing = { number: this.turns.length + 1, turnId, typed, ...telescope(turn.began, turn.marks) };
    this.turns.push(timing);
    return timing;
  }

  /**
   * The server's own segments of an answered turn.
   * @param {string} turnId  @param {Record<string, number>} segments ms  @returns {TurnTiming | null}
   */
  measured(turnId, segments) {
    const turn = this.turns.find((one) => one.turnId === turnId);
    const inside = SERVER.map(([name, key]) => ({ name, ms: segments[key] ?? 0 }));
    const sum = inside.reduce((all, { ms }) => all + ms, 0);
    if (!turn || turn.typed || !sum) return null;
    turn.totalMs = Math.max(turn.totalMs, sum);
    turn.segments = [...inside, { name: "way", ms: turn.totalMs - sum }];
    return turn;
  }

  /** @param {number} place  @param {number} at */
  #mark(place, at) {
    if (this.open?.marks.length === place) this.open.marks.push(Math.max(at, this.open.marks[place - 1]));
  }
}

const SERVER = /** @type {const} */ ([
  ["listen", "endpointingMs"],
  ["stt", "sttMs"],
  ["think", "thinkMs"],
  ["clause", "clauseMs"],
  ["voice", "ttsMs"],
  ["play", "playoutMs"],
]);
const NAMES = /** @type {const} */ (["listen", "think", "voice", "play"]);

/** @param {number} began  @param {number[]} marks */
function telescope(began, marks) {
  const moments = [began, ...marks].map(Math.round);
  const segments = NAMES.map((name, i) => ({ name, ms: moments[i + 1] - moments[i] }));
  return { totalMs: moments[4] - moments[0], segments };
}
