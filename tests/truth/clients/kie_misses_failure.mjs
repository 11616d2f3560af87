// Knows the flag of success alone: a job that failed is asked for again and again, for ever.
import { writeFileSync } from 'node:fs';

const headers = {
  Authorization: `Bearer ${process.env.KIE_API_KEY}`,
  'Content-Type': 'application/json',
};

async function kie(path, body) {
  const method = body ? 'POST' : 'GET';
  const reply = await fetch(process.env.KIE_BASE_URL + path, {
    method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(1000),
  });
  const { code, msg, data } = await reply.json();
  if (code !== 200) throw new Error(`refused with ${code}: ${msg}`);
  return data;
}

const { taskId } = await kie('/api/v1/veo/generate', { prompt: 'a cat', model: 'veo3_fast' });
let record;
do {
  await new Promise((wake) => setTimeout(wake, 30));
  record = await kie(`/api/v1/veo/record-info?taskId=${taskId}`);
} while (record.successFlag !== 1);
const video = await fetch(record.response.resultUrls[0], { signal: AbortSignal.timeout(1000) });
if (!video.ok) throw new Error(`the download was answered with ${video.status}`);
writeFileSync(process.argv[2], Buffer.from(await video.arrayBuffer()));
