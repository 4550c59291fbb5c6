/** The conversation on the page: one bubble per line, what is not certain yet in grey. */

import { onLanguage, t } from "../i18n.js";
import { $, make } from "./dom.js";

/** @typedef {import("../conversation.js").Line} Line */

/** @type {Map<number, HTMLElement>} */
const shown = new Map();
/** @type {Map<number, Line>} */
const known = new Map();

/** Start anew. */
export function clearLines() {
  shown.clear();
  known.clear();
  $("lines").replaceChildren();
  $("conversation").dataset.empty = "true";
}

/** @param {Line[]} lines that changed */
export function showLines(lines) {
  for (const line of lines) {
    known.set(line.id, line);
    draw(line);
  }
  if (lines.length) $("lines").scrollTo({ top: $("lines").scrollHeight, behavior: "smooth" });
}

/** @param {Line} line */
function draw(line) {
  $("conversation").dataset.empty = "false";
  const bubble = shown.get(line.id) ?? add(line);
  const parts = [make("span", "who", t(line.role === "user" ? "you" : "agent")), ...words(line)];
  if (line.interrupted) parts.push(make("span", "mark", t("interrupted")));
  bubble.replaceChildren(...parts);
  bubble.dataset.open = String(line.open);
  bubble.hidden = !line.text && !line.tentative;
}

/** @param {Line} line */
function words(line) {
  const gap = line.text && line.tentative && !/^\s/.test(line.tentative) && /[\w.,!?]$/.test(line.text) ? " " : "";
  const guess = make("span", line.open ? "tentative" : "unheard", gap + line.tentative);
  return [make("span", "said", line.text), ...(line.tentative ? [guess] : [])];
}

/** @param {Line} line */
function add(line) {
  const bubble = make("li", `line ${line.role}`);
  shown.set(line.id, bubble);
  $("lines").append(bubble);
  return bubble;
}

onLanguage(() => known.forEach(draw));
