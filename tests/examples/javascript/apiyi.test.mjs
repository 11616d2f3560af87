// reelmock run -- node --test apiyi.test.mjs
import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { apiyi } from './apiyi.mjs';

test('a prompt becomes a video', async () => {
  const client = apiyi();
  const id = await client.create('a cat');
  await client.finished(id, { everyMs: 100, deadlineMs: 20_000 });
  const file = join(await mkdtemp(join(tmpdir(), 'apiyi-')), 'cat.mp4');
  await client.save(id, file);
  assert.equal((await readFile(file)).toString('latin1', 4, 8), 'ftyp');
});

test('a job that fails is an error with the reason', async () => {
  const client = apiyi();
  const id = await client.create('a cat [mock:fail at=0% code=content_policy]');
  await assert.rejects(client.finished(id, { everyMs: 100 }), /content policy violation/);
});

test('a key that is not valid is an error with the status', async () => {
  await assert.rejects(apiyi({ apiKey: 'sk-mock-invalid' }).create('a cat'), /refused with 401/);
});
