/** The page: a button that becomes a conversation. */

import { findConnection, giveConnection } from "./src/config.js";
import { language, onLanguage, setLanguage, t, translatePage } from "./src/i18n.js";
import { TalkSession } from "./src/talk.js";
import { $, make } from "./src/ui/dom.js";
import { clearTurns, showTurn } from "./src/ui/latency.js";
import { clearLines, showLines } from "./src/ui/lines.js";
import { clearError, showError } from "./src/ui/notice.js";
import { startOrb, stopOrb } from "./src/ui/orb.js";
import { clearSummary, prepareSummary, showSummary } from "./src/ui/summary.js";

/** @typedef {import("./src/config.js").Connection} Connection */

/** @type {Connection | null} */
let connection = null;
/** @type {TalkSession | null} */
let talk = null;
/** idle, connecting, waiting, listening, thinking, speaking, held, reconnecting or ended */
let state = "idle";
const AWAY = new Set(["connecting", "waiting", "reconnecting"]); // nothing we do arrives

/** What a call tells the page. @type {import("./src/talk.js").View} */
const view = {
  state: show,
  lines: showLines,
  turn: showTurn,
  error: showError,
  levels: startOrb,
  ended: (finished) => {
    stopOrb();
    showSummary(finished);
  },
};

/** @param {string} next */
function show(next) {
  state = next;
  const live = !["idle", "ended"].includes(state);
  document.body.dataset.state = state;
  $("talk").hidden = live;
  $("state").hidden = !live;
  $("lead").hidden = live;
  $("controls").hidden = !live;
  $("chooser").hidden = live || !connection || connection.assistants.length < 2;
  for (const id of ["words", "send"]) $(id).disabled = !live || AWAY.has(state);
  for (const id of ["mute", "hold"]) $(id).disabled = AWAY.has(state);
  words();
}

/** The words that depend on where we are. */
function words() {
  const muted = talk?.muted ?? false;
  const held = talk?.held ?? false;
  $("state").textContent = muted && state === "listening" ? t("muted") : t(state, { n: talk?.place ?? 0 });
  $("lead").textContent = t(state === "ended" ? "ended" : "lead");
  $("talk").textContent = t(state === "ended" ? "talk_again" : "talk");
  $("mute").textContent = t(muted ? "unmute" : "mute");
  $("mute").setAttribute("aria-pressed", String(muted));
  $("hold").textContent = t(held ? "resume" : "hold");
  $("hold").setAttribute("aria-pressed", String(held));
}

/** @param {boolean} typing without a microphone */
async function begin(typing) {
  if (!connection) return askConnection();
  [clearError, clearSummary, clearLines, clearTurns].forEach((clear) => clear());
  talk = new TalkSession(view);
  expose();
  await talk.start({ key: connection.key, assistantId: $("assistant").value }, typing);
}

function askConnection() {
  $("setup").hidden = false;
  $("key").focus();
}

/** @param {Connection | null} found */
function use(found) {
  connection = found;
  const options = (found?.assistants ?? []).map(({ id, name, language: spoken }) => {
    const option = make("option", "", spoken ? `${name} · ${spoken}` : name);
    /** @type {HTMLOptionElement} */ (option).value = id;
    return option;
  });
  $("assistant").replaceChildren(...options);
  const own = found?.assistants.find((one) => one.language?.toLowerCase().startsWith(language()));
  if (own) $("assistant").value = own.id;
  $("setup").hidden = Boolean(found);
  show(state);
}

/** The call in progress, for tests and the curious: `yingda.talk.audio.agentLevel` is an AnalyserNode. */
function expose() {
  Object.assign(window, { yingda: { talk } });
}

function listen() {
  $("talk").onclick = () => begin(false);
  $("type-instead").onclick = () => begin(true);
  $("hang-up").onclick = () => talk?.hangUp();
  $("dismiss").onclick = clearError;
  $("setup-change").onclick = askConnection;
  $("language").onclick = () => setLanguage(language() === "zh" ? "en" : "zh");
  $("mute").onclick = () => {
    talk?.mute(!talk.muted);
    words();
  };
  $("hold").onclick = () => talk?.hold(!talk.held);
  $("typing").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = $("words").value.trim();
    if (text) talk?.type(text);
    $("words").value = "";
  };
  $("setup").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    clearError();
    use(giveConnection($("key").value.trim(), $("assistant-id").value.trim()));
  };
  addEventListener("pagehide", () => talk?.hangUp());
  addEventListener("offline", () => talk?.offline());
  addEventListener("online", () => talk?.online());
  onLanguage(words);
}

translatePage();
prepareSummary();
listen();
clearLines();
clearTurns();
show("idle");
use(await findConnection());
document.body.dataset.ready = "true";
