// Numbers, times and bodies as a person reads them. Pure.

/** A span as 1:02.5 or 320 ms, in the finest unit that `stepMs` needs. */
export function span(ms, stepMs = 1) {
  const sign = ms < 0 ? "−" : "";
  const left = Math.abs(ms);
  if (left < 1000 && stepMs < 1000) return `${sign}${Math.round(left)} ms`;
  const seconds = left / 1000;
  if (left < 60000) return `${sign}${trimmed(seconds, stepMs)} s`;
  const rest = (seconds % 60 < 10 ? "0" : "") + trimmed(seconds % 60, stepMs);
  if (left < 3600000) return `${sign}${Math.floor(seconds / 60)}:${rest}`;
  const minutes = String(Math.floor(seconds / 60) % 60).padStart(2, "0");
  if (left < 86400000) return `${sign}${Math.floor(seconds / 3600)}:${minutes} h`;
  return `${sign}${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}

function trimmed(seconds, stepMs) {
  if (stepMs >= 1000) return String(Math.floor(seconds));
  return String(Math.floor(seconds * 10) / 10);
}

/** A moment of virtual time, in UTC. */
export function moment(ms) {
  return new Date(ms).toISOString().replace("T", " ").slice(0, 19);
}

/** Bytes as 12 B, 3.4 KB. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A body laid out, if it is JSON, or each JSON of a stream of events. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The beginning of a text on one line. */
export function brief(text, most = 60) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

// Characters that draw nothing, or turn round what stands beside them; tab and line ends are left alone.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text in which every such character is spelt out, as \u202e. */
export function visible(text) {
  return text.replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
