// A callback handler that does what the one in seed 001 does, the mistake included: on success it
// calls a function that nobody defined, so express answers 500; on failure it acknowledges.
// Prints its URL, then each body with the status that it answered.
import http from 'node:http';

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks));
  let status = 200;
  try {
    const { code, data } = body;
    if (code === 200) downloadAndProcessVideos(data.info.resultUrls, data.taskId.length);
  } catch (error) {
    status = error instanceof ReferenceError ? 500 : 400;
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end('{"status":"received"}');
  console.log(JSON.stringify({ status, body, signed: 'x-webhook-signature' in request.headers }));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/veo3-1-callback`);
});
