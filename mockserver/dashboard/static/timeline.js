// Draws the time line: one lane a job, each a list entry with a button and a drawing.

import { h, keyed, set, svg, write } from "./dom.js";
import { brief, span } from "./format.js";
import { bars, byTask, chunkSpots, placed, rowsInSight, thinned, ticks, windowOf, xOf } from "./geometry.js";
import { ENDED, found, isBad, phaseAt, strikeMs, struckBy } from "./model.js";
import { phaseWord, t } from "./words.js";
import { Zoom } from "./zoom.js";

const LANE_PX = 34;
const MARK_PX = 9;

export class Timeline {
  /** `open` is called with a task's id or an entry's number, `moved` where other things are in sight. */
  constructor(root, open, moved) {
    this.lanes = root.querySelector("#lanes");
    this.scroller = this.lanes.parentNode;
    this.zoom = new Zoom(root.querySelector("#zoom"), this.lanes, moved);
    this.tasks = []; // those in sight
    root.addEventListener("scroll", moved, { capture: true, passive: true });
    this.axis = svg("svg", { height: 22 });
    root.querySelector("#axis").append(this.axis);
    this.open = open;
    this.lanes.addEventListener("keydown", (event) => this.move(event));
  }

  /** Draws a sandbox as it is at a moment: only the lanes in sight. Returns how many there are. */
  draw(sandbox, atMs, choice) {
    const tasks = found(sandbox, choice.text, choice.filter, atMs, choice.provider, choice.fits);
    const lanes = byTask([...sandbox.marks.values()], tasks, (id) => sandbox.tasks.has(id), isBad);
    const firsts = [...lanes.values()].flatMap((marks) => marks.slice(0, 1)); // in the order of time
    const whole = windowOf(tasks, firsts, atMs, 0);
    const view = (this.zoom.shown = this.zoom.own ?? (choice.spanMs ? windowOf([], [], atMs, choice.spanMs) : whole));
    const widthPx = this.width();
    const scene = { view, widthPx, atMs, chosen: choice.opened, fits: choice.fits };
    this.drawAxis(scene, whole.originMs);
    const rows = tasks.map((task) => ({ key: task.id, task, marks: lanes.get(task.id) }));
    const others = lanes.get("").filter(choice.fits ?? (() => true));
    if (others.length && !choice.text && !choice.provider) rows.push({ key: "", task: null, marks: lanes.get("") });
    for (const [index, row] of rows.entries()) Object.assign(row, { place: index + 1, of: rows.length });
    const inSight = this.inSight(rows);
    this.tasks = inSight.flatMap((row) => row.task ?? []);
    keyed(this.lanes, inSight, (row) => row.key, (row) => this.lane(row), (node, row) => this.update(node, row, scene));
    return rows.length;
  }

  /** The rows in sight; those above and below them leave their room empty. */
  inSight(rows) {
    const rowPx = parseFloat(getComputedStyle(this.lanes).getPropertyValue("--lane-px"));
    const { top } = this.lanes.getBoundingClientRect();
    const fromPx = Math.max(0, this.scroller.getBoundingClientRect().top);
    const { first, end } = rowsInSight(rows.length, rowPx, top, fromPx, innerHeight);
    this.lanes.style.paddingTop = `${first * rowPx}px`;
    this.lanes.style.paddingBottom = `${(rows.length - end) * rowPx}px`;
    return rows.slice(first, end);
  }

  width() {
    const track = this.lanes.querySelector(".track") ?? this.axis.parentNode;
    return Math.max(120, Math.floor(track.getBoundingClientRect().width));
  }

  drawAxis({ view, widthPx, atMs }, originMs) {
    set(this.axis, { width: widthPx });
    const origin = Number.isFinite(originMs) ? originMs : atMs;
    const labels = ticks(view, widthPx, origin).map((tick) => [
      svg("line", { x1: tick.x, x2: tick.x, y1: 16, y2: 22 }),
      svg("text", { x: tick.x, y: 12 }, `+${span(tick.afterMs, tick.stepMs)}`),
    ]);
    this.axis.replaceChildren(...labels.flat());
  }

  lane(row) {
    const open = () => row.task && this.open({ task: row.task.id });
    const title = h("button", { type: "button", class: "title", onclick: open });
    if (!row.task) title.disabled = true;
    title.append(h("span", { class: "name" }), h("span", { class: "about" }));
    const drawing = svg("svg", { height: LANE_PX, role: "group" });
    const expiry = svg("path", { class: "expiry" }, svg("title", {}, t("expiry")));
    drawing.append(svg("g", { class: "bars" }), svg("line", { class: "now", y1: 0, y2: LANE_PX }), svg("g", { class: "marks" }), expiry);
    return h("li", { class: "lane" }, title, h("div", { class: "track" }, drawing));
  }

