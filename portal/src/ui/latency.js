/** Response time per turn as a waterfall: each bar is what the person waited, cut where the time went. */

import { onLanguage, t } from "../i18n.js";
import { $, make } from "./dom.js";

/** @typedef {import("../timing.js").TurnTiming} TurnTiming */

const SCALE_MS = 1500; // the axis is at least this long, so that quick answers look quick

/** @type {TurnTiming[]} */
let turns = [];

/** Start anew. */
export function clearTurns() {
  turns = [];
  draw();
}

/** @param {TurnTiming} turn a new one, or one that is known better now */
export function showTurn(turn) {
  turns = [...turns.filter(({ number }) => number !== turn.number), turn].sort((a, b) => a.number - b.number);
  draw();
}

/** The median of the spoken turns, or of the typed ones if nobody spoke. @returns {number | null} ms */
export function medianTurn() {
  const spoken = turns.filter((turn) => !turn.typed);
  const sorted = (spoken.length ? spoken : turns).map((turn) => turn.totalMs).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}

function draw() {
  const longest = Math.max(SCALE_MS, ...turns.map((turn) => turn.totalMs));
  $("latency").dataset.empty = String(!turns.length);
  $("turns").replaceChildren(...turns.map((turn) => row(turn, longest)));
}

/** @param {TurnTiming} turn  @param {number} longest */
function row(turn, longest) {
  const title = t(turn.typed ? "turn_typed" : "turn", { n: turn.number });
  const head = make("div", "turn-head", make("span", "", title), make("b", "", t("ms", { n: turn.totalMs })));
  const bar = make("div", "bar");
  bar.setAttribute("aria-hidden", "true"); // the list below says the same in words
  const parts = make("ul", "parts");
  for (const { name, ms } of turn.segments.filter((part) => part.ms)) {
    const words = t(name === "listen" && turn.typed ? "segment_listen_typed" : `segment_${name}`);
    const piece = make("i", name);
    piece.style.width = `${(ms / longest) * 100}%`;
    piece.title = `${words} ${t("ms", { n: ms })}`;
    bar.append(piece);
    parts.append(make("li", name, words, make("b", "", t("ms", { n: ms }))));
  }
  return make("li", "turn", head, bar, parts);
}

onLanguage(draw);
