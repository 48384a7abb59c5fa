import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const tsc = join(repository, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

const CONSUMER = `
import { AdminError, createAdminClient, type ImportReport } from 'hookswitch/admin';
import { CallbackRefused, createHookClient, HookError, type HookReply, verifyCallback } from 'hookswitch/client';

const hook = createHookClient({ url: 'https://hooks.test/chatbot/hooks/st-1', clientId: 'cs-1', clientSecret: 's' });
export const say = (text: string): Promise<HookReply> => hook.send({ from: 'user-1', text });
// @ts-expect-error: a message has a sender
export const nobody = () => hook.send({ text: 'hi' });

const admin = createAdminClient({ url: 'https://hooks.test', token: 't' });
export const load = (definition: Blob): Promise<ImportReport> => admin.importBot({ mode: 'NEW', definition });
export const names = async () => {
  for await (const { name, state } of admin.bots()) if (state === 'PUBLISHED') console.log(name.length);
};
// @ts-expect-error: a channel is synchronous or asynchronous
export const channel = () => admin.saveChannel({ botId: 'st-1', name: 'Web', mode: 'BOTH' });
console.log(new AdminError('no', { code: 'CONFLICT' }).code);

try {
  verifyCallback({}, '{}', 'whsec_' + 'A'.repeat(32));
} catch (error) {
  console.log(error instanceof CallbackRefused, error instanceof HookError);
}
`;

let consumer: string;
beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'hookswitch-consumer-'));
  const installed = join(consumer, 'node_modules/hookswitch');
  await mkdir(installed, { recursive: true });
  await cp(join(repository, 'package.json'), join(installed, 'package.json'));
  const emit = ['--outDir', join(installed, 'dist'), '--emitDeclarationOnly', 'false'];
  await run(process.execPath, [tsc, '--project', join(repository, 'tsconfig.client.json'), ...emit]);
  for (const name of ['jsonwebtoken', '@types']) {
    await symlink(join(repository, 'node_modules', name), join(consumer, 'node_modules', name));
  }
});
afterAll(() => rm(consumer, { recursive: true }));

it('can be imported by name, in types and at run time', async () => {
  await writeFile(join(consumer, 'package.json'), '{ "type": "module" }');
  await writeFile(join(consumer, 'main.ts'), CONSUMER);
  const compilerOptions = { target: 'ES2022', module: 'NodeNext', strict: true, types: ['node'] };
  await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  // Rejects with what the compiler says; the consumer checks the declarations themselves, too.
  await run(process.execPath, [tsc, '--project', consumer]);
  expect((await run(process.execPath, ['main.js'], { cwd: consumer })).stdout).toBe('CONFLICT\ntrue false\n');
});
