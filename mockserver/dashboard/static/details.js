// What is known of one job, or of one call.

import { at } from "./api.js";
import { h, set, write } from "./dom.js";
import { brief, moment, pretty, size, span } from "./format.js";
import { contractPart, passedPart } from "./verdict.js";
import { language, phaseWord, t } from "./words.js";

const MOST_CALLS = 100;
const CALL_FORMS = ["curl", "har", "pytest"];

/** A job: phase, plan, what the provider said of it, videos, callbacks, calls. */
export async function jobDetails(api, sandboxId, taskId, act) {
  const task = await api.get(at`/sandboxes/${sandboxId}/tasks/${taskId}`);
  const log = await api.get(at`/sandboxes/${sandboxId}/callbacks`, { task_id: taskId });
  const journal = await api.get(at`/sandboxes/${sandboxId}/journal`, { task_id: taskId, limit: 1000 });
  const clock = await api.get(at`/sandboxes/${sandboxId}/clock`);
  const { answers } = await api.get(at`/sandboxes/${sandboxId}/tasks/${taskId}/answers`);
  return [
    heading(t("job"), task.prompt || task.id),
    h("p", {}, h("span", { class: `badge ${task.phase}` }, phaseWord(task.phase)), ` ${Math.round(task.progress)} %`),
    facts(jobFacts(task)),
    part(t("videos"), videos(task, clock.now_ms)),
    part(t("answers-now"), [...answers.map(answer), lastAnswer(journal.entries)]),
    part(t("plan"), plan(task, clock.now_ms)),
    part(t("callbacks"), callbacks(log.callbacks, act)),
    part(t("calls"), calls(journal.entries, act)),
    Object.keys(task.params).length > 0 && part(t("parameters"), body(JSON.stringify(task.params))),
  ];
}

function jobFacts(task) {
  return [
    ["ID", task.id],
    [t("provider"), `${task.provider} · ${task.operation}`],
    [t("model"), `${task.model} · ${task.resolution} · ${task.orientation}`],
    [t("scenario"), task.scenario],
    [t("cost"), `${task.price} ${task.unit}`],
    [t("created"), moment(task.created_ms)],
    [t("ends"), task.ends_ms === null ? t("never") : `${moment(task.ends_ms)} (+${span(task.ends_ms - task.created_ms)})`],
    task.failure && [t("failure"), `${task.failure.name} · ${task.failure.code} · ${task.failure.message}`],
    task.callback_url && [t("callback-url"), task.callback_url],
  ].filter(Boolean);
}

function videos(task, nowMs) {
  if (task.phase !== "succeeded") return null;
  if (task.plan.content_ms > nowMs) return h("p", {}, t("video-to-come", moment(task.plan.content_ms)));
  const files = task.files.filter((file) => nowMs >= readyMs(task, file));
  return files.length ? [...files.map(video), h("p", { class: "note" }, t("video-note"))] : null;
}

function readyMs(task, file) {
  return task.upgrades.find((one) => one.index === file.index && one.variant === file.variant)?.ready_ms ?? 0;
}

/** A video plays from this origin, whatever host its link names; nothing is loaded before that. */
function video(file) {
  const { pathname } = new URL(file.url, location.href);
  const src = pathname.slice(pathname.indexOf("/media/"));
  const name = `${file.variant} · ${size(file.size_bytes)}`;
  const shown = file.content_type.startsWith("video/")
    ? h("video", { src, controls: true, preload: "none", "aria-label": name })
    : h("a", { href: src }, src);
  return h("figure", {}, shown, h("figcaption", {}, name));
}

function answer(one, index) {
  return h("details", { open: index === 0 }, h("summary", {}, `${one.method} ${one.path} · ${one.status}`), body(one.text));
}

function lastAnswer(entries) {
  const said = entries.findLast((one) => one.kind === "exchange" && ["poll", "create", "stream"].includes(one.call_phase));
  if (!said) return h("p", { class: "note" }, t("not-polled"));
  const line = `${t("last-answer")}: ${said.method} ${said.path} · ${said.status} · ${moment(said.virtual_ms)}`;
  return h("details", {}, h("summary", {}, line), ...[bodyOf(said.reply_body)].flat().filter(Boolean));
}

