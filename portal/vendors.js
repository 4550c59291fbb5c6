/** The page about vendors: keys, what there is to choose from, how they do. */

import { language, onLanguage, setLanguage, t, translatePage } from "./src/i18n.js";
import { $ } from "./src/ui/dom.js";
import { prepareAccounts } from "./src/vendors/accounts.js";
import { Api, ApiError } from "./src/vendors/api.js";
import { prepareCatalogue } from "./src/vendors/catalogue.js";
import { complaint, forgetKey, keepKey, keptKey, refusal, wording } from "./src/vendors/door.js";
import { readAll } from "./src/vendors/facts.js";
import { prepareFigures, readFigures } from "./src/vendors/figures.js";
import { prepareForm } from "./src/vendors/form.js";
import { silence } from "./src/vendors/player.js";

const TABS = ["keys", "catalogue", "figures"];

/** @type {ApiError | null} */
let failed = null;
/** Why nobody is let in: the name of a text and its values. @type {[string, Record<string, string>] | null} */
let refused = null;

/** What the parts of the page share. @type {import("./src/vendors/facts.js").Desk} */
const desk = { api: new Api(""), fail, say: (text) => ($("said").textContent = text) };

/** @param {string} key */
async function enter(key) {
  desk.api = new Api(key);
  show("loading");
  try {
    await readAll(desk.api);
  } catch (error) {
    return turnAway(error);
  }
  keepKey(key);
  [refused, failed] = [null, null];
  $("key").value = "";
  show("desk");
  open(location.hash.slice(1));
}

/** @param {"gate" | "loading" | "desk"} what */
function show(what) {
  for (const id of ["gate", "loading", "desk"]) $(id).hidden = id !== what;
  $("forget").hidden = what !== "desk";
  words();
  if (what === "gate") $("key").focus();
}

function words() {
  $("gate-error").hidden = !refused;
  if (refused) $("gate-error").textContent = t(...refused);
  $("key").setAttribute("aria-invalid", String(Boolean(refused)));
  $("notice").hidden = !failed;
  if (failed) $("notice-text").textContent = t(wording(failed), { message: failed.message });
}

/** @param {unknown} error why a key does not let in; one that might do so later is kept */
function turnAway(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) forgetKey();
  refused = [refusal(error), { message: error.message }];
  show("gate");
}

/** @param {unknown} error */
function fail(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) return turnAway(error);
  failed = error;
  words();
  $("notice").scrollIntoView({ block: "nearest" });
}

/** @param {string} wanted the name of a tab; the first if there is none of this name */
function open(wanted) {
  const name = TABS.includes(wanted) ? wanted : TABS[0];
  for (const tab of TABS) {
    const chosen = tab === name;
    $(tab).hidden = !chosen;
    $(`tab-${tab}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${tab}`).tabIndex = chosen ? 0 : -1;
  }
  if (name !== "catalogue") silence();
  if (name === "figures") readFigures();
}

/** @param {KeyboardEvent} event */
function steer(event) {
  const now = TABS.findIndex((tab) => `tab-${tab}` === document.activeElement?.id);
  const step = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
  if (now < 0 || step === undefined) return;
  event.preventDefault();
  const next = TABS.at(step % TABS.length) ?? TABS[0];
  $(`tab-${next}`).focus();
  go(next);
}

/** @param {string} tab */
function go(tab) {
  history.replaceState(null, "", `#${tab}`);
  open(tab);
}

function listen() {
  $("language").onclick = () => setLanguage(language() === "zh" ? "en" : "zh");
  $("dismiss").onclick = () => {
    failed = null;
    words();
  };
  $("gate").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const key = $("key").value.trim();
    const wrong = complaint(key);
    refused = wrong ? [wrong, {}] : null;
    if (wrong) show("gate");
    else enter(key);
  };
  $("forget").onclick = () => {
    forgetKey();
    location.reload(); // nothing that was read stays
  };
  for (const tab of TABS) $(`tab-${tab}`).onclick = () => go(tab);
  document.querySelector("[role=tablist]")?.addEventListener("keydown", (event) => steer(/** @type {KeyboardEvent} */ (event)));
  onLanguage(words);
}

translatePage();
prepareForm();
prepareAccounts(desk);
prepareCatalogue(desk);
prepareFigures(desk);
listen();
const kept = keptKey();
if (kept) await enter(kept);
else show("gate");
document.body.dataset.ready = "true";
