/** One voice at a time: its sample is fetched with the key, kept for this visit and played. */

import { $ } from "../ui/dom.js";

/** @typedef {{id: string, state: "loading" | "playing" | "failed", error?: unknown} | null} Playing */

/** @type {Map<string, string>} voice → address of what was fetched */
const kept = new Map();
/** @type {Playing} */
let now = null;
/** @type {AbortController | null} */
let fetching = null;
/** @type {(playing: Playing) => void} */
let changed = () => {};

/** @param {(playing: Playing) => void} listener told whenever another voice, or none, is heard */
export function preparePlayer(listener) {
  changed = listener;
  $("player").onended = () => set(null);
}

/** @returns {Playing} */
export function playing() {
  return now;
}

/** Press a voice's button: it is heard, or silent if it was being heard. @param {import("./api.js").Api} api  @param {string} id */
export async function press(api, id) {
  const stop = now?.id === id && now.state !== "failed";
  silence();
  if (stop) return;
  const mine = new AbortController();
  fetching = mine;
  set({ id, state: "loading" });
  try {
    if (!kept.has(id)) kept.set(id, URL.createObjectURL(await api.blob(sample(id), mine.signal)));
    if (mine.signal.aborted) return;
    $("player").src = kept.get(id);
    await $("player").play();
    if (!mine.signal.aborted) set({ id, state: "playing" });
  } catch (error) {
    if (!mine.signal.aborted) set({ id, state: "failed", error });
  }
}

/** Nobody is heard. */
export function silence() {
  fetching?.abort();
  $("player").pause();
  set(null);
}

/** @param {string} id */
function sample(id) {
  return `/v1/voices/${encodeURIComponent(id)}/sample`;
}

/** @param {Playing} next */
function set(next) {
  now = next;
  changed(next);
}
