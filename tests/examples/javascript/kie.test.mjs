// reelmock run -- node --test kie.test.mjs
import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { kie } from './kie.mjs';

test('a prompt becomes a video', async () => {
  const client = kie();
  const taskId = await client.create('a cat');
  const [url] = await client.finished(taskId, { everyMs: 600, deadlineMs: 20_000 });
  const file = join(await mkdtemp(join(tmpdir(), 'kie-')), 'cat.mp4');
  await client.save(url, file);
  assert.equal((await readFile(file)).toString('latin1', 4, 8), 'ftyp');
});

test('a job that fails is an error with the reason', async () => {
  const client = kie();
  const taskId = await client.create('a cat [mock:fail at=0% code=content_policy]');
  await assert.rejects(client.finished(taskId, { everyMs: 600 }), /violating content policies/);
});
