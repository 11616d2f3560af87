// The openai package takes OPENAI_BASE_URL and OPENAI_API_KEY from the environment by itself.
import { writeFile } from 'node:fs/promises';

import OpenAI from 'openai';

const client = new OpenAI();

let video = await client.videos.create({ model: 'veo-3.1', prompt: 'a cat' });
while (video.status !== 'completed' && video.status !== 'failed') {
  await new Promise((resolve) => setTimeout(resolve, 100));
  video = await client.videos.retrieve(video.id);
}
if (video.status === 'failed') throw new Error(video.error?.message);
const content = await client.videos.downloadContent(video.id);
await writeFile(process.argv[2] ?? 'cat.mp4', Buffer.from(await content.arrayBuffer()));

const stream = await client.chat.completions.create({
  model: 'veo-3.1',
  messages: [{ role: 'user', content: 'a dog' }],
  stream: true,
});
let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
console.log(text.match(/https?:\/\/\S+\.mp4/)[0]);
