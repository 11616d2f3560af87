// Puts the page together: what comes in changes what is known, and what is known is drawn.

import { Api, at } from "./api.js";
import { Controls } from "./controls.js";
import { callDetails, jobDetails } from "./details.js";
import { h, keyed, set, write } from "./dom.js";
import { moment, span } from "./format.js";
import { nowMs, statusFits } from "./model.js";
import { panels } from "./panels.js";
import { drawTapes, readTape, tapeDetails } from "./tapes.js";
import { Timeline } from "./timeline.js";
import { Watch } from "./watch.js";
import { fillIn, language, t } from "./words.js";

const DRAW_MS = 100;
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.api = new Api((again) => this.askToken(again));
    this.watch = new Watch(this.api, {
      link: (state) => this.showLink(state),
      changed: () => this.drawSoon(),
      happened: (event) => this.happened(event),
      chosen: (isOther) => this.chosen(isOther),
      gone: (row) => this.gone(row),
    });
    this.choice = { text: "", filter: "all", provider: "", fits: null, spanMs: 0, opened: {} };
    this.turns = this.shownTurn = 0;
    this.paused = null; // how many events came since the drawing stands still
    this.still = null; // the sandbox and the moment that are drawn meanwhile
    this.tapes = { has_folder: false, replays_here: false, tapes: [] };
    this.tape = null; // the tape that is drawn in place of a sandbox
    this.timeline = new Timeline(document, (what) => this.open(what), () => this.drawSoon(true));
    this.controls = new Controls(byId("controls"), { act: (...call) => this.act(...call), open: (what) => this.open(what) });
    byId("sandboxes").after(this.controls.name);
  }

  start() {
    document.documentElement.lang = language;
    fillIn(document);
    this.fillSelects();
    this.listenToHand();
    setInterval(() => this.moves() && this.drawSoon(), DRAW_MS);
    new ResizeObserver(() => this.draw()).observe(byId("lanes"));
    this.watch.start();
  }

  // What comes in

  get sandbox() {
    return this.watch.sandbox;
  }

  happened(event) {
    if (this.paused !== null) this.paused += 1;
    this.drawSoon();
    if (event.sandbox !== this.sandbox?.id) return;
    const { task, panel } = this.choice.opened;
    if (task && event.task_id === task) this.watch.soon("details", () => this.showDetails());
    if (panel && !["phase", "clock"].includes(event.kind)) this.watch.soon("details", () => this.showTally());
  }

  async chosen(isOther) {
    if (this.tape) return this.draw();
    const { task, panel } = this.choice.opened;
    if (isOther) this.timeline.zoom.own = this.paused = null;
    if ((isOther && panel !== "submit") || (task && !this.sandbox.tasks.has(task))) this.open({});
    else if (task) await this.showDetails();
    this.draw();
  }

  /** A sandbox that was looked at is there no more. */
  gone(row) {
    this.tell(t("sandbox-gone", row.label || row.id.slice(0, 12)));
    if (this.choice.opened.panel !== "submit" && !this.tape) this.open({});
  }

  async readTapes() {
    this.tapes = await this.api.get("/tapes");
    this.drawSoon();
  }

  /** Shows a tape in place of the sandbox, until a sandbox is chosen. */
  async openTape(name) {
    try {
      this.tape = await readTape(this.api, name);
      this.timeline.zoom.own = this.paused = null;
      this.open({ tape: name });
    } catch (error) {
      this.tell(error.message);
    }
  }

  closeTape() {
    if (!this.tape) return;
    this.tape = this.timeline.zoom.own = null;
    this.open({});
  }

  // What is drawn

  moves() {
    return this.paused === null && this.sandbox?.clock?.mode === "real" && !document.hidden;
  }

  /** Draws in a moment, and not more often than every `DRAW_MS`; with `atOnce` in the next frame. */
  drawSoon(atOnce = false) {
    const drawn = () => {
      this.frame = null;
      this.draw();
    };
    const waitMs = (this.drawnMs ?? 0) + DRAW_MS - performance.now();
    if (atOnce || waitMs <= 0) this.frame ??= requestAnimationFrame(drawn);
    else this.timer ??= setTimeout(() => { this.timer = null; this.drawSoon(); }, waitMs);
  }

  draw() {
    this.drawnMs = performance.now();
    this.drawPause();
    if (this.paused === null) this.still = null;
    const { sandbox, atMs } = this.tape ?? this.still ?? { sandbox: this.sandbox, atMs: this.sandbox ? nowMs(this.sandbox, performance.now()) : 0 };
    const shown = sandbox ? this.timeline.draw(sandbox, atMs, this.choice) : 0;
    byId("lanes").hidden = byId("scale").hidden = !shown;
    if (this.still) return;
    if (sandbox && !this.tape) this.watch.wantPlans(sandbox, this.timeline.tasks);
    this.drawSandboxes();
    drawTapes(byId("tapes"), this.tapes, this.tape?.tape.name, (name) => this.openTape(name));
    this.drawProviders(sandbox);
    this.drawNothing(shown);
    this.controls.draw(this.tape ? null : sandbox, this.choice.opened, this.watch.sandboxes.get(sandbox?.id));
    const clock = sandbox?.clock;
    const rate = clock?.mode === "real" && clock.rate !== 1 ? ` ×${clock.rate}` : "";
    write(byId("clock"), clock ? `${moment(atMs)} · ${clock.mode}${rate}` : "");
  }

  drawNothing(shown) {
    const why = this.tape ? "no-match" : !this.sandbox ? "no-sandbox" : this.sandbox.tasks.size || this.sandbox.marks.size ? "no-match" : "no-jobs";
    const box = byId("nothing");
    box.hidden = shown > 0 || (!this.sandbox && this.watch.readers > 0);
    if (box.dataset.why === why) return;
    box.dataset.why = why;
    const line = `curl ${location.origin}/kie/api/v1/veo/generate -H 'Authorization: Bearer sk-me' -H 'Content-Type: application/json' -d '{"model":"veo3_fast","prompt":"a cat"}'`;
    box.replaceChildren(h("p", {}, t(why)), ...(why === "no-match" ? [] : [this.submitButton(), h("pre", {}, line)]));
  }

  submitButton() {
    return h("button", { type: "button", class: "main", onclick: () => this.open({ panel: "submit" }) }, t("panel-submit"));
  }

  drawSandboxes() {
    const rows = [...this.watch.sandboxes.values()];
    keyed(byId("sandboxes"), rows, (row) => row.id, (row) => this.sandboxRow(row), (node, row) => this.updateRow(node, row));
  }

  sandboxRow({ id }) {
    const choose = () => this.closeTape() ?? this.watch.choose(id).catch((error) => this.tell(error.message));
    return h("li", {}, h("button", { type: "button", onclick: choose }, h("strong", {}), h("span", { class: "count" }), h("small", {})));
  }

  updateRow(node, row) {
    const [name, count, last] = node.firstChild.children;
    const call = row.lastCall;
    set(node.firstChild, { "aria-current": !this.tape && row.id === this.sandbox?.id && "true" });
    write(name, row.label || row.id.slice(0, 12));
    set(count, { "data-running": row.running > 0 });
    write(count, row.running ? t("running-count", row.running) : row.tasks === 1 ? t("one-job") : t("job-count", row.tasks));
    write(last, call ? `${call.method} ${call.operation || call.path} · ${call.status || t("no-answer")} · ${new Date(call.real_ms).toLocaleTimeString(language, { hourCycle: "h23" })}` : "");
  }

  /** The providers to choose from: those of the jobs. */
  drawProviders(sandbox) {
    const names = [...new Set([...(sandbox?.tasks.values() ?? [])].map((task) => task.provider))].sort();
    const { provider } = this.choice;
    if (provider && !names.includes(provider)) names.push(provider);
    const select = byId("provider");
    keyed(select, ["", ...names], (name) => name, (value) => h("option", { value }, value || t("every-provider")), () => {});
    if (select.value !== provider) select.value = provider;
  }

  drawPause() {
    const button = byId("pause");
    set(button, { "aria-pressed": String(this.paused !== null) });
    write(button, t(this.paused === null ? "pause" : "resume") + (this.paused ? ` · ${this.paused}` : ""));
  }

  showLink(state) {
    set(byId("link"), { "data-state": state });
    write(byId("link"), t(state));
    if (state === "live") this.readTapes().catch((error) => this.tell(error.message));
  }

  // What is opened

  open(what) {
    this.choice.opened = what;
    this.opener = document.activeElement;
    if (!what.task && !what.entry && !what.panel && !what.tape) {
      byId("details").hidden = true;
      return this.draw();
    }
    return this.showDetails().then(() => byId("details").focus({ preventScroll: true }), (error) => this.tell(error.message));
  }

  async showDetails() {
    const from = this.choice.opened;
    const turn = (this.turns += 1);
    const content = await this.contentOf(from, this.sandbox?.id);
    if (from !== this.choice.opened || turn < this.shownTurn) return; // what was asked later is newer
    this.shownTurn = turn;
    const box = byId("details");
    const isPlaying = [...box.querySelectorAll("video")].some((video) => !video.paused);
    const isFilledIn = from.panel === "submit" || box.querySelector("form[data-touched]");
    if ((isPlaying || isFilledIn) && box.shows === from) return; // a form is left to who fills it in
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
      copy: (...given) => this.copy(...given),
      tell: (text) => this.tell(text),
      sandbox: () => this.sandbox?.id,
      choose: (other) => this.watch.choose(other),
      act: (...call) => this.act(...call),
      resend: (callback) => this.act("POST", at`/sandboxes/${id}/callbacks/${callback}/resend`),
      drop: (callback) => this.act("DELETE", at`/sandboxes/${id}/callbacks/${callback}`),
    };
    if (this.tape) return tapeDetails(this.tape, { task, entry }, act, this.tapes.replays_here ? (name) => this.api.send("POST", at`/tapes/${name}/replay`) : null);
    if (panel) return panels[panel](this.api, id, act);
    return entry ? callDetails(this.api, id, entry, act) : jobDetails(this.api, id, task, act);
  }

  /** Shows a panel anew, unless somebody fills it in. */
  async showTally() {
    if (!byId("details").contains(document.activeElement?.closest("form"))) await this.showDetails();
  }

  /** Does a call, tells how it went, and shows what is open anew. */
  async act(method, path, body) {
    const touched = [...byId("details").querySelectorAll("form[data-touched]")];
    for (const form of touched) set(form, { "data-touched": false });
    try {
      await this.api.send(method, path, body);
      this.tell(t("done"));
      if (this.choice.opened.task || this.choice.opened.panel) await this.showDetails();
    } catch (error) {
      const isGone = error.status === 404; // what is shown is old: another page, or a script, was faster
      for (const form of touched) set(form, { "data-touched": !isGone });
      if (isGone) await this.showDetails().catch(() => this.open({}));
      this.tell(error.message);
    }
  }

  close() {
    const { opener } = this;
    this.open({});
    if (opener?.isConnected) opener.focus();
  }

  async copy(text, word = "copied") {
    const { clipboard } = navigator; // absent off loopback without TLS
    await (clipboard?.writeText(text) ?? Promise.reject()).then(() => this.tell(t(word)), () => this.tell(t("not-copied")));
  }

  tell(text) {
    write(byId("told"), text);
    byId("told").classList.remove("hidden");
    clearTimeout(this.telling);
    this.telling = setTimeout(() => byId("told").classList.add("hidden"), 4000);
  }

  // What a hand does

  fillSelects() {
    byId("filter").append(...["all", "running", "ended", "queued", "succeeded", "failed", "faults", "refused"].map((value) => h("option", { value }, t(value))));
    byId("statuses").append(...["4xx", "5xx", "422", "429", t("refused-word")].map((value) => h("option", { value })));
    byId("span").append(...[0, 60000, 300000, 3600000].map((value) => h("option", { value }, t(`span-${value}`))));
    const legend = [["queued", "queued"], ["running", "phase-running"], ["succeeded", "succeeded"], ["failed", "failed"], ["call", "call"], ["refused", "refused"], ["delivery", "callback"], ["struck", "struck"], ["stream", "stream"], ["chunk", "chunk-tick"], ["expiry", "expiry"]];
    byId("legend").append(...legend.map(([kind, word]) => h("span", { class: `key ${kind}` }, t(word))));
  }

  listenToHand() {
    byId("search").addEventListener("input", (event) => this.pick({ text: event.target.value }));
    byId("filter").addEventListener("change", (event) => this.pick({ filter: event.target.value }));
    byId("provider").addEventListener("change", (event) => this.pick({ provider: event.target.value }));
    byId("status").addEventListener("input", (event) => this.pickStatus(event.target));
    byId("span").addEventListener("change", (event) => {
      this.timeline.zoom.own = null;
      this.pick({ spanMs: Number(event.target.value) });
    });
    byId("pause").addEventListener("click", () => this.pause());
    byId("help-button").addEventListener("click", () => this.help());
    byId("details").addEventListener("input", ({ target }) => target.form && set(target.form, { "data-touched": true }));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  pick(choice) {
    Object.assign(this.choice, choice);
    this.draw();
  }

  /** Jobs by the statuses of their calls; a text that nobody can read picks nothing and says so. */
  pickStatus(field) {
    const fits = statusFits(field.value, t("refused-word"));
    set(field, { "aria-invalid": fits === undefined && "true" });
    field.setCustomValidity(fits === undefined ? t("status-expected") : "");
    field.reportValidity();
    this.pick({ fits: fits === undefined ? () => false : fits });
  }

  pause() {
    this.paused = this.paused === null ? 0 : null;
    const { sandbox } = this;
    const copy = sandbox && { ...sandbox, tasks: new Map(sandbox.tasks), marks: new Map(sandbox.marks) };
    this.still = this.paused === null || !copy ? null : { sandbox: copy, atMs: nowMs(sandbox, performance.now()) };
    this.draw();
  }

  key(event) {
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (isTyping) event.target.blur();
      else this.close();
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const acts = { "/": () => byId("search").focus(), s: () => byId("status").focus(), "?": () => this.help(), p: () => this.pause(), ...this.timeline.zoom.keys() };
    if (event.key === "ArrowDown" && event.target === document.body) acts.ArrowDown = () => document.querySelector(".title")?.focus();
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  help() {
    const keys = [["/", "key-search"], ["s", "key-status"], ["?", "key-help"], ["p", "key-pause"], ["+ −", "key-zoom"], ["0", "zoom-fit"], ["< >", "key-pan"], ["Esc", "key-escape"]];
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
