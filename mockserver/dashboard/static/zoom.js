// The piece of time that is looked at, where somebody has zoomed in or moved along.

import { h } from "./dom.js";
import { panned, zoomed } from "./geometry.js";
import { t } from "./words.js";

const CLOSER = 0.6;
const STEP = 0.25; // of the width, for each press of a key
const WHEEL_PX = 400; // of the wheel for one step closer

export class Zoom {
  /** `own` is null while the time line shows what it finds right. `changed` is called after each move. */
  constructor(buttons, lanes, changed) {
    this.own = null;
    this.shown = null; // what was drawn last
    this.lanes = lanes;
    this.changed = changed;
    const acts = [["−", "zoom-out", () => this.by(1 / CLOSER)], ["+", "zoom-in", () => this.by(CLOSER)], ["↔", "zoom-fit", () => this.fit()]];
    buttons.append(...acts.map(([sign, word, onclick]) => h("button", { type: "button", "aria-label": t(word), title: t(word), onclick }, sign)));
    lanes.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    lanes.addEventListener("pointerdown", (event) => this.drag(event));
  }

  by(factor, share) {
    this.to(zoomed(this.shown, factor, share));
  }

  along(share) {
    this.to(panned(this.shown, share));
  }

  fit() {
    this.to(null);
  }

  to(view) {
    if (!this.shown) return;
    this.own = view;
    if (view) this.shown = view;
    this.changed();
  }

  /** What a key does here; undefined if it does nothing. */
  keys() {
    return {
      "+": () => this.by(CLOSER),
      "-": () => this.by(1 / CLOSER),
      0: () => this.fit(),
      "<": () => this.along(-STEP),
      ">": () => this.along(STEP),
    };
  }

  /** With Ctrl the wheel zooms where it points (so does a pinch); sideways it moves along. */
  wheel(event) {
    const track = event.target.closest(".track");
    if (!track) return;
    const { left, width } = track.getBoundingClientRect();
    const acrossPx = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (event.ctrlKey) this.by(CLOSER ** (-event.deltaY / WHEEL_PX), (event.clientX - left) / width);
    else if (Math.abs(acrossPx) > Math.abs(event.shiftKey ? 0 : event.deltaY)) this.along(acrossPx / width);
    else return;
    event.preventDefault();
  }

  drag(event) {
    const track = event.target.closest(".track");
    if (!track || event.button !== 0 || event.target.closest(".mark")) return;
    const { width } = track.getBoundingClientRect();
    let lastPx = event.clientX;
    const move = ({ clientX }) => {
      this.along((lastPx - clientX) / width);
      lastPx = clientX;
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }
}
