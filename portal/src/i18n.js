/** The page's words in two languages. Elements say what they hold by data-i18n (and -label, -placeholder). */

import { en } from "./lang/en.js";
import { vendorsEn } from "./lang/vendors.en.js";
import { vendorsZh } from "./lang/vendors.zh.js";
import { zh } from "./lang/zh.js";

const WORDS = { en: { ...en, ...vendorsEn }, zh: { ...zh, ...vendorsZh } };
const STORE = "yingda.language";

/** @typedef {keyof typeof WORDS} Language */

/** @type {Language} */
let current = initial();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {Language} next */
export function setLanguage(next) {
  current = next;
  localStorage.setItem(STORE, next);
  translatePage();
  listeners.forEach((listener) => listener());
}

/** Call `listener` after every change. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * The text for a key, with {placeholders} filled; the key itself when there is none.
 * @param {string} key  @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = WORDS[current][/** @type {keyof typeof WORDS.en} */ (key)] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Whether there is a text for a key. @param {string} key */
export function knows(key) {
  return key in WORDS[current];
}

/** Fill in every element that names its text. */
export function translatePage() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  document.title = t(document.body.dataset.title ?? "title");
  const places = /** @type {const} */ ([
    ["data-i18n", null],
    ["data-i18n-label", "aria-label"],
    ["data-i18n-placeholder", "placeholder"],
  ]);
  for (const [name, attribute] of places) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const text = t(element.getAttribute(name) ?? "");
      if (attribute) element.setAttribute(attribute, text);
      else element.textContent = text;
    }
  }
}

/** @returns {Language} */
function initial() {
  const chosen = localStorage.getItem(STORE);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.languages.find((tag) => /^(zh|en)/i.test(tag))?.toLowerCase().startsWith("zh") ? "zh" : "en";
}
