// A first draft with fetch: no timeout, no retries, no check of a status or a file.
import { writeFileSync } from 'node:fs';

const base = process.env.XCOMPUTE_BASE_URL;
const headers = {
  Authorization: `Bearer ${process.env.XCOMPUTE_API_KEY}`,
  'Content-Type': 'application/json',
};

const created = await fetch(`${base}/v1/videos/generations`, {
  method: 'POST', headers, body: JSON.stringify({ model: 'veo3.1-fast', prompt: 'a cat' }),
});
const id = (await created.json()).data[0].task_id;
let task = { status: 'pending' };
while (task.status !== 'completed') {
  if (task.status === 'failed') throw new Error(`the job failed: ${task.error.message}`);
  await new Promise((wake) => setTimeout(wake, 30));
  task = (await (await fetch(`${base}/v1/tasks/${id}`, { headers })).json()).data;
}
const video = await fetch(task.result.videos[0].url[0]);
writeFileSync(process.argv[2], Buffer.from(await video.arrayBuffer()));
