// Where everything stands on the time line. Pure: numbers in, numbers out.

const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5];
const TICK_PX = 90;
const LEAST_BAR_PX = 3;
const SPARE_ROWS = 3;
const MOST_SPOTS = 40;
const THIN_PX = 14;
const EDGE = 0.03; // of the width stays free behind the last thing

/** The piece of virtual time that is shown: all of the jobs, or the last `spanMs`. */
export function windowOf(tasks, marks, nowMs, spanMs) {
  if (spanMs) return { fromMs: nowMs - spanMs * (1 - EDGE), toMs: nowMs + spanMs * EDGE };
  const least = (fromMs, ms) => Math.min(fromMs, ms);
  const fromMs = [...tasks.map((task) => task.created_ms), ...marks.map((mark) => mark.atMs)].reduce(least, nowMs);
  const toMs = tasks.map(endOf).reduce((ms, endMs) => Math.max(ms, endMs), nowMs);
  const freeMs = Math.max(1000, toMs - fromMs) * EDGE;
  return { fromMs: fromMs - freeMs / 2, toMs: toMs + freeMs, originMs: fromMs };
}

const LEAST_MS = 50;
const MOST_MS = 400 * 864e5;

/** A view made larger or smaller around the moment at a share of its width. */
export function zoomed(view, factor, share = 0.5) {
  const wasMs = view.toMs - view.fromMs;
  const spanMs = Math.min(MOST_MS, Math.max(LEAST_MS, wasMs * factor));
  const fromMs = view.fromMs + (wasMs - spanMs) * share;
  return { fromMs, toMs: fromMs + spanMs };
}

/** A view moved by a share of its width. */
export function panned(view, share) {
  const byMs = (view.toMs - view.fromMs) * share;
  return { fromMs: view.fromMs + byMs, toMs: view.toMs + byMs };
}

/** The rows of a long list that a window shows, with some to spare. `topPx` is the list's, in the window. */
export function rowsInSight(count, rowPx, topPx, fromPx, untilPx) {
  const first = Math.floor((fromPx - topPx) / rowPx) - SPARE_ROWS;
  const end = Math.ceil((untilPx - topPx) / rowPx) + SPARE_ROWS;
  return { first: Math.min(count, Math.max(0, first)), end: Math.min(count, Math.max(0, end)) };
}

/** Of very many marks of one job, those that can be told apart. */
export function thinned(spots, isBad) {
  if (spots.length <= MOST_SPOTS) return spots;
  const places = new Map(spots.map((spot) => [`${Math.round(spot.x / THIN_PX)} ${spot.mark.kind} ${isBad(spot.mark)}`, spot]));
  return [...places.values()];
}

function endOf(task) {
  return task.ends_ms ?? task.created_ms;
}

/** How many pixels from the left a moment stands. */
export function xOf(atMs, view, widthPx) {
  return ((atMs - view.fromMs) / (view.toMs - view.fromMs)) * widthPx;
}

/** The round moments of the axis, counted from `originMs`. */
export function ticks(view, widthPx, originMs) {
  const leastMs = ((view.toMs - view.fromMs) * TICK_PX) / Math.max(widthPx, 1);
  const stepMs = STEPS_MS.find((step) => step >= leastMs) ?? Math.ceil(leastMs / 864e5) * 864e5;
  const first = Math.ceil((view.fromMs - originMs) / stepMs);
  const count = Math.min(100, Math.floor((view.toMs - originMs) / stepMs) - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const afterMs = (first + index) * stepMs;
    return { afterMs, stepMs, x: xOf(originMs + afterMs, view, widthPx) };
  });
}

/** The phases of a job as bars; what lies behind `nowMs` is still to come. */
export function bars(task, view, nowMs, widthPx) {
  const steps = task.plan?.steps ?? unplanned(task);
  const found = [];
  for (const [index, step] of steps.entries()) {
    const untilMs = steps[index + 1]?.at_ms ?? view.toMs;
    if (untilMs <= step.at_ms) continue;
    for (const part of partsOf(step.at_ms, untilMs, nowMs)) {
      const bar = clipped(part.fromMs, part.toMs, view, widthPx);
      if (bar) found.push({ ...bar, phase: step.phase, toCome: part.toCome });
    }
  }
  return found;
}

/** What is known of a job whose plan nobody has read yet. */
function unplanned(task) {
  const hasEnded = ["succeeded", "failed"].includes(task.phase) && task.ends_ms !== null;
  const begun = { at_ms: task.created_ms, phase: hasEnded ? "running" : task.phase };
  return hasEnded ? [begun, { at_ms: task.ends_ms, phase: task.phase }] : [begun];
}

/** A phase in two: what has passed, and what is to come. */
function partsOf(fromMs, toMs, nowMs) {
  if (toMs <= nowMs) return [{ fromMs, toMs, toCome: false }];
  if (fromMs > nowMs) return [{ fromMs, toMs, toCome: true }];
  return [
    { fromMs, toMs: nowMs, toCome: false },
    { fromMs: nowMs, toMs, toCome: true },
  ];
}

/** A piece of time as far as it is in view; null where it is not. */
export function clipped(fromMs, toMs, view, widthPx) {
  if (toMs < view.fromMs || fromMs > view.toMs) return null;
  const x = xOf(Math.max(fromMs, view.fromMs), view, widthPx);
  const end = xOf(Math.min(toMs, view.toMs), view, widthPx);
  return { x, width: Math.max(LEAST_BAR_PX, end - x) };
}

/** Marks that are in view, each with its place; a call that took time has a width. */
export function placed(marks, view, widthPx) {
  return marks.flatMap((mark) => {
    const bar = clipped(mark.atMs, Math.max(mark.atMs, mark.endMs ?? 0), view, widthPx);
    if (!bar || bar.x < 0 || bar.x > widthPx) return [];
    return [{ mark, x: bar.x, width: bar.width > LEAST_BAR_PX ? bar.width : 0 }];
  });
}

/** Where the chunks of a stream stand that are in view. */
export function chunkSpots(mark, view, widthPx) {
  return (mark.pieces ?? []).map(([atMs]) => xOf(atMs, view, widthPx)).filter((x) => x >= 0 && x <= widthPx);
}

/** The calls of each job. Under "" are those of no job, and bad ones of a job that nobody `knows`. */
export function byTask(marks, tasks, knows, isBad) {
  const lanes = new Map([["", []], ...tasks.map((task) => [task.id, []])]);
  for (const mark of marks) {
    if (mark.taskId === "" || (!knows(mark.taskId) && isBad(mark))) lanes.get("").push(mark);
    else lanes.get(mark.taskId)?.push(mark);
  }
  return lanes;
}
