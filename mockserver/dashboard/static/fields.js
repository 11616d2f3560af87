// The fields of a provider's call, read from its OpenAPI document. Pure.

const NUMBERS = ["integer", "number"];

/** What a call takes: `body` and `headers`. `isFirst` marks what is required or stands in its example. */
export function fieldsOf(call, document) {
  const bodies = Object.values(call.requestBody?.content ?? {});
  const schemas = bodies.map((one) => resolved(one.schema, document));
  const required = new Set(schemas.flatMap((one) => one.required ?? []));
  const example = bodies.find((one) => one.example)?.example ?? {};
  const properties = Object.assign({}, ...schemas.map((one) => one.properties).reverse());
  const body = Object.entries(properties).map(([name, schema]) => ({
    ...fieldOf(name, resolved(schema, document)),
    value: valueText(example[name]),
    isFirst: required.has(name) || name in example,
  }));
  const headers = (call.parameters ?? []).filter((one) => one.in === "header");
  return { body, headers: headers.map((one) => fieldOf(one.name, { description: one.description, ...resolved(one.schema, document) })) };
}

/** The fields of a provider that has no document: what every one of them takes. */
export function plainFields(provider) {
  const [first] = provider.models;
  const model = { name: "model", says: "", kind: "choice", choices: provider.models.map((one) => one.name), value: first?.name ?? "", isFirst: true };
  return { body: [model, { name: "prompt", says: "", kind: "long", value: "", isFirst: true }], headers: [] };
}

function resolved(schema, document) {
  const named = schema.$ref ? { ...document.components.schemas[schema.$ref.split("/").at(-1)], ...schema } : schema;
  const [first] = named.anyOf ?? named.oneOf ?? [];
  if (!first) return named;
  const { description, ...meant } = resolved(first, document); // of this form alone
  return { ...meant, ...named };
}

function fieldOf(name, schema) {
  const choices = schema.enum ?? ("const" in schema ? [schema.const] : undefined);
  return { name, says: saysOf(schema), kind: kindOf(name, schema, choices), choices, default: schema.default };
}

function kindOf(name, schema, choices) {
  if (choices) return choices.every((one) => typeof one === "string") ? "choice" : "json-choice";
  if (schema.type === "boolean") return "flag";
  if (NUMBERS.includes(schema.type)) return "number";
  if (schema.type === "array" && schema.items?.contentMediaType) return "file";
  if (schema.type === "array" && schema.items?.type === "string") return "list";
  if (["array", "object"].includes(schema.type)) return "json";
  return name === "prompt" ? "long" : "text";
}

/** The description without the name of the record, which tells nobody anything. */
function saysOf({ title = "", description = "", deprecated }) {
  const text = description.startsWith(title) ? description.slice(title.length).replace(/^[.\s]+/, "") : description;
  return deprecated ? `deprecated. ${text}` : text;
}

function valueText(value) {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
