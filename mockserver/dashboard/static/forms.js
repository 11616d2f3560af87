// Forms made from what the server says of fields: a name, a kind, what it means, what it may be.

import { h, write } from "./dom.js";
import { t } from "./words.js";

const AS_JSON = ["count", "number", "flag", "json", "json-choice"];
const LONG = ["long", "list", "json"]; // more than one line

/** The head of a panel. */
export function title(word, text) {
  return h("div", { class: "heading" }, h("h2", {}, t(word)), text && h("p", {}, text));
}

/** One of a list, with a button that removes it. */
export function row(name, about, notes, remove) {
  const button = h("button", { type: "button", "aria-label": `${t("remove")} ${name}`, onclick: remove }, "✕");
  return h("li", { class: "row" }, h("div", {}, h("strong", {}, name), h("p", {}, h("code", {}, about)), ...notes.filter(Boolean).map((note) => h("p", { class: "note" }, note))), button);
}

/** The field that names a provider. */
export function provider(providers) {
  return { name: "provider", says: t("provider"), kind: "choice", choices: providers.map((one) => one.name) };
}

/** A form: one of the items, what it takes, and which calls it is for. */
export function chooser({ items, extra, chosen, button, submit }) {
  const options = [...grouped(items)].map(([label, some]) => h("optgroup", { label }, ...some.map((one) => h("option", { value: one.name, selected: one.name === chosen }, one.name))));
  const select = h("select", { "aria-label": t("which") }, ...options);
  const says = h("p", { class: "note" });
  const own = h("div", { class: "fields" });
  const when = h("fieldset", { class: "fields" }, h("legend", {}, t("only-for")), ...extra.filter((one) => !one.isRare).map(fieldOf), rareFields(extra.filter((one) => one.isRare)));
  const change = () => {
    const item = items.find((one) => one.name === select.value);
    write(says, item.says);
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

function rareFields(fields) {
  return fields.length > 0 && h("details", {}, h("summary", {}, t("more-fields")), h("div", { class: "fields" }, ...fields.map(fieldOf)));
}

function grouped(items) {
  const groups = new Map();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return groups;
}

/** A field as a label with its input. */
export function fieldOf(field) {
  return h("label", {}, h("span", {}, field.label ?? field.name), inputOf(field), h("small", {}, field.says));
}

function inputOf(field) {
  const choices = field.kind === "flag" ? ["true", "false"] : field.choices?.map(String);
  const hint = hintOf(field.default);
  const props = { name: field.name, "data-kind": field.kind };
  if (choices) return h("select", props, h("option", { value: "" }, hint ? `(${hint})` : "—"), ...choices.map((value) => h("option", { value, selected: value === field.value }, value)));
  if (field.kind === "file") return h("input", { ...props, type: "file", multiple: true });
  const typed = { ...props, placeholder: hint, autocomplete: "off", spellcheck: "false" };
  if (LONG.includes(field.kind)) return h("textarea", { ...typed, rows: 2 }, field.value ?? "");
  return h("input", { ...typed, value: field.value ?? "" });
}

/** What counts where a field is left empty. */
function hintOf(usual) {
  if (usual === undefined || usual === null) return "";
  return typeof usual === "string" ? usual : JSON.stringify(usual);
}

/** What was filled in; a number is a number, and what is left empty is left out. */
export function given(root) {
  const filled = [...root.querySelectorAll("[name]")].map((input) => [input.name, valueOf(input)]);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function valueOf({ type, files, value, dataset: { kind } }) {
  if (type === "file") return files.length ? [...files] : undefined;
  const text = value.trim();
  if (text === "") return undefined;
  if (kind === "list") return text.split(/\s+/);
  if (!AS_JSON.includes(kind)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // the server says what is wrong with it
  }
}
