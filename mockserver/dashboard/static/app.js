// Puts the page together: what comes in changes what is known, and what is known is drawn.

import { Api, at } from "./api.js";
import { Controls } from "./controls.js";
import { callDetails, jobDetails } from "./details.js";
import { h, keyed, set, write } from "./dom.js";
import { moment, span } from "./format.js";
import { ENDED, MOST_TASKS, empty, markOf, nowMs, take, takeTask } from "./model.js";
import { panels } from "./panels.js";
import { listen } from "./stream.js";
import { Timeline } from "./timeline.js";
import { fillIn, language, t } from "./words.js";

const LAST_ENTRIES = 300;
const MOST_SANDBOXES = 60;
const DRAW_MS = 100;
const SETTLE_MS = 150; // so many events of one moment are answered by one call
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.api = new Api((again) => this.askToken(again));
    this.sandboxes = new Map();
    this.sandbox = null;
    this.choice = { text: "", filter: "all", spanMs: 0, opened: {} };
    this.waiting = null; // events that came while all is read anew
    this.paused = null; // how many events came since the drawing stands still
    this.later = new Map();
    this.timeline = new Timeline(document, (what) => this.open(what));
    this.controls = new Controls(byId("controls"), { act: (...call) => this.act(...call), open: (what) => this.open(what) });
  }

  start() {
    document.documentElement.lang = language;
    fillIn(document);
    this.fillSelects();
    this.listenToHand();
    this.showLink("waiting");
    setInterval(() => this.moves() && this.draw(), DRAW_MS);
    new ResizeObserver(() => this.draw()).observe(byId("lanes"));
    listen(this.api, {
      opened: () => this.opened(),
      happened: (event) => (this.waiting ? this.waiting.push(event) : this.happened(event)),
      lost: () => this.showLink("lost"),
    });
  }

  // What comes in

  async opened() {
    const waiting = (this.waiting = []);
    try {
      await this.readSandboxes();
      const kept = this.sandboxes.get(this.sandbox?.id) ?? [...this.sandboxes.values()][0];
      if (kept) await this.choose(kept.id);
      else this.sandbox = null;
    } finally {
      if (this.waiting === waiting) this.waiting = null;
    }
    for (const event of waiting) this.happened(event);
    this.showLink("live");
    this.draw();
  }

  happened(event) {
    if (event.kind === "gone") this.sandboxes.delete(event.sandbox);
    const row = this.sandboxes.get(event.sandbox);
    if (row && event.kind === "exchange") row.lastCall = event;
    if (!row || event.kind === "phase" || event.task_id) this.soon("sandboxes", () => this.readSandboxes());
    if (event.sandbox === this.sandbox?.id) this.happenedHere(event);
    if (this.paused !== null) this.paused += 1;
    this.drawSoon();
  }

  happenedHere(event) {
    const mark = markOf(event);
    if (mark) take(this.sandbox, mark);
    const { task, panel } = this.choice.opened;
    if (event.task_id && (event.kind === "phase" || !this.sandbox.tasks.has(event.task_id))) this.soon(`task ${event.task_id}`, () => this.readTask(event.task_id));
    if (event.kind === "clock") this.soon("clock", () => this.readClock());
    if (["control", "missed"].includes(event.kind)) this.soon("all", () => this.choose(this.sandbox.id));
    if (event.kind === "gone") this.sandbox = null;
    if (panel && event.kind !== "phase" && event.kind !== "clock") this.soon("details", () => this.showTally());
    if (task && event.task_id === task) this.soon("details", () => this.showDetails());
  }

  /** Calls back once, a moment later, however often it is asked. A call that fails is not asked again. */
  soon(name, act) {
    if (this.later.has(name)) return;
    this.later.set(name, setTimeout(() => {
      this.later.delete(name);
      act().then(() => this.drawSoon(), () => {});
    }, SETTLE_MS));
  }

  async readSandboxes() {
    const { sandboxes } = await this.api.get("/sandboxes");
    const latest = sandboxes.sort((a, b) => b.created_real_ms - a.created_real_ms).slice(0, MOST_SANDBOXES);
    const running = await Promise.all(latest.map((one) => this.countRunning(one)));
    const before = this.sandboxes;
    this.sandboxes = new Map(latest.map((one, index) => {
      return [one.id, { ...one, running: running[index], lastCall: before.get(one.id)?.lastCall ?? null }];
    }));
    if (!this.sandbox && latest.length && !this.waiting) await this.choose(latest[0].id);
    this.drawSandboxes();
  }

  async countRunning({ id, tasks }) {
    if (!tasks) return 0;
    const page = await this.api.get(at`/sandboxes/${id}/tasks`, { after: Math.max(0, tasks - MOST_TASKS), limit: 1000 });
    return page.tasks.filter((task) => !ENDED.includes(task.phase)).length;
  }

  async choose(id) {
    const fresh = empty(id);
    const [tasks, counts] = await Promise.all([this.lastTasks(id), this.api.get(at`/sandboxes/${id}/journal`, { limit: 0 })]);
    const after = Math.max(0, counts.total - LAST_ENTRIES);
    const journal = await this.api.get(at`/sandboxes/${id}/journal`, { after, limit: 1000 });
    for (const task of tasks) takeTask(fresh, task);
    for (const entry of journal.entries) {
      const mark = markOf(entry);
      if (mark) take(fresh, mark);
    }
    const isOther = this.sandbox?.id !== id;
    this.sandbox = fresh;
    const last = journal.entries.findLast((entry) => entry.kind === "exchange");
    if (last && this.sandboxes.has(id)) this.sandboxes.get(id).lastCall = last;
    await this.readClock();
    if (isOther) this.open({});
    else if (this.choice.opened.task && fresh.tasks.has(this.choice.opened.task)) await this.showDetails();
    this.drawSandboxes();
    this.draw();
  }

  async lastTasks(id) {
    const { total } = await this.api.get(at`/sandboxes/${id}/tasks`, { limit: 0 });
    const page = await this.api.get(at`/sandboxes/${id}/tasks`, { after: Math.max(0, total - MOST_TASKS), limit: 1000 });
    return Promise.all(page.tasks.slice(-MOST_TASKS).map((task) => this.api.get(at`/sandboxes/${id}/tasks/${task.id}`)));
  }

  async readTask(taskId) {
    const { sandbox } = this;
    takeTask(sandbox, await this.api.get(at`/sandboxes/${sandbox.id}/tasks/${taskId}`));
  }

  async readClock() {
    const { sandbox } = this;
    sandbox.clock = await this.api.get(at`/sandboxes/${sandbox.id}/clock`);
    sandbox.readMs = performance.now();
  }

  // What is drawn

  moves() {
    return this.paused === null && this.sandbox?.clock?.mode === "real" && !document.hidden;
  }

  drawSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    this.drawPause();
    if (this.paused !== null) return;
    this.drawSandboxes();
    const { sandbox } = this;
    const atMs = sandbox ? nowMs(sandbox, performance.now()) : 0;
    const shown = sandbox ? this.timeline.draw(sandbox, atMs, this.choice) : 0;
    byId("lanes").hidden = byId("axis").hidden = !shown;
    this.drawNothing(shown);
    this.controls.draw(sandbox, this.choice.opened);
    const clock = sandbox?.clock;
    const rate = clock?.mode === "real" && clock.rate !== 1 ? ` ×${clock.rate}` : "";
    write(byId("clock"), clock ? `${moment(atMs)} · ${clock.mode}${rate}` : "");
  }

  drawNothing(shown) {
    const why = !this.sandbox ? "no-sandbox" : this.sandbox.tasks.size || this.sandbox.marks.size ? "no-match" : "no-jobs";
    const box = byId("nothing");
    box.hidden = shown > 0 || this.waiting !== null;
    if (box.dataset.why === why) return;
    box.dataset.why = why;
    const line = `curl ${location.origin}/kie/api/v1/veo/generate -H 'Authorization: Bearer sk-me' -H 'Content-Type: application/json' -d '{"model":"veo3_fast","prompt":"a cat"}'`;
    box.replaceChildren(h("p", {}, t(why)), why === "no-match" ? "" : h("pre", {}, line));
  }

  drawSandboxes() {
    const rows = [...this.sandboxes.values()];
    keyed(byId("sandboxes"), rows, (row) => row.id, (row) => this.sandboxRow(row), (node, row) => this.updateRow(node, row));
  }

  sandboxRow({ id }) {
    const choose = () => this.choose(id).catch(() => {});
    return h("li", {}, h("button", { type: "button", onclick: choose }, h("strong", {}), h("span", { class: "count" }), h("small", {})));
  }

  updateRow(node, row) {
    const [name, count, last] = node.firstChild.children;
    const call = row.lastCall;
    set(node.firstChild, { "aria-current": row.id === this.sandbox?.id && "true" });
    write(name, row.label || row.id.slice(0, 12));
    set(count, { "data-running": row.running > 0 });
    write(count, row.running ? t("running-count", row.running) : row.tasks === 1 ? t("one-job") : t("job-count", row.tasks));
    write(last, call ? `${call.method} ${call.operation || call.path} · ${call.status || t("no-answer")} · ${new Date(call.real_ms).toLocaleTimeString(language)}` : "");
  }

  drawPause() {
    const button = byId("pause");
    set(button, { "aria-pressed": String(this.paused !== null) });
    write(button, t(this.paused === null ? "pause" : "resume") + (this.paused ? ` · ${this.paused}` : ""));
  }

  showLink(state) {
    set(byId("link"), { "data-state": state });
    write(byId("link"), t(state));
  }

  // What is opened

  open(what) {
    this.choice.opened = what;
    this.opener = document.activeElement;
    if (!what.task && !what.entry && !what.panel) {
      byId("details").hidden = true;
      return this.draw();
    }
    return this.showDetails().then(() => byId("details").focus({ preventScroll: true }), (error) => this.tell(error.message));
  }

  async showDetails() {
    const from = this.choice.opened;
    const content = await this.contentOf(from, this.sandbox.id);
    if (from !== this.choice.opened) return;
    const box = byId("details");
    const isPlaying = [...box.querySelectorAll("video")].some((video) => !video.paused);
    if (isPlaying && box.shows === from) return;
    const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => this.close() }, "✕");
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(close, ...content.filter(Boolean));
    if (hadFocus) box.focus({ preventScroll: true });
    if (box.shows !== from) box.scrollTop = 0;
    box.shows = from;
    box.hidden = false;
    this.draw();
  }

  contentOf({ task, entry, panel }, id) {
    const act = {
      open: (what) => this.open(what),
      copy: (text) => this.copy(text),
      act: (...call) => this.act(...call),
      resend: (callback) => this.act("POST", at`/sandboxes/${id}/callbacks/${callback}/resend`),
    };
    if (panel) return panels[panel](this.api, id, act);
    return entry ? callDetails(this.api, id, entry, act) : jobDetails(this.api, id, task, act);
  }

  /** Shows a panel anew, unless somebody fills it in. */
  async showTally() {
    if (!byId("details").contains(document.activeElement?.closest("form"))) await this.showDetails();
  }

  /** Does a call, tells how it went, and shows what is open anew. */
  async act(method, path, body) {
    try {
      await this.api.send(method, path, body);
      this.tell(t("done"));
      if (this.choice.opened.task || this.choice.opened.panel) await this.showDetails();
    } catch (error) {
      this.tell(error.message);
    }
  }

  close() {
    const { opener } = this;
    this.open({});
    if (opener?.isConnected) opener.focus();
  }

  async copy(text) {
    await navigator.clipboard.writeText(text).then(() => this.tell(t("copied")), () => this.tell(t("not-copied")));
  }

  tell(text) {
    write(byId("told"), text);
    byId("told").classList.remove("hidden");
    clearTimeout(this.telling);
    this.telling = setTimeout(() => byId("told").classList.add("hidden"), 4000);
  }

  // What a hand does

  fillSelects() {
    byId("filter").append(...["all", "running", "ended", "faults"].map((value) => h("option", { value }, t(value))));
    byId("span").append(...[0, 60000, 300000, 3600000].map((value) => h("option", { value }, t(`span-${value}`))));
    const legend = [["queued", "queued"], ["running", "phase-running"], ["succeeded", "succeeded"], ["failed", "failed"], ["call", "call"], ["refused", "refused"], ["delivery", "callback"], ["struck", "struck"], ["stream", "stream"]];
    byId("legend").append(...legend.map(([kind, word]) => h("span", { class: `key ${kind}` }, t(word))));
  }

  listenToHand() {
    byId("search").addEventListener("input", (event) => this.pick({ text: event.target.value }));
    byId("filter").addEventListener("change", (event) => this.pick({ filter: event.target.value }));
    byId("span").addEventListener("change", (event) => this.pick({ spanMs: Number(event.target.value) }));
    byId("pause").addEventListener("click", () => this.pause());
    byId("help-button").addEventListener("click", () => this.help());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  pick(choice) {
    Object.assign(this.choice, choice);
    this.draw();
  }

  pause() {
    this.paused = this.paused === null ? 0 : null;
    this.draw();
  }

  key(event) {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (isTyping) event.target.blur();
      else this.close();
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const acts = { "/": () => byId("search").focus(), "?": () => this.help(), p: () => this.pause() };
    if (event.key === "ArrowDown" && event.target === document.body) acts.ArrowDown = () => document.querySelector(".title")?.focus();
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  help() {
    const keys = [["/", "key-search"], ["?", "key-help"], ["p", "key-pause"], ["Esc", "key-escape"]];
    const close = h("button", { type: "button", onclick: () => byId("help").close() }, t("close"));
    const list = h("dl", {}, ...keys.flatMap(([key, word]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(word))]));
    byId("help").replaceChildren(h("h2", {}, t("help")), h("p", {}, t("help-text")), list, close);
    byId("help").showModal();
  }

  /** Waits until somebody typed the token. */
  askToken(isWrong) {
    return new Promise((given) => {
      const box = byId("token");
      const field = h("input", { type: "password", autocomplete: "off", "aria-label": t("token-field") });
      const enter = (event) => {
        event.preventDefault();
        box.close();
        given(field.value);
      };
      box.replaceChildren(h("form", { onsubmit: enter }, h("p", {}, t("token")), isWrong && h("p", { class: "why" }, t("token-wrong")), field, h("button", {}, t("enter"))));
      box.addEventListener("cancel", (event) => event.preventDefault());
      if (!box.open) box.showModal();
      field.focus();
    });
  }
}

new Page().start();
