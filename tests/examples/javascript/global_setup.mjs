// Starts one server for the whole run, and tells the tests where it is. Works for Vitest and Jest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export default async function setup() {
  const command = process.env.REELMOCK ?? 'reelmock';
  const server = spawn(command, ['serve', '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const address = JSON.parse(line);
  process.env.REELMOCK_URL = address.base_url;
  process.env.KIE_BASE_URL = address.providers.kie.base_url;
  return async function teardown() {
    server.kill();
    await once(server, 'exit');
  };
}
