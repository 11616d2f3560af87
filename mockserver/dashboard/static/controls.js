// What is done by hand: the clock, a reset, and the panels of scenarios, faults and findings.

import { at } from "./api.js";
import { h, set } from "./dom.js";
import { t } from "./words.js";

const MODES = ["real", "manual", "auto"];
export const PANELS = ["submit", "scenario", "faults", "balance", "findings"];

export class Controls {
  /** `act` does a call and tells what went wrong; `open` opens a panel. `name` is the field of the list. */
  constructor(root, { act, open }) {
    this.act = act;
    this.open = open;
    this.root = root;
    this.mode = h("select", { "aria-label": t("clock-mode"), onchange: () => this.setMode() }, ...MODES.map((value) => h("option", { value }, t(`mode-${value}`))));
    const moves = [["+30 s", { by: "30s" }], [t("plus-3-min"), { by: "3m" }], [t("next-event"), { to: "next_event" }], [t("url-expiry"), { to: "url_expiry" }]];
    this.panels = PANELS.map((panel) => button(t(`panel-${panel}`), () => this.open({ panel })));
    this.rate = factor("rate", (rate) => this.act("PUT", at`/sandboxes/${this.id}/clock`, { rate }));
    this.name = field("name", { type: "text", maxlength: 80 }, (label) => this.act("PATCH", at`/sandboxes/${this.id}`, { label }));
    this.speed = factor("speed", (speed) => this.act("PATCH", at`/sandboxes/${this.id}`, { speed }));
    root.append(
      h("div", { role: "group", "aria-label": t("clock") }, this.mode, ...moves.map(([text, body]) => button(text, () => this.move(body))), this.rate, this.speed),
      h("div", { role: "group", "aria-label": t("by-hand") }, ...this.panels, button(t("reset"), () => this.reset())),
    );
  }

  /** Shows the controls of a sandbox as they stand; without a sandbox there are none. */
  draw(sandbox, opened, row) {
    this.root.hidden = this.name.hidden = !sandbox?.clock;
    if (this.root.hidden) return;
    this.id = sandbox.id;
    if (document.activeElement !== this.mode) this.mode.value = sandbox.clock.mode;
    this.rate.hidden = sandbox.clock.mode !== "real";
    show(this.rate, sandbox.clock.rate);
    show(this.speed, row?.speed ?? 1);
    show(this.name, row?.label ?? "");
    for (const [index, panel] of PANELS.entries()) set(this.panels[index], { "aria-pressed": String(opened.panel === panel) });
  }

  setMode() {
    this.act("PUT", at`/sandboxes/${this.id}/clock`, { mode: this.mode.value });
  }

  move(body) {
    this.act("POST", at`/sandboxes/${this.id}/clock/advance`, body);
  }

  reset() {
    if (confirm(t("reset-really"))) this.act("POST", at`/sandboxes/${this.id}/reset`);
  }
}

function factor(word, set) {
  return field(word, { type: "number", min: 0, step: "any" }, (text) => set(Number(text)));
}

/** A field whose value is set when it is left; what it means stands in its title. */
function field(word, looks, set) {
  const input = h("input", { ...looks, onchange: () => set(input.value) });
  return h("label", { title: t(`${word}-says`) }, t(word), input);
}

function show(label, value) {
  const input = label.querySelector("input");
  if (document.activeElement !== input) input.value = value;
}

function button(text, onclick) {
  return h("button", { type: "button", onclick }, text);
}
