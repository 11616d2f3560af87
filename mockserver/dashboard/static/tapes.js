// The server's folder of tapes: a list at the left, and one tape in place of a sandbox on the time line.

import { at } from "./api.js";
import { h, keyed, set, write } from "./dom.js";
import { brief, moment, span } from "./format.js";
import { empty, take, takeTask } from "./model.js";
import { phaseWord, t } from "./words.js";

/** Reads one tape: its record, what the time line draws, and the moment at which it ends. */
export async function readTape(api, name) {
  const { tape, jobs, calls } = await api.get(at`/tapes/${name}`);
  const sandbox = empty(name);
  for (const job of jobs) takeTask(sandbox, { ...job, id: String(job.ordinal), taskId: job.id, scenario: "" });
  const attempts = new Map();
  for (const call of calls) {
    if (call.kind === "delivery") attempts.set(call.job, (attempts.get(call.job) ?? 0) + 1);
    take(sandbox, markOf(call, attempts.get(call.job) ?? 0));
  }
  const atMs = calls.reduce((ms, call) => Math.max(ms, call.ended_ms), tape.recorded_ms ?? 0);
  return { tape, sandbox, atMs };
}

function markOf(call, attempt) {
  const { kind, provider, operation, method, path, status, code } = call;
  const seq = call.number + 1; // marks count from 1
  const taskId = call.job ? String(call.job) : "";
  return { seq, kind, provider, operation, method, path, status, code, taskId, attempt, of: 0, callPhase: "", reason: "", chunks: 0, faults: [], struck: [], atMs: call.at_ms, endMs: call.ended_ms };
}

/** Draws the list; a file that is no tape says why and cannot be opened. */
export function drawTapes(list, { has_folder: hasFolder, tapes }, opened, open) {
  list.parentNode.querySelector("#tapes-title").hidden = list.hidden = !hasFolder;
  const row = ({ name }) => h("li", {}, h("button", { type: "button", onclick: () => open(name) }, h("strong", {}), h("span", { class: "count" }), h("small", {})));
  keyed(list, tapes, (tape) => tape.name, row, (node, tape) => {
    const [name, count, about] = node.firstChild.children;
    const told = tape.why ? t("no-tape", tape.why) : [tape.recorded_ms === null ? "" : moment(tape.recorded_ms), ...tape.providers].filter(Boolean).join(" · ");
    set(node.firstChild, { "aria-current": tape.name === opened && "true", disabled: tape.why !== "", title: tape.why ? told : null });
    write(name, tape.name);
    write(count, tape.why ? "" : tape.jobs === 1 ? t("one-job") : t("job-count", tape.jobs));
    write(about, told);
  });
}

/** What is known of a tape, of one of its jobs, or of one of its calls. */
export function tapeDetails({ tape, sandbox }, { task, entry }, act, serve) {
  if (entry) return callOf(sandbox.marks.get(entry));
  return [...(task ? jobOf(sandbox, sandbox.tasks.get(task), act) : tapeFacts(tape)), replay(tape, act, serve)];
}

function tapeFacts(tape) {
  const about = [[t("provider"), tape.providers.join(", ")], [t("jobs"), tape.jobs], [t("calls"), tape.calls], tape.recorded_ms !== null && [t("recorded"), moment(tape.recorded_ms)]];
  return [heading(t("tape"), tape.name), facts(about), h("p", { class: "note" }, t("tape-note"))];
}

function jobOf(sandbox, job, act) {
  const ends = job.ends_ms === null ? t("not-on-tape") : `${moment(job.ends_ms)} (+${span(job.ends_ms - job.created_ms)})`;
  const calls = [...sandbox.marks.values()].filter((mark) => mark.taskId === job.id);
  return [
    heading(t("job"), job.prompt || job.taskId),
    h("p", {}, h("span", { class: `badge ${job.phase}` }, phaseWord(job.phase))),
    facts([["ID", job.taskId || "—"], [t("provider"), `${job.provider} · ${job.operation}`], [t("model"), job.model], [t("created"), moment(job.created_ms)], [t("ends"), ends]]),
    h("section", {}, h("h3", {}, t("calls")), h("ul", {}, ...calls.map((mark) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => act.open({ entry: mark.seq }) }, line(mark)))))),
  ];
}

function callOf(mark) {
  const about = [[t("provider"), mark.provider || "—"], [t("created"), moment(mark.atMs)], [t("reply"), String(mark.status || t("no-answer"))]];
  return [heading(mark.kind === "delivery" ? t("callback") : t("call"), line(mark)), facts(about), h("p", { class: "note" }, t("took", span(mark.endMs - mark.atMs)))];
}

function line(mark) {
  return `${mark.method} ${mark.path} · ${mark.code || mark.status || t("no-answer")}`;
}

/** The command that serves the tape as a provider; `serve` does so beside this server, or is null. */
function replay(tape, act, serve) {
  const place = h("p", {});
  const start = async () => {
    const { base_url: url } = await serve(tape.name);
    place.replaceChildren(`${t("replays-at")} `, h("a", { href: `${url}/_mock/`, target: "_blank", rel: "noopener" }, url));
  };
  const here = serve && h("button", { type: "button", class: "main", onclick: () => start().catch((error) => act.tell(error.message)) }, t("replay-here"));
  const copy = h("button", { type: "button", onclick: () => act.copy(tape.command, "copied-line") }, t("copy-replay"));
  return h("section", {}, h("h3", {}, t("replay")), h("p", { class: "note" }, t("replay-note")), h("pre", { tabindex: 0 }, tape.command), h("div", { class: "buttons" }, here, copy), place);
}

function heading(kind, name) {
  return h("div", { class: "heading" }, h("p", { class: "note" }, kind), h("h2", {}, brief(name, 200)));
}

function facts(pairs) {
  return h("dl", {}, ...pairs.filter(Boolean).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
