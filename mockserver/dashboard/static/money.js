// Money of a sandbox at each provider: what is left, what was spent, and the limit, which is set here.

import { at } from "./api.js";
import { h } from "./dom.js";
import { fieldOf, given, title } from "./forms.js";
import { t } from "./words.js";

export async function balancePanel(api, id, { act }) {
  const path = at`/sandboxes/${id}/balance`;
  const balances = await api.get(path);
  const fields = Object.entries(balances).map(([name, one]) => fieldOf({ name, kind: "number", value: one.limit === null ? "" : String(one.limit), default: t("no-limit"), says: said(one) }));
  const set = (event) => {
    event.preventDefault();
    const filled = given(event.target);
    act("PUT", path, Object.fromEntries(Object.keys(balances).map((name) => [name, filled[name] ?? null])));
  };
  const form = h("form", { class: "chooser", onsubmit: set }, h("div", { class: "fields" }, ...fields), h("button", { class: "main" }, t("set")));
  return [title("panel-balance", t("balance-note")), form];
}

function said({ unit, left, spent, spent_usd: usd }) {
  const rest = left === null ? [] : [t("left", `${left} ${unit}`)];
  const dollars = unit === "USD" ? "" : ` ($${usd.toFixed(2)})`;
  return [...rest, t("spent", `${spent} ${unit}${dollars}`)].join(" · ");
}
