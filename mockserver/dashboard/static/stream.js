// The one event stream: read as it comes, and opened again by itself where it was lost.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const SILENT_MS = 15000; // the server promises a comment every 5 s

/** Cuts a text that comes in pieces into events. A comment is an event without data. */
export class Blocks {
  constructor() {
    this.rest = "";
  }

  push(text) {
    const blocks = (this.rest + text).split("\n\n");
    this.rest = blocks.pop();
    return blocks.map((block) => {
      const data = block.split("\n").filter((line) => line.startsWith("data: "));
      return data.length ? JSON.parse(data.map((line) => line.slice(6)).join("\n")) : null;
    });
  }
}

/** Listens for ever. `told` has `opened`, `happened(event)` and `lost`. */
export async function listen(api, told) {
  let waitMs = FIRST_WAIT_MS;
  for (;;) {
    try {
      await once(api, told, () => (waitMs = FIRST_WAIT_MS));
    } catch {
      // it is lost, whatever the reason
    }
    told.lost();
    await new Promise((resume) => setTimeout(resume, waitMs));
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

async function once(api, told, opened) {
  const stop = new AbortController();
  const reply = await api.open("/events?heartbeat=5s", { signal: stop.signal });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const blocks = new Blocks();
  let isOpen = false;
  for (;;) {
    const silence = setTimeout(() => stop.abort(), SILENT_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    for (const event of blocks.push(value)) {
      if (!isOpen) {
        isOpen = true; // from its first piece on the server misses nothing
        opened();
        told.opened().catch(() => stop.abort()); // what cannot be read is read again later
      }
      if (event) told.happened(event);
    }
  }
}
