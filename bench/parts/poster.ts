import { Pool } from 'undici';
import { IN_FLIGHT, LIMIT_MS, signedPost } from './signed-post.js';

/** F3: `undici.request` POSTs to a sink, 64 in flight, signed, each under a deadline. `{url, ms}` is answered with `{count}`. */
process.on(
  'message',
  (task: { url: string; ms: number }) => void post(task).then((count) => process.send?.({ count })),
);
process.send?.({ url: '' });

async function post({ url, ms }: { url: string; ms: number }): Promise<number> {
  const pool = new Pool(url, { connections: IN_FLIGHT, headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS });
  const end = performance.now() + ms;
  let count = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      const id = `ms-${count}`;
      const body = JSON.stringify({ text: `t${count}|1|0`, to: 'u1', from: 'st-1', messageId: id, sequence: count });
      await signedPost(pool, id, body);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  await pool.close();
  return count;
}
