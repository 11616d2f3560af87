// A client of Kie on plain fetch: create, poll, download. Node 18 or newer, no packages.
import { writeFile } from 'node:fs/promises';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function kie({ baseUrl = process.env.KIE_BASE_URL, apiKey = process.env.KIE_API_KEY } = {}) {
  async function call(path, body) {
    const reply = await fetch(`${baseUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const { code, msg, data } = await reply.json(); // Kie answers 200 to nearly everything
    if (code !== 200) throw new Error(`Kie refused with ${code}: ${msg}`);
    return data;
  }

  return {
    async create(prompt, options = {}) {
      const { taskId } = await call('/api/v1/veo/generate', { prompt, model: 'veo3_fast', ...options });
      return taskId;
    },

    async finished(taskId, { everyMs = 30_000, deadlineMs = 600_000 } = {}) {
      const ends = Date.now() + deadlineMs;
      for (;;) {
        const record = await call(`/api/v1/veo/record-info?taskId=${taskId}`);
        if (record.successFlag === 1) return record.response.resultUrls;
        if (record.successFlag !== 0) throw new Error(`the job failed: ${record.errorMessage}`);
        if (Date.now() > ends) throw new Error(`no video within ${deadlineMs} ms`);
        await wait(everyMs);
      }
    },

    async save(url, file) {
      const reply = await fetch(url); // the link needs no key
      if (!reply.ok) throw new Error(`the download failed: HTTP ${reply.status}`);
      await writeFile(file, Buffer.from(await reply.arrayBuffer()));
    },
  };
}
