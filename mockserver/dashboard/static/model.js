// What is known of one sandbox: jobs, calls and clock. Pure: no page, no network, no time of its own.

export const MOST_TASKS = 1000;
export const MOST_MARKS = 10000;
export const ENDED = ["succeeded", "failed", "expired"];

/** A sandbox of which nothing is known yet. */
export function empty(id) {
  return { id, tasks: new Map(), marks: new Map(), clock: null, readMs: 0 };
}

/** A journal entry, or an event of the stream, as a mark on the time line; null for the rest. */
export function markOf(told) {
  if (!["exchange", "sent", "closed", "delivery"].includes(told.kind)) return null;
  const detail = told.detail ?? {};
  return {
    seq: told.seq,
    kind: told.kind,
    of: told.of ?? detail.of ?? 0,
    atMs: told.virtual_ms,
    taskId: told.task_id,
    provider: told.provider,
    operation: told.operation,
    callPhase: told.call_phase,
    method: told.method,
    path: told.path,
    status: told.status,
    code: told.code ?? told.status,
    reason: told.reason,
    attempt: told.attempt || detail.attempt || 0,
    chunks: detail.chunks ?? chunksIn(told.what ?? ""),
    pieces: detail.pieces ?? [],
    struckPieces: detail.struck_pieces ?? {},
    faults: told.faults ?? [],
    struck: detail.struck ?? [],
    endMs: null,
  };
}

function chunksIn(what) {
  return Number(/ in (\d+) chunks/.exec(what)?.[1] ?? 0);
}

/** Takes one mark in. The end of a reply joins the call that it ends. */
export function take(sandbox, mark) {
  if (mark.kind === "exchange" || mark.kind === "delivery") {
    sandbox.marks.set(mark.seq, mark);
    while (sandbox.marks.size > MOST_MARKS) sandbox.marks.delete(sandbox.marks.keys().next().value);
    return mark;
  }
  const begun = sandbox.marks.get(mark.of);
  if (!begun) return null;
  if (mark.faults.length) begun.faults = mark.faults;
  begun.faults = begun.faults.map((fault) => (mark.struck.includes(fault.rule) ? { ...fault, struck: true } : fault));
  if (mark.kind === "closed") begun.closedMs = mark.atMs;
  else Object.assign(begun, { endMs: mark.atMs, chunks: mark.chunks, pieces: mark.pieces, struckPieces: mark.struckPieces, status: mark.status || begun.status });
  return begun;
}

/** Takes a task in. The oldest go where there are more than a page can show. */
export function takeTask(sandbox, task) {
  sandbox.tasks.set(task.id, { ...sandbox.tasks.get(task.id), ...task });
  if (sandbox.tasks.size <= MOST_TASKS) return;
  const oldest = [...sandbox.tasks.values()].reduce((a, b) => (b.ordinal < a.ordinal ? b : a));
  sandbox.tasks.delete(oldest.id);
}

/** The virtual time at a moment of this machine; a clock that stands does not move. */
export function nowMs(sandbox, realMs) {
  const clock = sandbox.clock;
  if (!clock) return 0;
  return clock.now_ms + (clock.mode === "real" ? (realMs - sandbox.readMs) * clock.rate : 0);
}

/** How a task stands at a virtual time, by its plan. */
export function phaseAt(task, atMs) {
  const step = task.plan?.steps.findLast((one) => one.at_ms <= atMs);
  return step?.phase ?? task.phase;
}

/** Whether a call went wrong for the client. */
export function isBad(mark) {
  if (mark.kind === "delivery") return mark.status < 200 || mark.status >= 300;
  return mark.status === 0 || mark.status >= 400 || mark.code >= 400 || mark.reason !== "" || struckBy(mark).length > 0;
}

/** The faults that struck a call. */
export function struckBy(mark) {
  return mark.faults.filter((fault) => fault.struck);
}

/** When a fault struck: with its call or, inside a stream, with the chunk that showed it or at the end. */
export function strikeMs(mark, rule) {
  const number = mark.struckPieces?.[rule];
  if (!number) return mark.atMs;
  return mark.pieces[number - 1]?.[0] ?? mark.endMs;
}

const STATUS = /^\d[\dx]{0,2}$/;

/** Which calls fit a text such as `4xx`, `422` or `refused`: by the HTTP status or by the envelope's own.
 *  Null for an empty text, and undefined for one that nobody can read. */
export function statusFits(text, refused = "refused") {
  const words = text.trim().toLowerCase().split(/[\s,]+/).filter(Boolean);
  if (!words.length) return null;
  const isWord = (word) => [refused, "refused"].some((one) => one.startsWith(word)); // or its beginning: it is being typed
  if (words.some((word) => !STATUS.test(word) && !isWord(word))) return undefined;
  const fits = (word, mark) => (STATUS.test(word) ? [mark.status, mark.code].some((code) => begins(String(code), word)) : isBad(mark));
  return (mark) => words.some((word) => fits(word, mark));
}

function begins(code, word) {
  return [...word].every((sign, index) => sign === "x" || sign === code[index]);
}

/** The tasks that fit a text, a choice, a provider and the statuses of their calls, the newest first. */
export function found(sandbox, text, choice, atMs, provider = "", fits = null) {
  const wanted = text.trim().toLowerCase();
  const tests = [{ faults: (mark) => struckBy(mark).length > 0, refused: isBad }[choice], fits].filter(Boolean);
  const hurt = tests.map((isHurt) => new Set([...sandbox.marks.values()].filter(isHurt).map((mark) => mark.taskId)));
  return [...sandbox.tasks.values()]
    .filter((task) => {
      const hay = wanted && [task.prompt, task.id, task.model, task.provider, task.scenario, phaseAt(task, atMs)].join(" ");
      return (!wanted || hay.toLowerCase().includes(wanted)) && (!provider || task.provider === provider);
    })
    .filter((task) => hurt.every((ids) => ids.has(task.id)))
    .filter((task) => {
      if (["all", "faults", "refused"].includes(choice)) return true;
      const phase = phaseAt(task, atMs);
      if (choice === "running") return !ENDED.includes(phase);
      return choice === "ended" ? ENDED.includes(phase) : phase === choice;
    })
    .sort((a, b) => b.ordinal - a.ordinal);
}
