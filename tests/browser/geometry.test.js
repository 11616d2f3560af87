// Where things stand on the time line, and how a sandbox is remembered: pure, so node tests them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pretty, span, visible } from "./format.js";
import { bars, byTask, chunkSpots, clipped, panned, placed, rowsInSight, thinned, ticks, windowOf, xOf, zoomed } from "./geometry.js";
import { MOST_MARKS, MOST_TASKS, empty, found, isBad, markOf, nowMs, statusFits, strikeMs, take, takeTask } from "./model.js";
import { Blocks } from "./stream.js";

const STEPS = [
  { at_ms: 1000, phase: "queued" },
  { at_ms: 2000, phase: "running" },
  { at_ms: 6000, phase: "succeeded" },
];
const task = (changes = {}) => ({ id: "t1", ordinal: 1, created_ms: 1000, ends_ms: 6000, prompt: "a cat", model: "veo3", provider: "kie", scenario: "succeed", phase: "running", plan: { steps: STEPS }, ...changes });
const entry = (changes = {}) => ({ seq: 1, kind: "exchange", virtual_ms: 1500, task_id: "t1", status: 200, reason: "", faults: [], method: "GET", path: "/p", ...changes });
const VIEW = { fromMs: 0, toMs: 10000 };

test("all of the jobs are in view, with those that still run up to their end", () => {
  const view = windowOf([task(), task({ created_ms: 500, ends_ms: 9000 })], [], 3000, 0);
  assert.ok(view.fromMs < 500 && view.fromMs > 0);
  assert.ok(view.toMs > 9000 && view.toMs < 10000);
});

test("the last minute ends a little behind now, whatever is older", () => {
  const view = windowOf([task()], [], 600000, 60000);
  assert.equal(view.toMs - view.fromMs, 60000);
  assert.ok(view.fromMs < 600000 && view.toMs > 600000);
});

test("a job without an end and a call before it are in view", () => {
  const view = windowOf([task({ ends_ms: null })], [markOf(entry({ virtual_ms: 10 }))], 2000, 0);
  assert.ok(view.fromMs <= 10 && view.toMs >= 2000);
});

test("a moment stands in proportion", () => {
  assert.equal(xOf(2500, VIEW, 400), 100);
});

test("a phase is cut in two where it is now", () => {
  const drawn = bars(task(), VIEW, 4000, 1000);
  assert.deepEqual(drawn, [
    { x: 100, width: 100, phase: "queued", toCome: false },
    { x: 200, width: 200, phase: "running", toCome: false },
    { x: 400, width: 200, phase: "running", toCome: true },
    { x: 600, width: 400, phase: "succeeded", toCome: true },
  ]);
});

test("what is out of view is left out, and what reaches into it is cut", () => {
  assert.equal(clipped(-20, -10, VIEW, 100), null);
  assert.equal(clipped(10001, 10002, VIEW, 100), null);
  assert.deepEqual(clipped(-5000, 5000, VIEW, 100), { x: 0, width: 50 });
  assert.deepEqual(placed([markOf(entry({ virtual_ms: 20000 }))], VIEW, 100), []);
});

test("a reply that took time is as wide as it was long", () => {
  const sandbox = empty("s");
  take(sandbox, markOf(entry({ seq: 7, virtual_ms: 1000 })));
  take(sandbox, markOf(entry({ seq: 8, kind: "sent", of: 7, virtual_ms: 5000, task_id: "", what: "sent whole, 900 bytes in 12 chunks" })));
  const [spot] = placed([...sandbox.marks.values()], VIEW, 1000);
  assert.equal(spot.width, 400);
  assert.equal(spot.mark.chunks, 12);
});

test("the axis has round moments, not more than fit", () => {
  const marks = ticks({ fromMs: 100, toMs: 61000 }, 700, 0);
  assert.deepEqual(marks.map((tick) => tick.afterMs), [10000, 20000, 30000, 40000, 50000, 60000]);
  assert.ok(ticks({ fromMs: 0, toMs: 1e13 }, 700, 0).length < 10);
  assert.deepEqual(ticks({ fromMs: 5, toMs: 5 }, 0, 0).length <= 100, true);
});

test("a call of no job has a lane of its own, and one of a job that is not shown has none", () => {
  const marks = [entry(), entry({ seq: 2, task_id: "" }), entry({ seq: 3, task_id: "hidden" })].map(markOf);
  const lanes = byTask(marks, [task()], (id) => id === "hidden", isBad);
  assert.deepEqual(lanes.get("t1").map((mark) => mark.seq), [1]);
  assert.deepEqual(lanes.get("").map((mark) => mark.seq), [2]);
});

