// The fetch calls of seed 000: create, status, content, then the download. Arguments: base URL, key.
const [baseUrl, key] = process.argv.slice(2);
const headers = { Authorization: key };

const created = await (await fetch(`${baseUrl}/v1/videos`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify({ prompt: '画小猫', model: 'veo-3.1' }),
})).json();
const status = await (await fetch(`${baseUrl}/v1/videos/${created.id}`, { headers })).json();
const content = await (await fetch(`${baseUrl}/v1/videos/${created.id}/content`, { headers })).json();
const video = new Uint8Array(await (await fetch(content.url)).arrayBuffer());
const brand = new TextDecoder().decode(video.slice(4, 8));
console.log(JSON.stringify({ created, status, content, brand }));
