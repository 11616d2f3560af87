// Scenarios and faults, picked from the registry, and what the client did wrong.

import { at } from "./api.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const OUTSIDE = ["callback", "download"]; // phases that no call of a provider has
const AS_JSON = ["count", "number", "flag", "json"];

/** The panel of that name. `act` does a call and shows the panel anew. */
export const panels = { scenario: scenarioPanel, faults: faultsPanel, findings: findingsPanel };

async function scenarioPanel(api, id, { act }) {
  const [{ scenarios }, chosen, { rules }, { providers }] = await Promise.all([
    api.get("/scenarios"),
    api.get(at`/sandboxes/${id}/scenario`),
    api.get(at`/sandboxes/${id}/scenario/rules`),
    api.get("/providers"),
  ]);
  const path = at`/sandboxes/${id}/scenario`;
  const without = (index) => act("PUT", `${path}/rules`, { rules: rules.filter((_, other) => other !== index) });
  const listed = rules.map((rule, index) => row(said(rule.scenario), Object.entries(rule.when).map((pair) => pair.join(": ")).join(", "), [], () => without(index)));
  const form = chooser({
    items: scenarios.map((one) => ({ name: one.name, says: one.summary, group: t(one.lawful ? "lawful" : "unlawful"), fields: Object.entries(one.options).map(([name, says]) => ({ name, says, kind: "text" })) })),
    extra: [provider(providers), { name: "prompt", says: t("prompt-pattern"), kind: "text" }],
    chosen: chosen.name,
    button: t("set"),
    submit: ({ name, options, when }) => {
      const given = { name, options };
      if (!Object.keys(when).length) return act("PUT", path, given);
      return act("PUT", `${path}/rules`, { rules: [{ scenario: given, when }, ...rules] });
    },
  });
  return [title("panel-scenario", t("scenario-now", said(chosen))), h("ul", { class: "rows" }, ...listed), h("h3", {}, t("scenario-new")), h("p", { class: "note" }, t("scenario-note")), form];
}

function said({ name, options }) {
  const given = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return [name, ...given].join(" ");
}

async function faultsPanel(api, id, { act }) {
  const path = at`/sandboxes/${id}/faults`;
  const [{ rules }, { faults }, { providers }] = await Promise.all([api.get(path), api.get("/faults/catalogue"), api.get("/providers")]);
  const phases = [...new Set([...providers.flatMap((one) => one.operations.map((call) => call.call_phase)), ...OUTSIDE])];
  const listed = rules.map((rule) => row(
    `${rule.id} ${rule.fault}`,
    JSON.stringify({ with: rule.with, when: rule.when, times: rule.times ?? undefined }),
    [t("tally", [rule.matched, rule.applied, rule.struck].join(" / ")), rule.state, ...Object.entries(rule.held_back).map(([why, count]) => `${why}: ${count}`), rule.nearest],
    () => act("DELETE", `${path}/${encodeURIComponent(rule.id)}`),
  ));
  const form = chooser({
    items: faults.map((one) => ({ name: one.name, says: one.sees, group: one.family, fields: Object.entries(one.parameters).map(([name, field]) => ({ ...field, name, says: field.summary })) })),
    extra: [provider(providers), { name: "call_phase", says: t("phase-of-call"), kind: "choice", choices: phases }, { name: "times", says: t("times"), kind: "count" }],
    button: t("add"),
    submit: ({ name, options, when: { times, ...when } }) => act("POST", path, { fault: name, with: options, when, ...(times && { times }) }),
  });
  const clear = rules.length > 1 && h("button", { type: "button", onclick: () => act("DELETE", path) }, t("clear-rules"));
  return [title("panel-faults", rules.length ? "" : t("no-fault-rules")), h("ul", { class: "rows" }, ...listed), clear, h("h3", {}, t("fault-new")), form];
}

