/** What went wrong, and what to do now. */

import { knows, onLanguage, t } from "../i18n.js";
import { $ } from "./dom.js";

/** @typedef {import("../call.js").CallError} CallError */

const BUSY = new Set(["engine_full", "engine_gone", "no_engine", "no_engines", "http_503"]);

/** @type {CallError | null} */
let current = null;

/** @param {CallError} error */
export function showError(error) {
  current = error;
  draw();
}

export function clearError() {
  current = null;
  draw();
}

function draw() {
  $("notice").hidden = !current;
  if (!current) return;
  $("notice").dataset.code = current.code;
  $("notice-text").textContent = t(wording(current), { message: current.message });
  $("type-instead").hidden = !current.code.startsWith("microphone_"); // an insecure page gets no worklets either
}

/** @param {CallError} error */
function wording(error) {
  if (knows(`error_${error.code}`)) return `error_${error.code}`;
  if (error.status === 401 || error.status === 403) return "error_key_refused";
  return BUSY.has(error.code) || error.status === 503 ? "error_engine_busy" : "error_other";
}

onLanguage(draw);
