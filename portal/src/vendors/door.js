/** Who comes in: the private key, asked for once, kept by this tab alone and never in an address. */

const STORE = "yingda.privateKey";

/** @returns {string | null} */
export function keptKey() {
  return sessionStorage.getItem(STORE);
}

/** @param {string} key */
export function keepKey(key) {
  sessionStorage.setItem(STORE, key);
}

export function forgetKey() {
  sessionStorage.removeItem(STORE);
}

/** What is wrong with a key before anybody is asked: the name of a text, or null. @param {string} key */
export function complaint(key) {
  if (!key) return "gate_empty";
  if (key.startsWith("pk_")) return "gate_public";
  return /^sk_[\x21-\x7e]+$/.test(key) ? null : "gate_shape";
}

/** The text for an answer that does not let the key in. @param {import("./api.js").ApiError} error */
export function refusal(error) {
  const known = new Set(["api_key_revoked", "api_key_expired", "api_key_rotated"]);
  if (known.has(error.code)) return `gate_${error.code}`;
  return error.status === 401 ? "gate_unknown" : wording(error);
}

/** The text for any other failure. @param {import("./api.js").ApiError} error */
export function wording(error) {
  if (["server_gone", "server_slow"].includes(error.code)) return `error_${error.code}`;
  return error.status === 403 ? "error_not_allowed" : "error_other";
}
