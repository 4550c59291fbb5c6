/** Which key, and which assistant: the demo's on the machine itself, else what the person gave this tab. */

const STORE = "yingda.connection";

/**
 * @typedef {{id: string, name: string, language?: string}} Assistant
 * @typedef {{key: string, assistants: Assistant[]}} Connection
 */

/** @returns {Promise<Connection | null>} null when the person must be asked */
export async function findConnection() {
  return given() ?? (await demo());
}

/** @param {string} key  @param {string} assistantId  @returns {Connection} kept until the tab is closed */
export function giveConnection(key, assistantId) {
  const connection = { key, assistants: [{ id: assistantId, name: assistantId }] };
  sessionStorage.setItem(STORE, JSON.stringify(connection));
  return connection;
}

/** @returns {Connection | null} */
function given() {
  const kept = sessionStorage.getItem(STORE);
  return kept ? JSON.parse(kept) : null;
}

/** @returns {Promise<Connection | null>} */
async function demo() {
  try {
    const { publicKey, assistants } = await (await fetch("/portal/config.json")).json();
    return publicKey && assistants.length ? { key: publicKey, assistants } : null;
  } catch {
    return null;
  }
}
