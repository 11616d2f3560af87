// Keeps what is known in line with the server: reads it once, and follows the event stream.

import { at } from "./api.js";
import { ENDED, MOST_TASKS, empty, markOf, take, takeTask } from "./model.js";
import { listen } from "./stream.js";

const LAST_ENTRIES = 1000;
const COUNTED_TASKS = 200; // of each sandbox at the left
const COUNT_MS = 500;
const PLANS_AT_ONCE = 8;
const MOST_SANDBOXES = 60;
const SETTLE_MS = 150; // many events of one moment are answered by one call

export class Watch {
  /** `told` has `link(state)`, `changed()`, `happened(event)`, `chosen(isOther)` and `gone(row)`. */
  constructor(api, told) {
    this.api = api;
    this.told = told;
    this.sandboxes = new Map();
    this.sandbox = null;
    this.wanted = null; // the sandbox that is chosen, perhaps not read yet
    this.readers = 0;
    this.waiting = []; // events that came while something is read whole
    this.later = new Map();
  }

  start() {
    this.told.link("waiting");
    listen(this.api, {
      opened: () => this.readAll(),
      happened: (event) => (this.readers ? this.waiting.push(event) : this.happened(event)),
      lost: () => this.told.link("lost"),
    });
  }

  /** Reads something whole. What happens meanwhile is told afterwards: nothing falls between. */
  async reading(read) {
    this.readers += 1;
    try {
      await read();
    } finally {
      this.readers -= 1;
      if (!this.readers) for (const event of this.waiting.splice(0)) this.happened(event);
    }
  }

  readAll() {
    return this.reading(async () => {
      await this.readSandboxes();
      const before = this.sandbox;
      const kept = this.sandboxes.get(this.wanted) ?? [...this.sandboxes.values()][0];
      if (kept) await this.choose(kept.id);
      else this.sandbox = this.wanted = null;
      if (before && before.id !== kept?.id) this.told.gone(before);
      this.told.link("live");
      this.told.changed();
    });
  }

  happened(event) {
    if (event.kind === "gone") return this.gone(event.sandbox);
    const row = this.sandboxes.get(event.sandbox);
    if (!row) this.soon("sandboxes", () => this.readSandboxes());
    else if (event.kind === "phase" || event.call_phase === "create") this.soon(`running ${row.id}`, () => this.countRunning(row), COUNT_MS);
    if (row && event.kind === "exchange") row.lastCall = event;
    if (event.sandbox === this.sandbox?.id) this.happenedHere(event);
    this.told.happened(event);
  }

  happenedHere(event) {
    const { sandbox } = this;
    const mark = markOf(event);
    if (mark) take(sandbox, mark);
    if (mark?.kind === "sent" && mark.chunks > 1) this.readChunks(sandbox, mark.seq);
    const known = sandbox.tasks.get(event.task_id);
    if (event.task_id && !known) this.soon("new tasks", () => this.readNew(sandbox));
    else if (event.kind === "phase") Object.assign(known, { phase: event.phase, isStale: true });
    if (event.kind === "clock") this.soon("clock", () => this.readClock(sandbox));
    if (event.kind === "control") this.soon("all", () => Promise.all([this.choose(this.wanted), this.readSandboxes()]));
    if (event.kind === "missed") this.soon("all", () => this.choose(this.wanted));
  }

  gone(id) {
    const row = this.sandboxes.get(id);
    this.sandboxes.delete(id);
    if (this.wanted === id) {
      this.sandbox = this.wanted = null;
      this.told.gone(row ?? { id });
      this.soon("sandboxes", () => this.readSandboxes());
    }
    this.told.changed();
  }

  /** Calls back once, a moment later, however often it is asked. A call that fails is not asked again. */
  soon(name, act, waitMs = SETTLE_MS) {
    if (this.later.has(name)) return;
    const call = () => {
      this.later.delete(name);
      act().then(() => this.told.changed(), () => {});
    };
    this.later.set(name, setTimeout(call, waitMs));
  }

