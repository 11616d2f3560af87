// Submits a job as a client does: a real call of the emulated API, with the fields of its contract.

import { at } from "./api.js";
import { h, write } from "./dom.js";
import { fieldsOf, plainFields } from "./fields.js";
import { fieldOf, given, title } from "./forms.js";
import { pretty, visible } from "./format.js";
import { t } from "./words.js";

const MAKES_JOBS = ["create", "stream", "upgrade"];
const PAGE_KEY = "sk-dashboard";
const MOST_SHOWN = 100_000;
const bound = new Set(); // sandboxes that the page's own key already chooses

/** The form of a call that makes a job, and what the provider answered. */
export async function submitPanel(api, id, act) {
  const { providers } = await api.get("/providers");
  const calls = providers.flatMap((provider) => provider.operations.filter((one) => one.method === "POST" && MAKES_JOBS.includes(one.call_phase)).map((one) => ({ ...one, provider })));
  const groups = providers.map((provider) => h("optgroup", { label: provider.title }, ...calls.map((one, index) => one.provider === provider && h("option", { value: index }, nameOf(one)))));
  const select = h("select", { "aria-label": t("which") }, ...groups);
  const place = h("div", {});
  const change = async () => {
    const call = calls[select.value];
    const asked = await askedOf(api, call);
    if (call === calls[select.value]) place.replaceChildren(formOf(api, call, asked, act));
  };
  select.addEventListener("change", () => change().catch((error) => act.tell(error.message)));
  await change();
  return [title("panel-submit", t("submit-note")), h("div", { class: "chooser" }, select, place)];
}

function nameOf({ provider, name }) {
  return `${provider.name} · ${name}`;
}

async function askedOf(api, { provider, method, path }) {
  const document = await api.get(at`/openapi/${provider.name}.json`).catch(ifMissing);
  const call = document?.paths[path]?.[method.toLowerCase()];
  return call ? fieldsOf(call, document) : plainFields(provider);
}

function ifMissing(error) {
  if (error.status !== 404) throw error;
  return null; // a plug-in need not bring a document
}

function formOf(api, call, asked, act) {
  const first = h("div", { class: "fields" }, ...asked.body.filter((one) => one.isFirst).map(fieldOf));
  const rest = h("div", { class: "fields" }, ...asked.body.filter((one) => !one.isFirst).map(fieldOf));
  const headers = h("div", { class: "fields" }, ...asked.headers.map(fieldOf));
  const own = h("div", { class: "fields" }, fieldOf({ name: "more", says: t("more-says"), kind: "json" }));
  const key = h("div", { class: "fields" }, fieldOf({ name: "key", label: t("key"), says: t("key-says"), kind: "text", default: `${PAGE_KEY}-…` }));
  const answer = h("section", { "aria-live": "polite" });
  const button = h("button", { class: "main" }, t("panel-submit"));
  const send = async (event) => {
    event.preventDefault();
    const { more = {}, ...none } = given(own);
    if (typeof more !== "object") return act.tell(t("no-object"));
    const fields = { ...given(first), ...given(rest), ...more, ...none };
    button.disabled = true;
    await submit(api, call, { fields, headers: given(headers), key: given(key).key }, answer, act).catch((error) => act.tell(error.message));
    button.disabled = false;
  };
  return h("form", { class: "chooser", "aria-label": nameOf(call), onsubmit: send },
    h("p", { class: "note" }, [`${call.method} ${call.path}`, call.summary].filter(Boolean).join(" · ")),
    first,
    h("details", {}, h("summary", {}, t("more-fields")), h("div", { class: "chooser" }, rest, headers, own)),
    key, button, answer);
}

async function submit(api, call, { fields, headers, key }, answer, act) {
  const used = key ?? (await pageKey(api, act.sandbox()));
  const { query, headers: credentials } = credentialsOf(call.provider.keys[0], used);
  const sent = bodyOf(fields);
  const stop = new AbortController();
  const status = h("h3", {}, t("waiting-answer"));
  const reason = h("p", { class: "why" });
  const text = h("code", {});
  const hangUp = h("button", { type: "button", onclick: () => stop.abort() }, t("hang-up"));
  answer.replaceChildren(status, reason, h("pre", { tabindex: 0 }, text), hangUp);
  try {
    const reply = await fetch(`/${call.provider.name}${call.path}${query}`, {
      method: call.method, body: sent.body, headers: { ...sent.headers, ...headers, ...credentials }, signal: stop.signal, cache: "no-store",
    });
    write(status, `${t("reply")}: ${reply.status}`);
    write(reason, reply.headers.get("x-mock-reason") ?? "");
    await showBody(reply, text);
  } catch (error) {
    write(reason, stop.signal.aborted ? t("hung-up") : `${t("no-answer")}: ${error.message}`);
  } finally {
    hangUp.remove();
  }
  const task = await follow(api, used, text.textContent, act);
  if (task) answer.append(h("button", { type: "button", onclick: () => act.open({ task }) }, t("open-job")));
}

/** The key of the page for a sandbox: it is bound once, so that a job lands where one looks. */
async function pageKey(api, id) {
  if (!id) return PAGE_KEY;
  const key = `${PAGE_KEY}-${id}`;
  if (!bound.has(id)) await api.send("POST", at`/sandboxes/${id}/keys`, { keys: [key] });
  bound.add(id);
  return key;
}

function credentialsOf(place, key) {
  const value = place.scheme ? `${place.scheme} ${key}` : key;
  if (place.in === "query") return { query: `?${new URLSearchParams({ [place.name]: value })}`, headers: {} };
  return { query: "", headers: { [place.name]: value } };
}

/** JSON, or a form where a file is sent. */
function bodyOf(fields) {
  const pairs = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  if (!pairs.some(([, value]) => value instanceof File)) return { headers: { "content-type": "application/json" }, body: JSON.stringify(fields) };
  const form = new FormData();
  for (const [name, value] of pairs) form.append(name, value);
  return { headers: {}, body: form };
}

/** Shows a body as it comes in: a stream is read while it runs. */
async function showBody(reply, node) {
  if (!reply.body) return;
  for (const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    if (node.textContent.length < MOST_SHOWN) node.append(visible(value));
  }
  write(node, pretty(node.textContent));
}

/** Shows the sandbox that the key chose; gives the job that the answer names. */
async function follow(api, key, answer, act) {
  const reply = await api.open("/sandboxes/current", { headers: { authorization: `Bearer ${key}` } }).catch(() => null);
  if (!reply) return null; // a key that the server refuses has no sandbox
  const { id, tasks: count } = await reply.json();
  if (id !== act.sandbox()) await act.choose(id);
  const { tasks } = await api.get(at`/sandboxes/${id}/tasks`, { after: Math.max(0, count - 20), limit: 100 });
  return tasks.findLast((task) => answer.includes(task.id))?.id;
}
