// Scenarios and faults, picked from the registry, and what the client did wrong.

import { at } from "./api.js";
import { h } from "./dom.js";
import { chooser, provider, row, title } from "./forms.js";
import { balancePanel } from "./money.js";
import { submitPanel } from "./submit.js";
import { t } from "./words.js";

const OUTSIDE = ["callback", "download"]; // phases that no call of a provider has

/** The panel of that name. `act` does a call and shows the panel anew. */
export const panels = { submit: submitPanel, scenario: scenarioPanel, faults: faultsPanel, balance: balancePanel, findings: findingsPanel };

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
    ruleSaid(rule),
    [t("tally", [rule.matched, rule.applied, rule.struck].join(" / ")), t("rule-state", rule.state), ...Object.entries(rule.held_back).map(([why, count]) => `${t("held-back")} ${count}×: ${why}`), rule.nearest],
    () => act("DELETE", `${path}/${encodeURIComponent(rule.id)}`),
  ));
  const form = chooser({
    items: faults.map((one) => ({ name: one.name, says: one.sees, group: one.family, fields: Object.entries(one.parameters).map(([name, field]) => ({ ...field, name, says: field.summary })) })),
    extra: [provider(providers), { name: "call_phase", says: t("phase-of-call"), kind: "choice", choices: phases }, { name: "times", says: t("times"), kind: "count" }, ...rare()],
    button: t("add"),
    submit: ({ name, options, when: { times, skip, probability, lasts, ...when } }) => act("POST", path, { fault: name, with: options, when, times, skip, probability, lasts }),
  });
  const clear = rules.length > 1 && h("button", { type: "button", onclick: () => act("DELETE", path) }, t("clear-rules"));
  return [title("panel-faults", rules.length ? "" : t("no-fault-rules")), h("ul", { class: "rows" }, ...listed), clear, h("h3", {}, t("fault-new")), form];
}

/** What a rule does and when, on one line. */
function ruleSaid({ with: options = {}, when = {}, times, skip, probability, lasts }) {
  const rest = Object.entries({ times, skip, probability, lasts }).filter(([, value]) => value !== undefined && value !== null);
  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const what = Object.entries(options).map(([name, value]) => `${name}=${text(value)}`);
  return [...what, ...[...Object.entries(when), ...rest].map(([name, value]) => `${name}: ${text(value)}`)].join(" · ") || "—";
}

/** What a rule may ask for besides, seldom needed. */
function rare() {
  const texts = ["operation", "model", "prompt", "job_phase"].map((name) => ({ name, says: t(`only-${name}`), kind: "text" }));
  const numbers = ["attempt", "call", "chunk", "skip", "probability"].map((name) => ({ name, says: t(`only-${name}`), kind: "number" }));
  return [...texts, ...numbers, { name: "lasts", says: t("only-lasts"), kind: "text" }].map((field) => ({ ...field, isRare: true }));
}

async function findingsPanel(api, id, { open }) {
  const { found, not_judged: unjudged } = await api.get(at`/sandboxes/${id}/findings`);
  const listed = found.map((one) =>
    h("li", {},
      h("p", {}, h("span", { class: `badge ${one.severity}` }, one.severity), h("strong", {}, ` ${one.title}`)),
      h("p", {}, one.what),
      h("p", { class: "note" }, one.why),
      h("p", { class: "note" }, `→ ${one.mend}`),
      h("p", { class: "entries" }, ...one.entries.slice(0, 12).map((entry) => h("button", { type: "button", class: "link", onclick: () => open({ entry }) }, t("call-title", entry))))));
  const rest = Object.entries(unjudged).flatMap(([name, why]) => [h("dt", {}, name), h("dd", {}, why)]);
  return [
    title("panel-findings", found.length ? "" : t("no-findings")),
    h("ul", { class: "rows" }, ...listed),
    rest.length > 0 && h("details", {}, h("summary", {}, t("not-judged")), h("dl", { class: "tall" }, ...rest)),
  ];
}
