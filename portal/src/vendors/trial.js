/** What a test of a key has found, in words. */

import { knows, language, t } from "../i18n.js";
import { make } from "../ui/dom.js";
import { facts, providerName } from "./facts.js";

/** @typedef {import("./facts.js").Trial} Trial  @typedef {import("./facts.js").Check} Check */

const FATAL = new Set(["auth", "quota"]); // the key's own fault; all others say nothing about it

/** Whether the key works: "ok", "bad", "unclear" (the vendor is in trouble) or "untested". @param {Trial} [trial] */
export function verdict(trial) {
  if (!trial) return "untested";
  if (trial.ok) return "ok";
  return trial.checks.some((check) => FATAL.has(check.error?.kind ?? "")) ? "bad" : "unclear";
}

/** The first thing to say. @param {Trial} trial */
export function headline(trial) {
  const best = trial.checks.find((check) => check.ok && check.component === "model") ?? trial.checks.find(({ ok }) => ok);
  if (trial.ok && best) return t("key_works", { what: what(trial, best) });
  if (!trial.checks.length) return t("nothing_to_test");
  return t(verdict(trial) === "bad" ? "key_fails" : "key_unclear");
}

/** All of it in one breath. @param {Trial} trial */
export function told(trial) {
  const ill = trial.checks.filter(({ ok }) => !ok).map((check) => `${t(check.component)}: ${what(trial, check)}`);
  return [headline(trial), ...ill].join(" ");
}

/** The headline and, if that does not say it all, a line for each service. @param {Trial} trial */
export function drawTrial(trial) {
  const when = new Date(trial.at).toLocaleString(language() === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const lines = trial.ok && trial.checks.length === 1 ? [] : trial.checks.map((check) => line(trial, check));
  const head = make("p", "headline", headline(trial));
  return make("div", `trial ${verdict(trial)}`, head, make("ul", "", ...lines), make("p", "when", t("tested_at", { when })));
}

/** @param {Trial} trial  @param {Check} check */
function line(trial, check) {
  const item = make("li", check.ok ? "good" : "ill", make("b", "", t(check.component)), make("span", "", what(trial, check)));
  const { error } = check;
  if (error) {
    const parts = [error.code && t("vendor_code", { code: error.code }), error.message];
    if (error.requestId) parts.push(t("request_id", { id: error.requestId }));
    item.append(make("small", "", parts.filter(Boolean).join(" · ")));
  }
  return item;
}

/** What one service did. @param {Trial} trial  @param {Check} check */
function what(trial, check) {
  if (check.ok) return t(`did_${check.component}`, { name: who(trial.provider, check), ms: check.latencyMs });
  const kind = `kind_${check.error?.kind}`;
  return knows(kind) ? t(kind, { vendor: providerName(trial.provider) }) : check.error?.message ?? "";
}

/** Who answered: what was named, else what is used when nothing is. @param {string} provider  @param {Check} check */
function who(provider, { component, model }) {
  const voice = facts.voices.find((one) => one.provider === provider && one.default);
  if (model) return model;
  if (component === "voice" && voice) return voice.name;
  const usual = facts.models.find((one) => one.provider === provider && one.component === component && one.default);
  return usual?.model || providerName(provider);
}
