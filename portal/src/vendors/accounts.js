/** The organisation's keys: each a card that can be tested with one click. */

import { onLanguage, t } from "../i18n.js";
import { $, button, make, redraw } from "../ui/dom.js";
import { openForm } from "./form.js";
import { facts, onFacts, providerName, readGoods, tell } from "./facts.js";
import { drawTrial, told, verdict } from "./trial.js";

/** @typedef {import("./facts.js").Credential} Credential */

const SECRETIVE = new Set(["id", "orgId", "provider", "name", "createdAt", "updatedAt", "trial", "authenticationPlan"]);

/** @type {Set<string>} ids of those that are being tested */
const testing = new Set();
/** @type {import("./facts.js").Desk} */
let desk;

/** @param {import("./facts.js").Desk} given */
export function prepareAccounts(given) {
  desk = given;
  $("add").onclick = () => add();
  $("sure-no").onclick = () => $("sure").close();
  onFacts(draw);
  onLanguage(draw);
}

/** Ask for a new key. @param {string} [provider] of this provider */
export function add(provider) {
  openForm({ api: desk.api, provider, done: (made) => keep([made, ...facts.credentials]) });
}

function draw() {
  redraw($("accounts"), ...facts.credentials.map(card));
  $("no-accounts").hidden = facts.credentials.length > 0;
  const ours = new Set(facts.models.filter(({ access }) => access === "platform").map(({ provider }) => provider));
  $("platform").hidden = !ours.size;
  $("platform").textContent = t("platform_keys", { names: [...ours].map(providerName).join(t("comma")) });
}

/** @param {Credential} credential */
function card(credential) {
  const { id, provider, name, trial } = credential;
  const busy = testing.has(id);
  const open = Object.entries(credential).filter(([key, value]) => !SECRETIVE.has(key) && typeof value === "string");
  const facts_ = open.map(([key, value]) => make("span", "fact", make("code", "", key), ` ${value}`));
  const label = providerName(provider);
  const title = make("div", "title", make("h3", "", name || label), make("p", "note", ...(name ? [label] : []), ...facts_));
  const state = busy ? "busy" : verdict(trial);
  const head = make("div", "account-head", title, make("span", `badge ${state}`, t(`verdict_${state}`)));
  const whose = { name: name || label };
  const test = button("soft", t(busy ? "testing" : "test"), () => tryOut(credential), `test ${id}`);
  test.setAttribute("aria-label", t(busy ? "testing_key" : "test_key", whose));
  test.setAttribute("aria-disabled", String(busy));
  test.classList.toggle("busy", busy);
  const change = button("plain", t("change"), () => edit(credential), `change ${id}`);
  change.setAttribute("aria-label", t("change_key", whose));
  const remove = button("plain", t("delete"), () => ask(credential), `delete ${id}`);
  remove.setAttribute("aria-label", t("delete_key", whose));
  const item = make("li", "card account", head);
  item.dataset.provider = provider;
  if (busy) item.append(make("p", "note waiting", t("testing_help")));
  else if (trial) item.append(drawTrial(trial));
  item.append(make("div", "buttons", test, change, remove));
  return item;
}

/** @param {Credential} credential */
async function tryOut({ id }) {
  if (testing.has(id)) return;
  testing.add(id);
  draw();
  desk.say(t("testing_help"));
  try {
    const trial = await desk.api.post(`/v1/credentials/${id}/test`);
    desk.say(told(trial));
    replace(id, (one) => ({ ...one, trial }));
  } catch (error) {
    desk.fail(error);
  } finally {
    testing.delete(id);
    draw();
  }
}

/** @param {Credential} credential */
function edit(credential) {
  openForm({ api: desk.api, credential, done: (changed) => replace(changed.id, () => changed) });
}

/** @param {Credential} credential */
function ask(credential) {
  $("sure-title").textContent = t("delete_sure", { name: credential.name || providerName(credential.provider) });
  $("sure-yes").onclick = () => remove(credential);
  $("sure").showModal();
  $("sure-no").focus();
}

/** @param {Credential} credential */
async function remove({ id }) {
  $("sure").close();
  try {
    await desk.api.delete(`/v1/credentials/${id}`);
    keep(facts.credentials.filter((one) => one.id !== id));
    desk.say(t("deleted"));
    $("add").focus();
  } catch (error) {
    desk.fail(error);
  }
}

/** @param {string} id  @param {(one: Credential) => Credential} change */
function replace(id, change) {
  tell({ credentials: facts.credentials.map((one) => (one.id === id ? change(one) : one)) });
}

/** @param {Credential[]} credentials there are others now, and with them whose key would be used */
function keep(credentials) {
  tell({ credentials });
  readGoods(desk.api).catch(desk.fail);
}
