/** What the page has read: shared by its three parts, and told to them when it changes. */

/**
 * @typedef {{name: string, required: boolean, secret: boolean}} Field
 * @typedef {{provider: string, name: string, fields: Field[], oneOf: string[], services: string[]}} Form
 * @typedef {{component: string, model: string, ok: boolean, latencyMs: number, error?: VendorError}} Check
 * @typedef {{kind: string, code: string, message: string, requestId: string}} VendorError
 * @typedef {{ok: boolean, provider: string, at: string, checks: Check[]}} Trial
 * @typedef {{id: string, provider: string, name?: string, trial?: Trial, [field: string]: any}} Credential
 * @typedef {{unit: string, per: number, price: string, currency: string, source: string, asOf: string}} Price
 * @typedef {{id: string, component: string, provider: string, providerName: string, model: string, default: boolean,
 *   languages: string[], access: string, retired: string, prices: Price[]}} Model
 * @typedef {{id: string, provider: string, providerId: string, name: string, languages: string[], gender: string,
 *   model: string, styles: string[], default: boolean, access: string, prices: Price[]}} Voice
 *
 * Whom to ask, whom to tell what failed, and what a screen reader is to say:
 * @typedef {{api: import("./api.js").Api, fail: (error: unknown) => void, say: (text: string) => void}} Desk
 */

export const facts = {
  /** @type {Credential[]} newest first */
  credentials: [],
  /** @type {Form[]} */
  forms: [],
  /** @type {Model[]} */
  models: [],
  /** @type {Voice[]} */
  voices: [],
};

/** @type {Set<() => void>} */
const listeners = new Set();

/** Call `listener` whenever something else is true. @param {() => void} listener */
export function onFacts(listener) {
  listeners.add(listener);
}

/** @param {Partial<typeof facts>} news */
export function tell(news) {
  Object.assign(facts, news);
  listeners.forEach((listener) => listener());
}

/** Everything, anew. @param {import("./api.js").Api} api */
export async function readAll(api) {
  const credentials = await api.get("/v1/credentials?limit=200"); // alone: a wrong key is refused once
  const paths = ["/v1/credentials/providers", "/v1/models", "/v1/voices"];
  const [forms, models, voices] = await Promise.all(paths.map((path) => api.get(path)));
  tell({ credentials, forms, models, voices });
}

/** Models and voices only: whose key they would use has changed. @param {import("./api.js").Api} api */
export async function readGoods(api) {
  const [models, voices] = await Promise.all([api.get("/v1/models"), api.get("/v1/voices")]);
  tell({ models, voices });
}

/** The name people know. @param {string} provider */
export function providerName(provider) {
  const known = facts.forms.find((form) => form.provider === provider);
  return known?.name ?? facts.models.find((model) => model.provider === provider)?.providerName ?? provider;
}
