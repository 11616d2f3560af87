// The control API on fetch. Its types come from the server's own document: see control_typed.ts.
export function control({ url = process.env.REELMOCK_URL, apiKey, token } = {}) {
  return {
    async call(method, path, body) {
      const reply = await fetch(`${url}/_mock/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${apiKey}`,
          'Content-Type': 'application/json',
          ...(token && { 'X-Mock-Admin-Token': token }),
        },
        body: body && JSON.stringify(body),
      });
      if (!reply.ok) throw new Error((await reply.json()).detail);
      return reply.status === 204 ? undefined : reply.json();
    },
  };
}