  update(node, { task, marks, place, of }, scene) {
    const [title, track] = node.children;
    const phase = task ? phaseAt(task, scene.atMs) : "";
    set(node, { "aria-posinset": place, "aria-setsize": of, "data-phase": phase, "data-open": task !== null && scene.chosen.task === task.id });
    write(title.children[0], task ? brief(task.prompt || task.id, 80) : t("other-calls"));
    write(title.children[1], task ? `${phaseWord(phase)} · ${task.provider} · ${task.model}` : "");
    const drawing = track.firstChild;
    set(drawing, { width: scene.widthPx, "aria-label": t("calls") });
    const [phases, now, dots, expiry] = drawing.children;
    const expiryX = task?.urls_until_ms ? xOf(task.urls_until_ms, scene.view, scene.widthPx) : -1;
    set(expiry, { d: expiryX >= 0 && expiryX <= scene.widthPx ? `M${expiryX} 3v28M${expiryX} 3l8 4l-8 4z` : "" });
    const shapes = task ? bars(task, scene.view, scene.atMs, scene.widthPx) : [];
    keyed(phases, shapes, (bar) => shapes.indexOf(bar), newBar, updateBar);
    const x = xOf(scene.atMs, scene.view, scene.widthPx);
    set(now, { x1: x, x2: x });
    const onTop = [...marks].sort((a, b) => (a.kind === "delivery") - (b.kind === "delivery"));
    const spots = thinned(placed(onTop, scene.view, scene.widthPx), isBad);
    keyed(dots, spots, ({ mark }) => mark.seq, (spot) => this.mark(spot), (g, spot) => updateMark(g, spot, scene));
  }

  mark({ mark }) {
    const open = () => this.open({ entry: mark.seq });
    const group = svg("g", { role: "button", tabindex: -1, onclick: open, "data-seq": mark.seq });
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") open();
    });
    group.append(svg("title", {}), svg("rect", { class: "reply", y: 23, height: 5, rx: 2.5 }), svg("path", { class: "chunks" }), shapeOf(mark), svg("path", { class: "bolt" }));
    return group;
  }

  /** Arrows: up and down among the jobs, left and right among the calls of one. */
  move(event) {
    const lane = event.target.closest(".lane");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
    if (!lane || !steps) return;
    event.preventDefault();
    const [across, down] = steps;
    if (down) {
      const next = down > 0 ? lane.nextElementSibling : lane.previousElementSibling;
      next?.querySelector(".title:enabled, [data-seq]")?.focus();
      return;
    }
    const marks = [...lane.querySelectorAll("[data-seq]")].sort((a, b) => a.dataset.seq - b.dataset.seq);
    const stops = [lane.querySelector(".title"), ...marks];
    stops[stops.indexOf(event.target.closest("[data-seq], .title")) + across]?.focus();
  }
}

function newBar() {
  return svg("rect", {});
}

function updateBar(node, bar) {
  const thick = ENDED.includes(bar.phase) ? { y: 14, height: 6, rx: 3 } : { y: 9, height: 16, rx: 4 };
  set(node, { ...thick, x: bar.x, width: bar.width, class: `bar ${bar.phase}`, "data-to-come": bar.toCome });
}

/** A call is a tick, an attempt of a callback a diamond. */
function shapeOf(mark) {
  if (mark.kind === "delivery") return svg("path", { class: "dot", d: "M0 -5.5L5.5 0L0 5.5L-5.5 0Z" });
  return svg("rect", { class: "dot", x: -2, y: -MARK_PX, width: 4, height: 2 * MARK_PX, rx: 2 });
}

function updateMark(group, { mark, x, width }, scene) {
  const struck = struckBy(mark);
  const [title, reply, chunks, dot, bolt] = group.children;
  const text = described(mark, struck);
  write(title, text);
  set(group, { class: `mark ${mark.kind}`, "aria-label": text, "data-bad": isBad(mark), "data-open": scene.chosen.entry === mark.seq, "data-aside": scene.fits ? !scene.fits(mark) : null });
  set(reply, { x, width });
  set(dot, { transform: `translate(${x} 17)` });
  set(chunks, { d: chunkSpots(mark, scene.view, scene.widthPx).map((at) => `M${at.toFixed(1)} 21v9`).join("") });
  const strikes = new Set(struck.map((fault) => strikeMs(mark, fault.rule)));
  set(bolt, { d: [...strikes].map((atMs) => boltAt(atMs === mark.atMs ? x : xOf(atMs, scene.view, scene.widthPx))).join("") });
}

function boltAt(x) {
  return `M${(x + 1).toFixed(1)} 0l-5 7h4l-2 6l6 -8h-4l2 -5z`;
}

function described(mark, struck) {
  const what = mark.kind === "delivery" ? `${t("callback")} ${mark.attempt}` : `${mark.method} ${mark.operation || mark.path}`;
  const code = mark.code && mark.code !== mark.status ? ` (${mark.code})` : "";
  const chunks = mark.chunks > 1 ? `, ${t("chunks", mark.chunks)}` : "";
  const rules = struck.length ? `, ⚡ ${struck.map((fault) => fault.fault).join(", ")}` : "";
  return `${what}: ${mark.status || t("no-answer")}${code}${chunks}${rules}${mark.reason ? `, ${brief(mark.reason)}` : ""}`;
}
