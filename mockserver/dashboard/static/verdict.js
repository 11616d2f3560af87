// What the contract says of a call, and why rules let it pass. Both come a moment after the call.

import { at } from "./api.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const LOOKS = { fits: "succeeded", breaks: "failed", unchecked: "pending" };

/** The contract's verdict on a call or callback, each deviation with who says what was expected. */
export function contractPart(api, sandboxId, seq) {
  return later(t("contract"), async () => verdict(await api.get(at`/sandboxes/${sandboxId}/journal/${String(seq)}/verdict`)));
}

/** The rules that are set and did not match. */
export function passedPart(api, sandboxId, seq) {
  return later(t("passed-rules"), async () => {
    const { passed } = await api.get(at`/sandboxes/${sandboxId}/journal/${String(seq)}/passed`);
    return [passed.length ? h("ul", { class: "rules" }, ...passed.map((one) => h("li", {}, h("strong", {}, `${one.rule} ${one.fault} `), h("span", {}, one.why)))) : h("p", {}, t("no-passed"))];
  });
}

function later(title, read) {
  const place = h("div", {}, h("p", { class: "note" }, "…"));
  read().then((content) => place.replaceChildren(...content), (error) => place.replaceChildren(h("p", { class: "why" }, error.message)));
  return h("section", {}, h("h3", {}, title), place);
}

function verdict({ call, request, reply, missing }) {
  if (missing) return [h("p", {}, t("verdict-missing")), h("pre", { tabindex: 0 }, h("code", {}, missing))];
  return [call && h("p", { class: "note" }, call), request && judged(t("request"), request), reply && judged(t("reply"), reply)].filter(Boolean);
}

function judged(what, { fits, source, problems, unchecked }) {
  const how = problems.length ? "breaks" : fits.length ? "fits" : "unchecked";
  return h("div", { class: "judged" },
    h("p", {}, h("span", { class: `badge ${LOOKS[how]}` }, t(how)), ` ${what} `, fits.length > 0 && h("code", {}, fits.join(", "))),
    ...problems.map(deviation),
    ...unchecked.map((why) => h("p", { class: "note" }, why)),
    !problems.length && source && quoted(source));
}

function deviation({ pointer, expected, got, source }) {
  return h("div", { class: "deviation" },
    h("p", {}, h("code", {}, pointer || "/"), ` ${t("expected", expected)}, ${t("got", got)}`),
    source && quoted(source));
}

function quoted(source) {
  return h("p", { class: "note" }, `${t("source")}: ${source}`);
}
