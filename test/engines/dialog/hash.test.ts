import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { scripts } from './talk.js';

const at = { botId: 'st-1', now: 0, random: () => 0.5 };

it.each(['', 'abc', 'ü 😀 €', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(300)])(
  'scripts hash "%s" as everybody does',
  async (text) => {
    for (const name of ['sha256', 'sha1'])
      for (const as of ['hex', 'base64'] as const) {
        const script = `var h = koreUtil.hash("${name}").update("${text}"); print(h.digest().toString("${as}") + h.digest("${as}"))`;
        const wanted = createHash(name).update(text).digest(as);
        expect(await scripts.run(script, { context: {} }, at)).toBe(wanted + wanted);
      }
  },
);

it('a kind of hash that is not known is an error', async () => {
  await expect(scripts.run('koreUtil.hash("md9")', { context: {} }, at)).rejects.toThrow('sha256 and sha1');
});
