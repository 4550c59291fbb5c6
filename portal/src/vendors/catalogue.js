/** What there is to choose from: voices to listen to, and models, with what they cost. */

import { language, onLanguage, t } from "../i18n.js";
import { $, button, choices, make, redraw } from "../ui/dom.js";
import { add } from "./accounts.js";
import { wording } from "./door.js";
import { facts, onFacts, providerName } from "./facts.js";
import { playing, preparePlayer, press } from "./player.js";
import { drawPrices } from "./prices.js";

/** @typedef {import("./facts.js").Model} Model  @typedef {import("./facts.js").Voice} Voice */

const COMPONENTS = ["voices", "transcriber", "model", "voice", "realtime"];
const GENDERS = ["female", "male", "child", "neutral"];

let component = "voices";
/** @type {import("./facts.js").Desk} */
let desk;

/** @param {import("./facts.js").Desk} given */
export function prepareCatalogue(given) {
  desk = given;
  preparePlayer(drawGoods);
  for (const id of ["provider", "language", "gender"]) $(`filter-${id}`).onchange = drawGoods;
  $("filter-text").oninput = drawGoods;
  $("filters").onsubmit = (/** @type {Event} */ event) => event.preventDefault();
  onFacts(draw);
  onLanguage(draw);
}

function draw() {
  redraw($("components"), $("components").querySelector("legend"), ...COMPONENTS.map(chip));
  drawFilters();
  drawGoods();
}

/** @param {string} name */
function chip(name) {
  const radio = Object.assign(make("input"), { type: "radio", name: "component", value: name });
  Object.assign(radio, { checked: name === component, onchange: () => choose(name) });
  radio.dataset.focus = name;
  return make("label", "chip", radio, make("span", "", t(`goods_${name}`)));
}

/** @param {string} name */
function choose(name) {
  component = name;
  drawFilters();
  drawGoods();
}

/** @returns {(Model | Voice)[]} */
function goods() {
  return component === "voices" ? facts.voices : facts.models.filter((model) => model.component === component);
}

function drawFilters() {
  const all = /** @type {[string, string]} */ (["", t("all")]);
  const providers = [...new Set(goods().map(({ provider }) => provider))];
  const languages = [...new Set(goods().flatMap((one) => one.languages))];
  choices($("filter-provider"), [all, ...providers.map((name) => /** @type {[string, string]} */ ([name, providerName(name)]))]);
  choices($("filter-language"), [all, ...languages.map((code) => /** @type {[string, string]} */ ([code, tongue(code)]))]);
  choices($("filter-gender"), [all, ...GENDERS.map((name) => /** @type {[string, string]} */ ([name, t(`gender_${name}`)]))]);
  $("gender-label").hidden = component !== "voices";
}

function drawGoods() {
  const found = goods().filter(fits).sort((a, b) => rank(a) - rank(b));
  $("found").textContent = t(component === "voices" ? "found_voices" : "found_models", { n: found.length });
  $("goods").className = component === "voices" ? "voices" : "models";
  redraw($("goods"), ...found.map((one) => ("providerId" in one ? voice(one) : model(one))));
}

/** What can be used now comes first, what is about to end last. @param {Model | Voice} one */
function rank(one) {
  if ("retired" in one && one.retired) return 2;
  return Number(one.access === "missing");
}

/** @param {Model | Voice} one */
function fits(one) {
  const [provider, spoken, gender] = ["provider", "language", "gender"].map((id) => $(`filter-${id}`).value);
  const text = $("filter-text").value.trim().toLowerCase();
  const words = `${one.provider} ${providerName(one.provider)} ${one.model} ${"providerId" in one ? `${one.name} ${one.providerId}` : ""}`;
  return (
    (!provider || one.provider === provider) &&
    (!spoken || one.languages.includes(spoken) || !one.languages.length) &&
    (!gender || !("gender" in one) || one.gender === gender) &&
    words.toLowerCase().includes(text)
  );
}

/** @param {Voice} one */
function voice(one) {
  const heard = playing()?.id === one.id ? playing() : null;
  const state = heard?.state ?? "silent";
  const listen = button(`listen ${state}`, "", () => press(desk.api, one.id), `listen ${one.id}`);
  listen.setAttribute("aria-label", t(state === "playing" ? "stop_voice" : "hear_voice", { name: one.name }));
  if (state === "loading") listen.setAttribute("aria-busy", "true");
  listen.disabled = one.access === "missing";
  const about = [providerName(one.provider), one.gender && t(`gender_${one.gender}`), one.languages.map(tongue).join(t("comma"))];
  const name = make("div", "name", make("h3", "", one.name), ...marks(one));
  const told = make("p", "note", about.filter(Boolean).join(" · "));
  const body = make("div", "about", name, told, make("p", "note", make("code", "", one.providerId)), drawPrices(one.prices));
  if (heard?.state === "failed") body.append(failure(heard.error));
  const item = make("li", "card voice", listen, body);
  item.dataset.id = one.id;
  return item;
}

/** @param {Model} one */
function model(one) {
  const name = make("div", "name", make("h3", "", one.model || t("only_model")), ...marks(one));
  const spoken = one.languages.length ? one.languages.map(tongue).join(t("comma")) : t("many_languages");
  const body = make("div", "about", name, make("p", "note", `${providerName(one.provider)} · ${spoken}`));
  if (one.retired) body.append(make("p", "wrong", t("retired", { name: one.retired })));
  const item = make("li", "card model", body, drawPrices(one.prices));
  item.dataset.id = one.id;
  return item;
}

/** @param {Model | Voice} one */
function marks({ id, provider, access, default: usual }) {
  const found = usual ? [make("span", "mark usual", t("default"))] : [];
  if (access !== "missing") return [...found, make("span", "mark", t(`access_${access}`))];
  if (!facts.forms.some((form) => form.provider === provider)) return found;
  const give = button("mark give", t("add_key"), () => add(provider), `give ${id}`);
  give.setAttribute("aria-label", t("add_key_for", { name: providerName(provider) }));
  return [...found, give];
}

/** @param {any} error */
function failure(error) {
  const text = error?.name === "NotAllowedError" ? t("press_again") : t(wording(error), { message: error?.message ?? "" });
  const told = make("p", "wrong", text);
  told.setAttribute("role", "alert");
  return told;
}

/** A language by its name. @param {string} code */
function tongue(code) {
  return new Intl.DisplayNames([language() === "zh" ? "zh-CN" : "en"], { type: "language" }).of(code) ?? code;
}
