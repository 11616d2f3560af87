// A client of APIYI's asynchronous /v1/videos on plain fetch: create, poll, download. No packages.
import { writeFile } from 'node:fs/promises';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function apiyi({ baseUrl = process.env.APIYI_BASE_URL, apiKey = process.env.APIYI_API_KEY } = {}) {
  async function call(path, body) {
    const reply = await fetch(`${baseUrl}/v1/videos${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (reply.ok) return reply;
    const { error } = await reply.json().catch(() => ({})); // a gateway answers with HTML
    throw new Error(`APIYI refused with ${reply.status}: ${error?.message}`);
  }

  return {
    async create(prompt, options = {}) {
      const reply = await call('', { prompt, model: 'veo-3.1', ...options });
      return (await reply.json()).id;
    },

    async finished(id, { everyMs = 5_000, deadlineMs = 600_000 } = {}) {
      const ends = Date.now() + deadlineMs;
      for (;;) {
        const video = await (await call(`/${id}`)).json();
        if (video.status === 'completed') return video;
        if (video.status === 'failed') throw new Error(`the job failed: ${video.error?.message}`);
        if (Date.now() > ends) throw new Error(`no video within ${deadlineMs} ms`);
        await wait(everyMs);
      }
    },

    async save(id, file) {
      let content = await call(`/${id}/content`);
      if (content.headers.get('content-type')?.includes('json')) {
        const { url } = await content.json(); // the content is a link, which needs no key
        content = await fetch(url);
        if (!content.ok) throw new Error(`the download failed: HTTP ${content.status}`);
      }
      await writeFile(file, Buffer.from(await content.arrayBuffer()));
    },
  };
}
