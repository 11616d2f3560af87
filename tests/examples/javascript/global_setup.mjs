// Starts one server for the whole run, and tells the tests where it is. Works for Vitest and Jest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export default async function setup() {
  const command = process.env.REELMOCK ?? 'reelmock';
  const server = spawn(command, ['serve', '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit').then(([code]) => Promise.reject(new Error(`exit code ${code}`)));
  const [line] = await Promise.race([once(createInterface({ input: server.stdout }), 'line'), ended]).catch(
    (error) => { throw new Error(`reelmock serve did not start: ${error.message}`); },
  );
  const address = JSON.parse(line);
  process.env.REELMOCK_URL = address.base_url;
  process.env.KIE_BASE_URL = address.providers.kie.base_url;
  globalThis.stopReelmock = async () => {
    server.kill();
    await once(server, 'exit');
  };
  return globalThis.stopReelmock; // Vitest calls it at the end
}