test("a refused call for a job that nobody knows is among those of no job", () => {
  const marks = [entry({ task_id: "nobodys", status: 404 }), entry({ seq: 2, task_id: "soon-known" })].map(markOf);
  assert.deepEqual(byTask(marks, [], () => false, isBad).get("").map((mark) => mark.seq), [1]);
});

test("a fault that the end of the reply reports as struck is one that struck the call", () => {
  const sandbox = empty("s");
  const fault = { rule: "r1", fault: "cut", applied: true, struck: false, why: "" };
  take(sandbox, markOf(entry({ faults: [fault] })));
  take(sandbox, markOf(entry({ seq: 2, kind: "sent", task_id: "", detail: { of: 1, struck: ["r1"], chunks: 3 } })));
  assert.equal(isBad(sandbox.marks.get(1)), true);
});

test("an error in the envelope is bad although the status is 200, and so is no answer", () => {
  assert.equal(isBad(markOf(entry({ code: 402 }))), true);
  assert.equal(isBad(markOf(entry({ status: 0 }))), true);
  assert.equal(isBad(markOf(entry())), false);
});

test("what is remembered is bounded, and the newest stay", () => {
  const sandbox = empty("s");
  for (let seq = 1; seq <= MOST_MARKS + 5; seq += 1) take(sandbox, markOf(entry({ seq })));
  for (let ordinal = 1; ordinal <= MOST_TASKS + 5; ordinal += 1) takeTask(sandbox, task({ id: `t${ordinal}`, ordinal }));
  assert.deepEqual([sandbox.marks.size, sandbox.tasks.size], [MOST_MARKS, MOST_TASKS]);
  assert.ok(sandbox.marks.has(MOST_MARKS + 5) && !sandbox.marks.has(5));
  assert.ok(sandbox.tasks.has(`t${MOST_TASKS + 5}`) && !sandbox.tasks.has("t5"));
});

test("an event that is told twice is one mark", () => {
  const sandbox = empty("s");
  for (const again of [1, 2]) take(sandbox, { ...markOf(entry()), again });
  assert.equal(sandbox.marks.size, 1);
});

test("the clock goes on by itself only in mode real, at its rate", () => {
  const sandbox = { ...empty("s"), readMs: 100, clock: { now_ms: 5000, mode: "real", rate: 10 } };
  assert.equal(nowMs(sandbox, 300), 7000);
  assert.equal(nowMs({ ...sandbox, clock: { ...sandbox.clock, mode: "manual" } }, 300), 5000);
});

test("jobs are found by a piece of their prompt and by how they stand, the newest first", () => {
  const sandbox = empty("s");
  for (const one of [task(), task({ id: "t2", ordinal: 2, prompt: "a DOG" })]) takeTask(sandbox, one);
  assert.deepEqual(found(sandbox, "", "all", 3000).map((one) => one.id), ["t2", "t1"]);
  assert.deepEqual(found(sandbox, " dog ", "all", 3000).map((one) => one.id), ["t2"]);
  assert.equal(found(sandbox, "", "ended", 3000).length, 0);
  assert.equal(found(sandbox, "", "ended", 7000).length, 2);
  assert.equal(found(sandbox, "", "faults", 7000).length, 0);
});

test("events that come in pieces are put together, and comments are none", () => {
  const blocks = new Blocks();
  assert.deepEqual(blocks.push(": nothing new\nid: 1\n\nevent: phase\nda"), [null]);
  assert.deepEqual(blocks.push('ta: {"kind":"phase"}\n'), []);
  assert.deepEqual(blocks.push("\n"), [{ kind: "phase" }]);
});

test("spans are told in the unit that fits", () => {
  assert.deepEqual([0, 320, 1500, 62500, 3660000, 90000000].map((ms) => span(ms)), ["0 ms", "320 ms", "1.5 s", "1:02.5", "1:01 h", "1 d 1 h"]);
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}');
  assert.equal(pretty("<html>"), "<html>");
});

test("closer in, the moment under the pointer stays where it is, and no zoom is without bounds", () => {
  const view = zoomed(VIEW, 0.5, 0.2);
  assert.deepEqual(view, { fromMs: 1000, toMs: 6000 });
  assert.equal(xOf(2000, view, 100), xOf(2000, VIEW, 100));
  assert.ok(zoomed(VIEW, 1e-9).toMs > zoomed(VIEW, 1e-9).fromMs);
  assert.ok(Number.isFinite(zoomed(VIEW, 1e30).toMs));
  assert.deepEqual(panned(VIEW, -0.1), { fromMs: -1000, toMs: 9000 });
});

