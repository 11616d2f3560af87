// An Express app that takes Kie's callbacks: node receiver.mjs, with WEBHOOK_KEY in the environment.
import express from 'express';

import { isSigned } from './signature.mjs';

export function receiver(key, onFinished) {
  const app = express();
  app.post('/callback', express.json(), (request, response) => {
    const taskId = request.body?.data?.taskId;
    if (!taskId || !isSigned(taskId, request.headers, key)) {
      response.status(401).end();
      return;
    }
    response.status(200).end(); // answer first: Kie waits 15 seconds, then tries again
    onFinished(taskId);
  });
  return app;
}

if (process.argv[1] === import.meta.filename) {
  const server = receiver(process.env.WEBHOOK_KEY, (taskId) => console.log(`finished ${taskId}`));
  const listening = server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${listening.address().port}/callback`);
  });
}
