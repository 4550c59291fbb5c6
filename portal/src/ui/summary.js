/** After the call: what this page knows, and where the rest is. A public key cannot read calls. */

import { knows, onLanguage, t } from "../i18n.js";
import { $, make } from "./dom.js";
import { medianTurn } from "./latency.js";

/** @typedef {{id: string, durationMs: number, endedReason: string, text: string}} Finished */

/** @type {Finished | null} */
let finished = null;

/** @param {Finished} call */
export function showSummary(call) {
  finished = call;
  draw();
}

export function clearSummary() {
  finished = null;
  draw();
}

function draw() {
  $("summary").hidden = !finished;
  if (!finished) return;
  const median = medianTurn();
  const facts = [
    ["duration", clock(finished.durationMs)],
    ["ended_reason", reason(finished.endedReason)],
    ["response", median === null ? t("not_measured") : t("ms", { n: median })],
    ["call_id", finished.id],
  ];
  $("facts").replaceChildren(...facts.flatMap(([key, value]) => [make("dt", "", t(key)), make("dd", "", value)]));
  $("command").textContent = command(finished.id);
  $("copy").textContent = t("copy");
  $("download").hidden = !finished.text;
}

/** @param {string} id */
function command(id) {
  return `curl ${location.origin}/v1/calls/${id} -H "Authorization: Bearer $YINGDA_KEY"`;
}

/** @param {string} endedReason */
function reason(endedReason) {
  return knows(`reason_${endedReason}`) ? t(`reason_${endedReason}`) : endedReason;
}

/** @param {number} ms */
function clock(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function copy() {
  if (!finished) return;
  await navigator.clipboard.writeText(command(finished.id));
  $("copy").textContent = t("copied");
}

function download() {
  if (!finished) return;
  const url = URL.createObjectURL(new Blob([finished.text], { type: "text/plain;charset=utf-8" }));
  Object.assign(document.createElement("a"), { href: url, download: `call-${finished.id}.txt` }).click();
  URL.revokeObjectURL(url);
}

/** Listen to the card's buttons. */
export function prepareSummary() {
  $("copy").onclick = copy;
  $("download").onclick = download;
  onLanguage(draw);
}