function plan(task, nowMs) {
  const rows = task.plan.steps.map((step) => {
    const how = [phaseWord(step.phase), step.word, step.failure?.name].filter(Boolean).join(" · ");
    const cells = [`+${span(step.at_ms - task.created_ms)}`, how, progressOf(step)];
    return h("tr", { class: step.at_ms > nowMs && "to-come" }, ...cells.map((text) => h("td", {}, text)));
  });
  return h("table", {}, ...rows);
}

/** A phase stands at its progress, or moves on from there. */
function progressOf({ progress, progress_to: to }) {
  return `${Math.round(progress)}${to > progress ? `–${Math.round(to)}` : ""} %`;
}

function callbacks(log, act) {
  if (!log.length) return h("p", {}, t("no-callbacks"));
  return log.map((one) =>
    h("div", { class: "callback" },
      h("p", {}, h("span", { class: `badge ${one.state}` }, one.state), ` ${one.event} → `, h("code", {}, one.url)),
      one.note && h("p", { class: "why" }, one.note),
      h("ul", {}, ...one.attempts.map(attempt)),
      h("div", { class: "buttons" },
        h("button", { type: "button", onclick: () => act.resend(one.id) }, t("resend")),
        one.state === "pending" && h("button", { type: "button", onclick: () => act.drop(one.id) }, t("drop"))),
    ));
}

function attempt(one) {
  const text = `${t("attempt")} ${one.number}: ${one.status ?? t("no-answer")}`;
  return h("li", {}, [text, one.problem, one.answer && brief(one.answer, 300)].filter(Boolean).join(" · "));
}

function calls(entries, act) {
  const shown = entries.filter((one) => one.kind === "exchange" || one.kind === "delivery").slice(-MOST_CALLS);
  return h("ul", { class: "calls" }, ...shown.map((one) => {
    const text = `${one.seq} · ${one.method} ${one.operation || one.path} · ${statusOf(one)}`;
    return h("li", {}, h("button", { type: "button", onclick: () => act.open({ entry: one.seq }) }, text));
  }));
}

/** A call: request and reply, why it was refused, and what each rule did to it. */
export async function callDetails(api, sandboxId, seq, act) {
  const page = await api.get(at`/sandboxes/${sandboxId}/journal`, { after: seq - 1, limit: 1 });
  const entry = page.entries.find((one) => one.seq === seq);
  if (!entry) return [heading(t("call-title", seq), t("gone-entry"))];
  const sent = await sentOf(api, sandboxId, entry);
  const line = `${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ""}`;
  return [
    heading(t("call-title", seq), entry.kind === "delivery" ? t("callback") : entry.operation),
    h("p", {}, h("code", {}, line)),
    h("p", { class: "note" }, timing(entry, sent)),
    entry.task_id && h("p", {}, h("button", { type: "button", class: "link", onclick: () => act.open({ task: entry.task_id }) }, `${t("job")} ${entry.task_id}`)),
    entry.reason && part(t("why"), h("p", { class: "why" }, entry.reason)),
    contractPart(api, sandboxId, seq),
    part(`${t("reply")}: ${statusOf(entry)}`, [headers(entry.reply_headers), bodyOf(entry.reply_body)]),
    chunksPart(entry, sent),
    part(t("request"), [headers(entry.request_headers), bodyOf(entry.request_body)]),
    entry.kind === "exchange" && copies(api, sandboxId, seq, act),
    part(t("rules"), rules(entry)),
    passedPart(api, sandboxId, seq),
  ];
}

/** What was sent of a reply; of one that left at once there is no entry. */
async function sentOf(api, sandboxId, { seq }) {
  const { entries } = await api.get(at`/sandboxes/${sandboxId}/journal`, { kind: "sent", after: seq, limit: 200 });
  return entries.find((one) => one.detail.of === seq);
}

