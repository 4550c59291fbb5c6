/** The dialogue that asks for a key: the provider decides what is asked. */

import { knows, onLanguage, t } from "../i18n.js";
import { $, choices, make } from "../ui/dom.js";
import { wording } from "./door.js";
import { facts } from "./facts.js";
import { drawTrial } from "./trial.js";

/**
 * @typedef {import("./facts.js").Credential} Credential
 * @typedef {import("./facts.js").Trial} Trial
 * @typedef {{api: import("./api.js").Api, credential?: Credential, provider?: string, done: (made: Credential) => void}} Task
 */

/** @type {Task | null} */
let task = null;
/** @type {Trial | null} */
let trial = null;
/** "", "testing" or "saving" */
let busy = "";

/** @param {Task} given a credential to change, or none for a new one */
export function openForm(given) {
  task = given;
  [trial, busy] = [null, ""];
  choices($("provider"), facts.forms.map(({ provider, name }) => [provider, name]));
  $("provider").value = given.credential?.provider ?? given.provider ?? facts.forms[0]?.provider;
  $("provider").disabled = Boolean(given.credential);
  $("account-name").value = given.credential?.name ?? "";
  $("reveal").checked = false;
  $("fields").replaceChildren();
  complain("");
  ask();
  $("account").showModal();
  (given.credential || given.provider ? $("account-name") : $("provider")).focus();
}

function form() {
  return facts.forms.find(({ provider }) => provider === $("provider").value);
}

/** A field for each part of the account; what was typed stays. */
function ask() {
  const typed = values();
  const old = task?.credential;
  const asked = form()?.fields ?? [];
  $("fields").replaceChildren(
    ...asked.map(({ name, required, secret }) => {
      const input = /** @type {HTMLInputElement} */ (make("input"));
      Object.assign(input, { id: `field-${name}`, name, value: typed[name] ?? (secret ? "" : old?.[name] ?? "") });
      Object.assign(input, { autocomplete: secret ? "new-password" : "off", spellcheck: false });
      input.dataset.secret = String(secret);
      if (old && secret) input.placeholder = t("unchanged");
      const words = knows(`field_${name}`) ? [t(`field_${name}`), make("code", "", name)] : [make("code", "", name)];
      if (!required && !form()?.oneOf.includes(name)) words.push(make("em", "", t("optional")));
      return make("label", "", make("span", "", ...words), input);
    }),
  );
  const either = form()?.oneOf ?? [];
  $("one-of").hidden = !either.length;
  $("one-of").textContent = t("one_of", { names: either.join(t("comma")) });
  reveal();
  draw();
}

function reveal() {
  const show = $("reveal").checked;
  for (const input of inputs()) input.type = input.dataset.secret === "true" && !show ? "password" : "text";
}

function draw() {
  $("account-title").textContent = t(task?.credential ? "change_title" : "add_title");
  $("account-test").hidden = Boolean(task?.credential); // its secrets are not here to be tried
  $("account-test").textContent = t(busy === "testing" ? "testing" : "test_first");
  $("account-test").classList.toggle("busy", busy === "testing");
  $("account-save").classList.toggle("busy", busy === "saving");
  for (const id of ["account-test", "account-save"]) $(id).setAttribute("aria-disabled", String(Boolean(busy)));
  $("account-trial").replaceChildren(...(trial ? [drawTrial(trial)] : []));
}

/** @returns {HTMLInputElement[]} */
function inputs() {
  return [...$("fields").querySelectorAll("input")];
}

/** @returns {Record<string, string>} */
function values() {
  return Object.fromEntries(inputs().map((input) => [input.name, input.value.trim()]));
}

/** Whether everything is there; whoever is to blame is shown and focused. */
function complete() {
  const given = values();
  const { fields = [], oneOf = [] } = form() ?? {};
  const isNew = !task?.credential;
  const lacking = fields.filter(({ name, required, secret }) => required && !given[name] && (isNew || !secret));
  const names = lacking.map(({ name }) => name);
  if (isNew && oneOf.length && !oneOf.some((name) => given[name])) names.push(oneOf[0]);
  if (isNew && !names.length && fields.length && !fields.some(({ name }) => given[name])) names.push(fields[0].name);
  for (const input of inputs()) input.setAttribute("aria-invalid", String(names.includes(input.name)));
  complain(names.length ? t("please_fill", { names: names.map((name) => t(`field_${name}`)).join(t("comma")) }) : "");
  if (names.length) $(`field-${names[0]}`).focus();
  return !names.length;
}

/** @param {string} text */
function complain(text) {
  $("account-error").textContent = text;
  $("account-error").hidden = !text;
}

/** What is sent: of a credential that is changed, what has been changed. @returns {Record<string, string | null>} */
function body() {
  const given = values();
  const name = $("account-name").value.trim();
  const old = task?.credential;
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  if (!old) return { provider: $("provider").value, ...(name && { name }), ...filled };
  const emptied = Object.keys(given).filter((key) => !given[key] && old[key]);
  return { ...filled, ...Object.fromEntries(emptied.map((key) => [key, null])), name: name || null };
}

/** @param {"testing" | "saving"} what  @param {() => Promise<void>} work */
async function during(what, work) {
  if (busy || !complete()) return;
  const mine = task;
  [busy, trial] = [what, null];
  draw();
  try {
    await work();
  } catch (error) {
    const failed = /** @type {import("./api.js").ApiError} */ (error);
    if (task === mine) complain(t(wording(failed), { message: failed.message }));
  } finally {
    if (task === mine) busy = "";
    draw();
  }
}

function test() {
  const current = task;
  return during("testing", async () => {
    const result = await current?.api.post("/v1/credentials/test", body());
    if (task === current) trial = result;
  });
}

function save() {
  const current = task;
  return during("saving", async () => {
    const old = current?.credential;
    const made = await (old ? current.api.patch(`/v1/credentials/${old.id}`, body()) : current?.api.post("/v1/credentials", body()));
    if (task === current) $("account").close();
    current?.done(made);
  });
}

/** Listen to the dialogue's own buttons. */
export function prepareForm() {
  $("provider").onchange = () => {
    trial = null;
    complain("");
    ask();
  };
  $("reveal").onchange = reveal;
  $("account-test").onclick = test;
  $("account-cancel").onclick = () => $("account").close();
  $("account").onclose = () => {
    $("fields").replaceChildren(); // no secret stays in the page
    task = null;
  };
  $("account-form").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save();
  };
  onLanguage(() => $("account").open && ask());
}
