// Kie signs the task id and the time, not the body. So a callback is a hint: ask for the record.
import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_S = 300;

export function isSigned(taskId, headers, key, nowS = Date.now() / 1000) {
  const timestamp = headers['x-webhook-timestamp'] ?? '';
  if (!(Math.abs(nowS - Number(timestamp)) <= TOLERANCE_S)) return false;
  const wanted = createHmac('sha256', key).update(`${taskId}.${timestamp}`).digest();
  const given = Buffer.from(headers['x-webhook-signature'] ?? '', 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
