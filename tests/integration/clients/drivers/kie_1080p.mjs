// The 1080p call of seed 001, which follows a finished 16:9 job. Arguments: base URL, key.
const [baseUrl, key] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
const created = await (await fetch(`${baseUrl}/api/v1/veo/generate`, {
  method: 'POST', headers,
  body: JSON.stringify({ prompt: 'x', model: 'veo3', aspectRatio: '16:9', callBackUrl: 'https://your-website.com/callback' }),
})).json();
const { taskId } = created.data;
const response = await fetch(`${baseUrl}/api/v1/veo/get-1080p-video?taskId=${taskId}`, {
  method: 'GET', headers: { Authorization: `Bearer ${key}` },
});
console.log(JSON.stringify(await response.json()));
