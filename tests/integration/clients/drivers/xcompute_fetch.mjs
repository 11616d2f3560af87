// The fetch call of seed 003. Arguments: base URL, token.
const [baseUrl, token] = process.argv.slice(2);
const response = await fetch(`${baseUrl}/v1/videos/generations`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({
    model: 'veo3.1-fast', prompt: '海豚在碧蓝海洋中跳跃', duration: 8, aspect_ratio: '16:9',
    image_urls: ['https://cdn.example.com/doc/image_0.png'],
  }),
});
console.log(JSON.stringify(await response.json()));
