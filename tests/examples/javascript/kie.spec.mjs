// npx vitest run --config vitest.config.mjs
import { expect, test } from 'vitest';

import { control } from './control.mjs';
import { kie } from './kie.mjs';

test('a client that asks again after an error gets its video', async () => {
  const apiKey = `sk-${crypto.randomUUID()}`; // a key of its own: a sandbox of its own
  const sandbox = control({ apiKey });
  await sandbox.call('POST', '/sandboxes/current/faults', {
    fault: 'http_error', with: { status: 503 }, when: { call_phase: 'poll' }, times: 1,
  });
  const client = kie({ apiKey });
  const taskId = await client.create('a cat [mock:instant]');
  await expect(client.finished(taskId, { everyMs: 50 })).rejects.toThrow();
  expect(await client.finished(taskId, { everyMs: 50 })).toHaveLength(1);
  const { found } = await sandbox.call('GET', '/sandboxes/current/findings');
  expect(found.filter((one) => one.severity === 'error')).toEqual([]);
});
