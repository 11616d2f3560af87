// curl -s http://127.0.0.1:8080/_mock/v1/openapi.json > control.json
// npx openapi-typescript control.json -o control.d.ts --default-non-nullable=false
import type { paths } from './control.js';

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Content<T> = T extends { content: { 'application/json': infer B } } ? B : never;
type Good<O> = O extends { responses: infer R }
  ? R extends { 200: infer X } ? Content<X> : R extends { 201: infer X } ? Content<X> : void
  : never;
type Body<O> = O extends { requestBody?: infer B } ? Content<NonNullable<B>> : undefined;
type Params<O> = O extends { parameters: { path?: infer P } } ? P : Record<string, never>;

export class Control {
  constructor(private url: string, private apiKey: string) {}

  async call<P extends keyof paths, V extends Verb & keyof paths[P]>(
    method: V, path: P, params: Params<paths[P]>, body?: Body<paths[P][V]>,
  ): Promise<Good<paths[P][V]>> {
    const filled = Object.entries(params as object).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))), String(path),
    );
    const reply = await fetch(`${this.url}/_mock/v1${filled}`, {
      method: String(method).toUpperCase(),
      headers: { Authorization: `Bearer ${this.apiKey}`, 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(((await reply.json()) as { detail: string }).detail);
    return (reply.status === 204 ? undefined : await reply.json()) as Good<paths[P][V]>;
  }
}

// What the compiler knows: the reply has `tasks`, and each of these has a `phase`.
export async function phases(control: Control): Promise<string[]> {
  const { tasks } = await control.call('get', '/sandboxes/{sandbox}/tasks', { sandbox: 'current' });
  return tasks.map((task) => task.phase);
}