/** When it came, and how long its reply took. */
function timing({ virtual_ms: virtualMs, real_ms: realMs }, sent) {
  const came = `${moment(virtualMs)} · ${new Date(realMs).toLocaleTimeString(language)}`;
  if (!sent) return came;
  const { chunks, client_left: isLeft } = sent.detail;
  const took = t("took", `${span(sent.virtual_ms - virtualMs)} (${t("real-time", span(sent.real_ms - realMs))})`);
  return [came, took, chunks > 1 && t("chunks", chunks), isLeft && t("client-left")].filter(Boolean).join(" · ");
}

/** When each chunk of a stream left, counted from the call, with the faults that struck there. */
function chunksPart(entry, sent) {
  const { chunks, pieces = [], struck_pieces: struck = {} } = sent?.detail ?? {};
  if (!pieces.length) return null;
  const boltOf = (number) => entry.faults.filter((one) => struck[one.rule] === number).map((one) => `⚡ ${one.fault}`).join(" ");
  const rows = pieces.map(([atMs, bytes], index) => [index + 1, `+${span(atMs - entry.virtual_ms)}`, size(bytes - (pieces[index - 1]?.[1] ?? 0)), boltOf(index + 1)]);
  const end = boltOf(chunks + 1);
  if (end) rows.push(["", `+${span(sent.virtual_ms - entry.virtual_ms)}`, t("stream-end"), end]);
  const table = h("table", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((text) => h("td", {}, text)))));
  const cut = pieces.length < chunks && h("p", { class: "note" }, t("chunks-cut", pieces.length));
  return h("section", {}, h("details", { open: Object.keys(struck).length > 0 }, h("summary", {}, t("chunks", chunks)), table, cut));
}

/** The status, and behind it the envelope's own where that is another. */
function statusOf({ status, code }) {
  if (!status) return t("no-answer");
  return code === status ? String(status) : `${status} · ${code}`;
}

/** The call as a text that makes it again, for the clipboard and to be seen. */
function copies(api, sandboxId, seq, act) {
  const shown = h("pre", { tabindex: 0, hidden: true });
  const copy = async (form) => {
    const { text } = await api.get(at`/sandboxes/${sandboxId}/journal/${String(seq)}/text`, { as: form });
    set(shown, { hidden: false });
    write(shown, text);
    await act.copy(text);
  };
  const buttons = CALL_FORMS.map((form) => h("button", { type: "button", onclick: () => copy(form).catch((error) => act.tell(error.message)) }, t(`copy-${form}`)));
  return h("section", {}, h("div", { class: "buttons" }, ...buttons), shown);
}

function rules(entry) {
  const matched = entry.faults.map((one) => [one.fault, one.struck ? "was-struck" : one.applied ? "was-applied" : "held-back", `${one.rule} · ${one.why}`]);
  const passed = entry.undecided.map((one) => [one.scenario, "held-back", one.why]);
  const rows = [...matched, ...passed];
  if (!rows.length) return h("p", {}, t("no-rules"));
  return h("ul", { class: "rules" }, ...rows.map(([name, how, why]) =>
    h("li", {}, h("span", { class: `badge ${how}` }, t(how)), h("strong", {}, ` ${name} `), h("span", {}, why))));
}

function headers(pairs) {
  if (!pairs.length) return null;
  return h("details", {}, h("summary", {}, `${t("headers")} (${pairs.length})`),
    h("table", {}, ...pairs.map(([name, value]) => h("tr", {}, h("th", {}, name), h("td", {}, value)))));
}

function bodyOf(kept) {
  if (!kept) return h("p", { class: "note" }, t("no-body"));
  const text = kept.text || kept.base64 || "";
  return [text && body(text), kept.truncated && h("p", { class: "note" }, t("cut", size(kept.size_bytes)))];
}

function body(text) {
  return h("pre", { tabindex: 0 }, h("code", {}, pretty(text)));
}

function heading(kind, name) {
  return h("div", { class: "heading" }, h("p", { class: "note" }, kind), h("h2", {}, brief(name, 200)));
}

function facts(pairs) {
  return h("dl", {}, ...pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function part(title, content) {
  if (content === null) return null;
  return h("section", {}, h("h3", {}, title), ...[content].flat(3).filter(Boolean));
}
