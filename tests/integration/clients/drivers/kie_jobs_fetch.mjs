// Kie's jobs API as its pages show it: create, ask until it ends, read resultJson, fetch the file.
// Arguments: base URL, key, file.
import { writeFile } from 'node:fs/promises';

const [baseUrl, key, file] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };

const response = await fetch(`${baseUrl}/api/v1/jobs/createTask`, {
  method: 'POST',
  headers,
  body: JSON.stringify({
    model: 'veo-3-1',
    callBackUrl: 'https://your-domain.com/api/callback',
    input: {
      prompt: 'A dog playing in a park',
      model: 'veo3_fast',
      aspect_ratio: '16:9',
      resolution: '720p',
      duration: 8,
      generation_type: 'TEXT_2_VIDEO',
      enable_translation: true,
    },
  }),
});
const created = await response.json();
if (created.code !== 200) throw new Error(created.msg);
const { taskId } = created.data;

let task;
for (let turn = 0; turn < 100; turn += 1) {
  const asked = await fetch(`${baseUrl}/api/v1/jobs/recordInfo?taskId=${taskId}`, { headers });
  task = (await asked.json()).data;
  if (task.state === 'fail') throw new Error(`${task.failCode}: ${task.failMsg}`);
  if (task.state === 'success') break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
const { resultUrls } = JSON.parse(task.resultJson);
const video = await fetch(resultUrls[0]);
await writeFile(file, Buffer.from(await video.arrayBuffer()));
console.log(JSON.stringify(task));
