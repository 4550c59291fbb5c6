/** The round thing that listens and speaks, and the trace of both voices below it. */

import { $ } from "./dom.js";

const HISTORY = 150; // columns of the trace
const COLUMN_MS = 80; // 12 s in all
const SOFT = 0.25; // how much of a new level is taken per picture
const QUIET = -52; // dBFS: the bottom of the meters
const LOUD = -14; // and their top

/** @typedef {() => {caller: number, agent: number}} Levels root mean squares, 0…1 */

/** @type {Levels | null} */
let source = null;
/** @type {{caller: number, agent: number}[]} */
let history = [];
const now = { caller: 0, agent: 0 };
let lastColumn = 0;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Show these levels until `stopOrb`. @param {Levels} levels */
export function startOrb(levels) {
  source = levels;
  history = [];
  requestAnimationFrame(step);
}

/** Nobody speaks any more; the trace stays. */
export function stopOrb() {
  source = null;
}

/** @param {number} at */
function step(at) {
  const loud = source ? source() : { caller: 0, agent: 0 };
  now.caller += (meter(loud.caller) - now.caller) * SOFT;
  now.agent += (meter(loud.agent) - now.agent) * SOFT;
  if (source && at - lastColumn >= COLUMN_MS) {
    lastColumn = at;
    history = [...history, { ...now }].slice(-HISTORY);
  }
  drawOrb(calm.matches ? 0 : at / 1000);
  drawTrace();
  if (source || now.caller + now.agent > 0.01) requestAnimationFrame(step);
}

/** 0…1 from a level, on a scale like the ear's. @param {number} level */
function meter(level) {
  const loudness = level ? (20 * Math.log10(level) - QUIET) / (LOUD - QUIET) : 0;
  return Math.max(0, Math.min(1, loudness));
}

/** @param {string} id  @returns {[CanvasRenderingContext2D, number, number]} in CSS pixels */
function surface(id) {
  const canvas = $(id);
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return [pen, width, height];
}

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param {number} time s */
function drawOrb(time) {
  const [pen, width, height] = surface("orb");
  const [x, y, size] = [width / 2, height / 2, Math.min(width, height) / 2];
  ring(pen, x, y, size * (0.66 + 0.22 * now.caller), size * 0.05 * now.caller, time * 1.3, 5);
  pen.strokeStyle = colour("--caller");
  pen.globalAlpha = 0.25 + 0.75 * now.caller;
  pen.lineWidth = 2;
  pen.stroke();
  for (const [part, alpha] of [
    [1, 0.16],
    [0.5, 0.3],
  ]) {
    ring(pen, x, y, size * (0.58 + 0.3 * now.agent * part), size * 0.07 * now.agent * part, -time * part, 4);
    pen.fillStyle = colour("--agent");
    pen.globalAlpha = alpha * (0.4 + now.agent);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/**
 * A circle with waves.
 * @param {CanvasRenderingContext2D} pen  @param {number} x  @param {number} y  @param {number} radius
 * @param {number} wave  @param {number} turn  @param {number} count
 */
function ring(pen, x, y, radius, wave, turn, count) {
  pen.beginPath();
  for (let i = 0; i <= 120; i++) {
    const angle = (i / 120) * 2 * Math.PI;
    const r = radius + wave * (Math.sin(count * angle + turn) + 0.5 * Math.sin((count + 2) * angle - 2 * turn));
    pen.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  pen.closePath();
}

function drawTrace() {
  const [pen, width, height] = surface("trace");
  const [column, middle] = [width / HISTORY, height / 2];
  pen.fillStyle = colour("--line");
  pen.fillRect(0, middle - 0.5, width, 1);
  history.forEach(({ caller, agent }, i) => {
    const x = width - (history.length - i) * column;
    const up = caller * (middle - 2);
    const down = agent * (middle - 2);
    pen.fillStyle = colour("--caller");
    pen.fillRect(x, middle - up, column * 0.7, up);
    pen.fillStyle = colour("--agent");
    pen.fillRect(x, middle, column * 0.7, down);
  });
}
