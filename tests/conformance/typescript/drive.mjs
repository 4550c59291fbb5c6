// Drives @vapi-ai/server-sdk through the operations: a plan comes in by stdin, what came of each goes out.
import { VapiClient } from "@vapi-ai/server-sdk";

const plan = JSON.parse(await read(process.stdin));
const known = { ...plan.known };
const client = new VapiClient({ token: plan.key, baseUrl: plan.baseUrl });

const outcomes = [];
for (const operation of plan.operations) outcomes.push(await outcome(operation));
process.stdout.write(JSON.stringify(outcomes));

async function outcome(operation) {
  const { name, keep } = operation;
  try {
    const request = filled(operation.request);
    const answer = operation.method ? await bySdk(operation, request) : await byHand(operation, request);
    if (keep) known[keep] = answer.id;
    return { operation: name, wrong: [], body: answer };
  } catch (error) {
    return { operation: name, wrong: [String(error.message ?? error).replaceAll(/\s+/g, " ").slice(0, 300)] };
  }
}

async function bySdk({ name, method, whole }, request) {
  const [resource, verb] = method.split(".").map(camel);
  if (request.file) request.file = new File([request.file], "hours.txt", { type: "text/plain" });
  if (whole && name.includes("{id}")) {
    const { id, ...body } = request;
    request = { id, body };
  }
  return client[resource][verb](request);
}

async function byHand({ name, public: isPublic }, request) {
  const [verb, template] = name.split(" ");
  const left = { ...request };
  const path = template.replaceAll(/{(\w+)}/g, (_, field) => {
    const value = left[field];
    delete left[field];
    return value;
  });
  const url = new URL(plan.baseUrl + path);
  const init = { method: verb, headers: { Authorization: `Bearer ${isPublic ? plan.publicKey : plan.key}` } };
  if (verb === "GET") for (const [field, value] of Object.entries(left)) url.searchParams.set(field, value);
  else if (Object.keys(left).length) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(left);
  }
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}

function filled(value) {
  if (Array.isArray(value)) return value.map(filled);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, filled(item)]));
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  if (!known[value.slice(1)]) throw new Error(`needs ${value}, which could not be made`);
  return known[value.slice(1)];
}

function camel(name) {
  return name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

async function read(stream) {
  let text = "";
  for await (const piece of stream) text += piece;
  return text;
}
