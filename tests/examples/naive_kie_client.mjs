// A client that makes the calls of the quick start's class: submit, poll, download.
// POLL_MS stands in for its 30 seconds between polls; everything else is as naive as printed.
import fs from 'node:fs';
import http from 'node:http';

const baseUrl = process.env.KIE_BASE_URL;
const headers = {
  Authorization: `Bearer ${process.env.KIE_API_KEY}`,
  'Content-Type': 'application/json',
};
const pollMs = Number(process.env.POLL_MS ?? 30000);

async function call(path, options) {
  const response = await fetch(`${baseUrl}${path}`, { headers, ...options });
  const data = await response.json();
  if (response.ok && data.code === 200) return data.data;
  throw new Error(`refused: ${data.msg}`);
}

async function waitForCompletion(taskId, maxWaitMs = 600000) {
  const started = Date.now();
  while (Date.now() - started < maxWaitMs) {
    const status = await call(`/api/v1/veo/record-info?taskId=${taskId}`);
    if (status.successFlag === 1) return status.response.resultUrls;
    if (status.successFlag === 2 || status.successFlag === 3) throw new Error('generation failed');
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error('timed out');
}

function download(url, filename) {
  return new Promise((resolve, reject) => {
    const file = fs.createWriteStream(filename);
    http.get(url, (response) => {
      if (response.statusCode === 200) {
        response.pipe(file);
        file.on('finish', () => { file.close(); resolve(filename); });
      } else {
        reject(new Error(`download failed: HTTP ${response.statusCode}`));
      }
    }).on('error', reject);
  });
}

async function main() {
  try {
    const body = JSON.stringify({ prompt: 'a cat in a garden', model: 'veo3', aspectRatio: '16:9' });
    const { taskId } = await call('/api/v1/veo/generate', { method: 'POST', body });
    const urls = await waitForCompletion(taskId);
    await download(urls[0], process.argv[2] ?? 'video.mp4');
    console.log('done');
  } catch (error) {
    console.error('failed:', error.message); // and that is all: the exit code stays 0
  }
}

main();
