/** Prices as people compare them: by the hour, by ten thousand characters, by a million tokens. */

import { knows, language, t } from "../i18n.js";
import { make } from "../ui/dom.js";

/** @typedef {import("./facts.js").Price} Price */

const USUAL = new Map([
  ["seconds", 3600],
  ["characters", 10_000],
]);
const MILLION = 1_000_000;
const ORDER = ["promptTokens", "completionTokens", "cachedPromptTokens", "audioPromptTokens", "audioCompletionTokens"];

/** One price in words, e.g. ¥0.86 an hour. @param {Price} price */
export function priced({ unit, per, price, currency }) {
  const tokens = unit.endsWith("Tokens");
  const usual = tokens ? MILLION : USUAL.get(unit) ?? per;
  const amount = (Number(price) * usual) / per;
  if (!amount) return t("free");
  const money = new Intl.NumberFormat(language() === "zh" ? "zh-CN" : "en-US", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 0,
    maximumSignificantDigits: 3,
  }).format(amount);
  const measure = tokens ? t("per_tokens") : knows(`per_${unit}`) ? t(`per_${unit}`) : `${usual} ${unit}`;
  return `${money} / ${measure}`;
}

/** All prices of something, each kind of unit named where there are several, and where they are from. @param {Price[]} prices */
export function drawPrices(prices) {
  if (!prices.length) return make("p", "prices unknown", t("price_unknown"));
  const sorted = [...prices].sort((a, b) => ORDER.indexOf(a.unit) - ORDER.indexOf(b.unit));
  const lines = sorted.map((price) => {
    const text = priced(price);
    return make("span", "price", ...(sorted.length > 1 ? [make("i", "", t(`unit_${price.unit}`)), " "] : []), text);
  });
  const all = sorted.every((price) => !Number(price.price)) ? [make("span", "price", t("free"))] : lines;
  const origins = [...new Set(sorted.map(({ source, asOf }) => t("price_source", { source, date: asOf })))];
  const origin = make("small", "", origins.join(t("comma")));
  origin.title = origin.textContent ?? "";
  return make("p", "prices", ...all, origin);
}