test("of a thousand rows only those in sight are drawn, with some to spare", () => {
  assert.deepEqual(rowsInSight(1000, 50, 100, 100, 600), { first: 0, end: 13 });
  assert.deepEqual(rowsInSight(1000, 50, -24900, 100, 600), { first: 497, end: 513 });
  assert.deepEqual(rowsInSight(2, 50, -24900, 100, 600), { first: 2, end: 2 });
});

test("of very many calls of one job those remain that can be told apart, and every bad one's place", () => {
  const marks = Array.from({ length: 5000 }, (_, seq) => markOf(entry({ seq, virtual_ms: seq * 2, status: seq === 77 ? 503 : 200 })));
  const spots = thinned(placed(marks, VIEW, 1000), isBad);
  assert.ok(spots.length < 200);
  assert.ok(spots.some((spot) => spot.mark.seq === 77));
  assert.equal(thinned(placed(marks.slice(0, 40), VIEW, 1000), isBad).length, 40);
});

test("a job whose plan nobody has read ends where the list says it ended", () => {
  const drawn = bars(task({ plan: undefined, phase: "failed" }), VIEW, 8000, 1000);
  assert.deepEqual(drawn.map((bar) => [bar.phase, bar.x]), [["running", 100], ["failed", 600], ["failed", 800]]);
});

test("jobs are found by provider, by one phase, and by a call that was refused", () => {
  const sandbox = empty("s");
  for (const one of [task(), task({ id: "t2", ordinal: 2, provider: "apiyi" })]) takeTask(sandbox, one);
  take(sandbox, markOf(entry({ status: 422 })));
  const ids = (...how) => found(sandbox, "", ...how).map((one) => one.id);
  assert.deepEqual([ids("all", 3000, "apiyi"), ids("refused", 3000), ids("queued", 1500), ids("queued", 3000)], [["t2"], ["t1"], ["t2", "t1"], []]);
});

const streamed = (detail) => {
  const sandbox = empty("s");
  take(sandbox, markOf(entry({ faults: [{ rule: "r1", fault: "stream_cut", struck: true }] })));
  return take(sandbox, markOf(entry({ seq: 2, kind: "sent", virtual_ms: 9000, detail: { of: 1, chunks: 2, pieces: [[2500, 10], [20000, 30]], ...detail } })));
};

test("the chunks of a stream stand at their moments, and only those in view", () => {
  assert.deepEqual(chunkSpots(streamed(), VIEW, 400), [100]);
});

test("a fault stands at the chunk that showed it, at the end behind the last one, and else at its call", () => {
  assert.equal(strikeMs(streamed({ struck_pieces: { r1: 1 } }), "r1"), 2500);
  assert.equal(strikeMs(streamed({ struck_pieces: { r1: 3 } }), "r1"), 9000);
  assert.equal(strikeMs(streamed(), "r1"), 1500);
});

test("a call is picked by its HTTP status, by the envelope's own, and by being refused", () => {
  const call = (status, code, reason = "") => markOf(entry({ status, code, reason }));
  const picks = (text, ...calls) => calls.map((one) => statusFits(text)(one));
  assert.deepEqual(picks("422", call(422, 422), call(200, 422), call(200, 200)), [true, true, false]);
  assert.deepEqual(picks("4xx", call(404, 404), call(200, 429), call(503, 503)), [true, true, false]);
  assert.deepEqual(picks("refu", call(200, 402, "no credit"), call(200, 200)), [true, false]);
  assert.deepEqual(picks("0, 5xx", call(0, 0), call(500, 500), call(404, 404)), [true, true, false]);
  assert.equal(statusFits("被拒绝", "被拒绝")(call(200, 402)), true);
  assert.equal(statusFits(" "), null);
  assert.equal(statusFits("many"), undefined);
});

test("what cannot be seen in a text is spelt out, and the rest stays as it is", () => {
  assert.equal(visible("a\u0007b\u001b[31m\u202ec\u200b\u007f"), "a\\u0007b\\u001b[31m\\u202ec\\u200b\\u007f");
  assert.equal(visible("tab\tand\r\nline, 猫 é 👩\u200d🚀"), "tab\tand\r\nline, 猫 é 👩\u200d🚀");
});
