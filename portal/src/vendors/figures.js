/** How vendors do: what the organisation's own calls have seen of each. */

import { knows, language, onLanguage, t } from "../i18n.js";
import { $, choices, make } from "../ui/dom.js";
import { providerName } from "./facts.js";

/**
 * @typedef {{count: number, p50: number, p95: number, p99: number}} Wait
 * @typedef {{component: string, provider: string, model: string, requests: number, errorRate: number,
 *   failures: Record<string, number>, waits: Record<string, Wait>}} Figures
 */

const COMPONENTS = ["transcriber", "model", "voice"];
const WAITS = ["connect", "firstPartial", "final", "firstToken", "firstAudio"];
const SHARES = /** @type {const} */ (["p50", "p95", "p99"]);
const PERIODS = [1, 24, 168]; // hours
const SCALE_MS = 500; // an axis is at least this long, so that quick answers look quick
const [SELDOM, OFTEN] = [0.01, 0.05]; // failures per request: worth a look, worth a change
const LEAST = 0.001;

/** @type {Figures[] | null} */
let vendors = null;
/** @type {import("./facts.js").Desk} */
let desk;

/** @param {import("./facts.js").Desk} given */
export function prepareFigures(given) {
  desk = given;
  $("hours").onchange = readFigures;
  $("refresh").onclick = readFigures;
  onLanguage(draw);
  draw();
  $("hours").value = "24";
}

/** Ask how they do. */
export async function readFigures() {
  $("results").setAttribute("aria-busy", "true");
  $("refresh").classList.add("busy");
  const hours = $("hours").value;
  try {
    const answer = await desk.api.get(`/v1/analytics/vendors?hours=${hours}`);
    if (hours === $("hours").value) vendors = answer.vendors;
  } catch (error) {
    desk.fail(error);
  } finally {
    $("results").removeAttribute("aria-busy");
    $("refresh").classList.remove("busy");
    draw();
  }
}

function draw() {
  choices($("hours"), PERIODS.map((hours) => [String(hours), t(`hours_${hours}`)]));
  $("legend").hidden = !vendors?.length;
  $("legend").replaceChildren(...SHARES.map((share) => make("li", share, t(`share_${share}`))));
  if (!vendors) return $("results").replaceChildren(make("p", "loading", t("loading")));
  if (!vendors.length) {
    const link = Object.assign(make("a", "", t("no_figures_link")), { href: "/" });
    return $("results").replaceChildren(make("p", "card empty", t("no_figures"), " ", link));
  }
  $("results").replaceChildren(...COMPONENTS.flatMap(group));
}

/** @param {string} component */
function group(component) {
  const found = (vendors ?? []).filter((one) => one.component === component).sort((a, b) => b.requests - a.requests);
  if (!found.length) return [];
  const axes = new Map(WAITS.map((wait) => [wait, Math.max(SCALE_MS, ...found.map((one) => one.waits[wait]?.p99 ?? 0))]));
  return [make("h2", "", t(component)), make("ul", "vendors-list", ...found.map((one) => row(one, axes)))];
}

/** @param {Figures} one  @param {Map<string, number>} axes */
function row(one, axes) {
  const title = make("h3", "", providerName(one.provider), ...(one.model ? [make("code", "", one.model)] : []));
  const level = one.errorRate >= OFTEN ? "bad" : one.errorRate >= SELDOM ? "unclear" : "ok";
  const rate = make("span", `badge ${level}`, t("error_rate", { rate: percent(one.errorRate) }));
  const head = make("div", "account-head", title, make("span", "counts", t("requests", { n: count(one.requests) }), " ", rate));
  const failures = Object.entries(one.failures).sort(([, a], [, b]) => b - a);
  const chips = failures.map(([kind, times]) => make("li", "", t(knows(`short_${kind}`) ? `short_${kind}` : kind), " ", make("b", "", count(times))));
  const waits = WAITS.filter((name) => one.waits[name]).map((name) => bar(name, one.waits[name], axes.get(name) ?? SCALE_MS));
  const item = make("li", "card vendor", head, ...(chips.length ? [make("ul", "failures", ...chips)] : []), make("ul", "waits", ...waits));
  item.dataset.provider = one.provider;
  return item;
}

/** @param {string} name  @param {Wait} wait  @param {number} axis ms */
function bar(name, wait, axis) {
  const track = make("div", "track");
  track.setAttribute("aria-hidden", "true"); // the numbers beside it say the same
  for (const share of [...SHARES].reverse()) {
    const piece = make("i", share);
    piece.style.width = `${Math.max(0.5, (wait[share] / axis) * 100)}%`;
    track.append(piece);
  }
  const numbers = SHARES.map((share) => {
    const label = make("span", "unseen", t(`share_${share}`));
    return make("span", share, label, ` ${ms(wait[share])}`);
  });
  const item = make("li", "wait", make("span", "name", t(`wait_${name}`)), track, make("span", "numbers", ...numbers));
  item.title = t("measured", { n: count(wait.count) });
  return item;
}

/** @param {number} value */
function ms(value) {
  return t("ms", { n: count(Math.round(value)) });
}

/** @param {number} value */
function count(value) {
  return new Intl.NumberFormat(language()).format(value);
}

/** @param {number} share 0 … 1; what is not nothing is never shown as nothing */
function percent(share) {
  const digits = new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 });
  return share > 0 && share < LEAST ? `<${digits.format(LEAST)}` : digits.format(share);
}
