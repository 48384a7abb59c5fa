import { createSecretKey, randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { sign } from '../../src/outbound/signature.js';

/** F3: `undici.request` POSTs to a sink, 64 in flight, signed, each under a deadline. `{url, ms}` is answered with `{count}`. */
const IN_FLIGHT = 64;
const secrets = [createSecretKey(randomBytes(32))];
process.on(
  'message',
  (task: { url: string; ms: number }) => void post(task).then((count) => process.send?.({ count })),
);
process.send?.({ url: '' });

async function post({ url, ms }: { url: string; ms: number }): Promise<number> {
  const pool = new Pool(url, { connections: IN_FLIGHT, headersTimeout: 15_000, bodyTimeout: 15_000 });
  const end = performance.now() + ms;
  let count = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      const id = `ms-${count}`;
      const timestamp = Math.floor(Date.now() / 1000);
      const body = JSON.stringify({ text: `t${count}|1|0`, to: 'u1', from: 'st-1', messageId: id, sequence: count });
      const signature = sign({ id, timestamp, body, secrets });
      const response = await pool.request({
        path: '/inbox',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        },
        body,
        signal: AbortSignal.timeout(15_000),
      });
      await response.body.dump();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  await pool.close();
  return count;
}