async function findingsPanel(api, id, { open }) {
  const { found, not_judged: unjudged } = await api.get(at`/sandboxes/${id}/findings`);
  const listed = found.map((one) =>
    h("li", {},
      h("p", {}, h("span", { class: `badge ${one.severity}` }, one.severity), h("strong", {}, ` ${one.title}`)),
      h("p", {}, one.what),
      h("p", { class: "note" }, one.why),
      h("p", { class: "note" }, `→ ${one.mend}`),
      h("p", { class: "entries" }, ...one.entries.slice(0, 12).map((entry) => h("button", { type: "button", class: "link", onclick: () => open({ entry }) }, `#${entry}`)))));
  const rest = Object.entries(unjudged).flatMap(([name, why]) => [h("dt", {}, name), h("dd", {}, why)]);
  return [
    title("panel-findings", found.length ? "" : t("no-findings")),
    h("ul", { class: "rows" }, ...listed),
    rest.length > 0 && h("details", {}, h("summary", {}, t("not-judged")), h("dl", { class: "tall" }, ...rest)),
  ];
}

function title(word, text) {
  return h("div", { class: "heading" }, h("h2", {}, t(word)), text && h("p", {}, text));
}

function row(name, about, notes, remove) {
  const button = h("button", { type: "button", "aria-label": `${t("remove")} ${name}`, onclick: remove }, "✕");
  return h("li", { class: "row" }, h("div", {}, h("strong", {}, name), h("p", {}, h("code", {}, about)), ...notes.filter(Boolean).map((note) => h("p", { class: "note" }, note))), button);
}

function provider(providers) {
  return { name: "provider", says: t("provider"), kind: "choice", choices: providers.map((one) => one.name) };
}

/** A form: one of the items, what it takes, and which calls it is for. */
function chooser({ items, extra, chosen, button, submit }) {
  const options = [...grouped(items)].map(([label, some]) => h("optgroup", { label }, ...some.map((one) => h("option", { value: one.name, selected: one.name === chosen }, one.name))));
  const select = h("select", { "aria-label": t("which") }, ...options);
  const says = h("p", { class: "note" });
  const own = h("div", { class: "fields" });
  const when = h("fieldset", { class: "fields" }, h("legend", {}, t("only-for")), ...extra.map(fieldOf));
  const change = () => {
    const item = items.find((one) => one.name === select.value);
    says.textContent = item.says;
    own.replaceChildren(...item.fields.map(fieldOf));
  };
  select.addEventListener("change", change);
  change();
  const send = (event) => {
    event.preventDefault();
    submit({ name: select.value, options: given(own), when: given(when) });
  };
  return h("form", { class: "chooser", onsubmit: send }, select, says, own, when, h("button", { class: "main" }, button));
}

function grouped(items) {
  const groups = new Map();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return groups;
}

function fieldOf(field) {
  const choices = field.kind === "flag" ? ["true", "false"] : field.kind === "choice" ? field.choices : null;
  const hint = hintOf(field.default);
  const props = { name: field.name, "data-kind": field.kind };
  const input = choices
    ? h("select", props, h("option", { value: "" }, hint ? `(${hint})` : "—"), ...choices.map((value) => h("option", { value }, value)))
    : h("input", { ...props, placeholder: hint, autocomplete: "off", spellcheck: "false" });
  return h("label", {}, h("span", {}, field.name), input, h("small", {}, field.says));
}

/** What counts where a field is left empty. */
function hintOf(usual) {
  if (usual === undefined || usual === null) return "";
  return typeof usual === "string" ? usual : JSON.stringify(usual);
}

/** What was filled in; a number is a number, and what is left empty is left out. */
function given(root) {
  const filled = [...root.querySelectorAll("[name]")].filter((input) => input.value.trim() !== "");
  return Object.fromEntries(filled.map((input) => [input.name, valueOf(input.value.trim(), input.dataset.kind)]));
}

function valueOf(text, kind) {
  if (!AS_JSON.includes(kind)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // the server says what is wrong with it
  }
}
