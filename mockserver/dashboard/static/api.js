// Calls of the control API. The admin token travels in a header, and stays in this tab.

const BASE = "/_mock/v1";
const KEPT = "reelmock-admin-token";

/** Why a call was refused, in the server's words. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export class Api {
  /** `askToken` gives the token that somebody typed, or waits until somebody does. */
  constructor(askToken) {
    this.askToken = askToken;
    this.token = kept() ?? "";
    this.asking = null;
  }

  /** The reply of a call as it comes in; asks for the token where it is missing or wrong. */
  async open(path, options = {}) {
    for (;;) {
      const sent = this.token;
      const headers = { ...options.headers, ...(sent && { "x-mock-admin-token": sent }) };
      const reply = await fetch(BASE + path, { ...options, headers, cache: "no-store" });
      if (reply.ok) return reply;
      if (reply.status !== 401) throw await refused(reply);
      if (sent === this.token) await this.ask();
    }
  }

  async ask() {
    this.asking ??= this.askToken(this.token !== "");
    const typed = (await this.asking).trim();
    this.token = /^[\x21-\x7e]+$/.test(typed) ? typed : "-"; // a header holds nothing else
    this.asking = null;
    keep(this.token);
  }

  async get(path, query = {}) {
    const text = new URLSearchParams(query).toString();
    return (await this.open(path + (text && `?${text}`))).json();
  }

  async send(method, path, body) {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const reply = await this.open(path, { method, headers, body: body && JSON.stringify(body) });
    return reply.status === 204 ? null : reply.json();
  }
}

/** What this tab has kept. Without storage it keeps nothing, and asks again after a reload. */
function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(token) {
  try {
    sessionStorage.setItem(KEPT, token);
  } catch {
    // the browser keeps nothing
  }
}

async function refused(reply) {
  const told = await reply.json().catch(() => ({}));
  return new Refused(reply.status, told.detail ?? `${reply.status} ${reply.statusText}`);
}

/** A path with names in it. */
export function at(parts, ...names) {
  return parts.reduce((path, part, index) => path + encodeURIComponent(names[index - 1]) + part);
}
