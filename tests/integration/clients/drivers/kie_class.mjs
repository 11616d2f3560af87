// The calls of the client class in seed 001: generate, record-info until done, https.get to a file.
// Arguments: base URL, key, file. The class pauses 30 s between polls; so its job is done at once.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [baseUrl, key, file] = process.argv.slice(2);

async function call(path, init) {
  const response = await fetch(`${baseUrl}${path}`, init);
  const body = await response.json();
  if (!response.ok || body.code !== 200) throw new Error(body.msg || 'no reason');
  return body.data;
}

const authorization = { Authorization: `Bearer ${key}` };
const options = { aspectRatio: '16:9' };
const { taskId } = await call('/api/v1/veo/generate', {
  method: 'POST',
  headers: { ...authorization, 'Content-Type': 'application/json' },
  body: JSON.stringify({ prompt: '一只可爱的小猫', model: 'veo3', aspectRatio: '16:9', ...options }),
});

const status = await call(`/api/v1/veo/record-info?taskId=${taskId}`, {
  method: 'GET', headers: authorization,
});
if (status.successFlag !== 1) throw new Error(`successFlag ${status.successFlag}`);
const [url] = status.response.resultUrls;

await new Promise((resolve, reject) => {
  const target = fs.createWriteStream(file);
  (url.startsWith('https:') ? https : http).get(url, (response) => {
    if (response.statusCode !== 200) return reject(new Error(`HTTP ${response.statusCode}`));
    response.pipe(target);
    target.on('finish', () => { target.close(); resolve(); });
  }).on('error', reject);
});
console.log(JSON.stringify({ taskId, url, successFlag: status.successFlag }));
