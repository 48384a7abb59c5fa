import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('the demo sets up a bot with two channels, talks over both and prints how to do the same', async () => {
  const { stdout } = await run(process.execPath, ['dist/src/demo/demo.js'], { cwd: new URL('../..', import.meta.url) });
  expect(stdout).toContain('bot: Order 4711 is on its way, Ada.');
  expect(stdout).toMatch(/bot: You're welcome\. {3}\(POSTed to your URL, sequence 1,/);
  expect(stdout).toMatch(/curl -X POST "\$URL\/chatbot\/hooks\/st-/);
});