  async readSandboxes() {
    const { sandboxes } = await this.api.get("/sandboxes");
    const latest = sandboxes.sort((a, b) => b.created_real_ms - a.created_real_ms).slice(0, MOST_SANDBOXES);
    const before = this.sandboxes;
    this.sandboxes = new Map(latest.map((one) => [one.id, { ...one, running: 0, lastCall: before.get(one.id)?.lastCall ?? null }]));
    await Promise.all([...this.sandboxes.values()].map((row) => this.countRunning(row)));
    if (!this.wanted && latest.length && !this.readers) await this.choose(latest[0].id);
  }

  async countRunning(row) {
    const page = await this.lastTasks(row.id, row.tasks, COUNTED_TASKS);
    row.tasks = page.total;
    row.running = page.tasks.filter((task) => !ENDED.includes(task.phase)).length;
  }

  /** The last tasks of a sandbox that has at least `count`. */
  lastTasks(id, count, most) {
    return this.api.get(at`/sandboxes/${id}/tasks`, { after: Math.max(0, count - most), limit: 1000 });
  }

  /** Reads a sandbox whole. If another one was chosen meanwhile, that one counts. */
  choose(id) {
    const isOther = this.wanted !== id;
    this.wanted = id;
    return this.reading(async () => {
      const fresh = empty(id);
      const [tasks, entries] = await Promise.all([this.newestTasks(id), this.lastEntries(id), this.readClock(fresh)]);
      if (this.wanted !== id) return;
      for (const task of tasks) takeTask(fresh, { ...task, plan: this.planOf(id, task), isStale: true });
      for (const mark of entries.map(markOf)) if (mark) take(fresh, mark);
      const last = entries.findLast((entry) => entry.kind === "exchange");
      if (last && this.sandboxes.has(id)) this.sandboxes.get(id).lastCall = last;
      this.sandbox = fresh;
      await this.told.chosen(isOther);
    });
  }

  async newestTasks(id) {
    const { total } = await this.api.get(at`/sandboxes/${id}/tasks`, { limit: 0 });
    return (await this.lastTasks(id, total, MOST_TASKS)).tasks;
  }

  /** The plan that was known before, until it is read anew. */
  planOf(id, task) {
    return this.sandbox?.id === id ? this.sandbox.tasks.get(task.id)?.plan : undefined;
  }

  /** Reads what was submitted since the last job that is known. */
  async readNew(sandbox) {
    const last = [...sandbox.tasks.values()].reduce((most, task) => Math.max(most, task.ordinal), 0);
    const { tasks } = await this.api.get(at`/sandboxes/${sandbox.id}/tasks`, { after: last, limit: 1000 });
    for (const task of tasks) takeTask(sandbox, { ...task, isStale: true });
  }

  /** Reads the plans of jobs in sight, a few at once: each drawing asks for those that are missing. */
  wantPlans(sandbox, tasks) {
    const asked = [...sandbox.tasks.values()].filter((task) => task.isAsked).length;
    for (const task of tasks.filter((one) => one.isStale && !one.isAsked).slice(0, PLANS_AT_ONCE - asked)) {
      Object.assign(task, { isAsked: true, isStale: false });
      this.readTask(sandbox, task.id).then(() => this.told.changed(), () => takeTask(sandbox, { ...task, isAsked: false }));
    }
  }

  async lastEntries(id) {
    const { total } = await this.api.get(at`/sandboxes/${id}/journal`, { limit: 0 });
    const page = await this.api.get(at`/sandboxes/${id}/journal`, { after: Math.max(0, total - LAST_ENTRIES), limit: 1000 });
    return page.entries;
  }

  /** Reads when the chunks of streams left that ended just now: an event tells only how many there were. */
  readChunks(sandbox, seq) {
    this.firstEnded = Math.min(seq, this.firstEnded ?? seq);
    this.soon("chunks", async () => {
      const after = this.firstEnded - 1;
      this.firstEnded = null;
      const { entries } = await this.api.get(at`/sandboxes/${sandbox.id}/journal`, { kind: "sent", after, limit: 1000 });
      for (const entry of entries) take(sandbox, markOf(entry));
    });
  }

  async readTask(sandbox, taskId) {
    takeTask(sandbox, { ...(await this.api.get(at`/sandboxes/${sandbox.id}/tasks/${taskId}`)), isAsked: false });
  }

  async readClock(sandbox) {
    sandbox.clock = await this.api.get(at`/sandboxes/${sandbox.id}/clock`);
    sandbox.readMs = performance.now();
  }
}
