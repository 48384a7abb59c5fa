import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Attachments, createAttachments } from '../../src/files/attachments.js';
import { systemClock } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';

const owner = { accountId: 'ac-1', clientId: 'cs-1' };
const facts = { fileName: 'note.txt', extension: 'txt', context: '' };
const bytes = (size: number) => Readable.from([Buffer.alloc(size, 'x')]);
const accepted = (results: PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

eachDatabase('uploaded files', (database) => {
  let folder: string;
  let files: Attachments;
  const open = (more: Partial<Parameters<typeof createAttachments>[0]> = {}) =>
    createAttachments({
      database: database(),
      folder,
      publicUrl: 'http://hooks.test',
      maxBytes: 100,
      keepFreeBytes: 0,
      quotaBytes: 0,
      clock: systemClock,
      ...more,
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-files-'));
    files = open();
  });
  afterEach(() => rm(folder, { recursive: true }));
  const kept = async () => (await readdir(folder)).filter((name) => name !== 'uploads');

  it('leave nothing on disk when their row cannot be stored', async () => {
    const stored = await files.store(bytes(10));
    const noName = { ...facts, fileName: null as never };
    await expect(files.keep(owner, stored, noName)).rejects.toThrow();
    expect(await kept()).toEqual([]);
  });

  it('of imports and exports are kept for a day, whatever the account keeps of others', async () => {
    const clock = createTestClock();
    files = open({ clock });
    const put = async (context: string) =>
      (await files.keep(owner, await files.store(bytes(10)), { ...facts, context })).id;
    const [chat, sent, made] = [await put('chat'), await put('bulkImport'), await put('botExport')];
    await files.sweep([]);
    expect((await kept()).sort()).toEqual([chat, sent, made].sort());
    clock.advance(25 * 60 * 60 * 1000);
    await files.sweep([]);
    expect(await kept()).toEqual([chat]);
    expect((await files.find(owner.accountId, [chat, sent, made])).map(({ id }) => id)).toEqual([chat]);
  });

  it('that a crash left without a row are swept, an hour later, and no others', async () => {
    const { id } = await files.keep(owner, await files.store(bytes(10)), facts);
    const [orphan, young] = ['a'.repeat(24), 'b'.repeat(24)];
    await mkdir(join(folder, 'uploads', 'gone'), { recursive: true });
    for (const name of [orphan, young, 'uploads/bytes-old', 'uploads/gone/1', 'README'])
      await writeFile(join(folder, name), 'x');
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const name of [id, orphan, 'uploads/bytes-old', 'uploads/gone', 'README'])
      await utimes(join(folder, name), old, old);
    await files.sweepLoose();
    expect((await kept()).sort()).toEqual([id, young, 'README'].sort());
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('are not found when their content is gone', async () => {
    const { id, key } = await files.keep(owner, await files.store(bytes(10)), facts);
    await rm(join(folder, id));
    expect(await files.read(id, key)).toBeNull();
  });

  it('stay below their limit however many chunks come at once', async () => {
    const { token } = await files.begin(owner);
    const chunks = Array.from({ length: 8 }, async (_, number) =>
      files.addChunk(owner, token, number, await files.store(bytes(30))),
    );
    expect(accepted(await Promise.allSettled(chunks))).toBe(3);
    expect(await readdir(join(folder, 'uploads', token))).toHaveLength(3);
  });

  it('stay below the quota of their app however many come at once, begun ones included', async () => {
    files = open({ quotaBytes: 350 });
    const owner = { accountId: 'ac-1', clientId: 'cs-quota' };
    await files.keep(owner, await files.store(bytes(90)), facts);
    await files.begin(owner);
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => files.reserve(50, owner)));
    expect(accepted(tries)).toBe(3); // 90 kept, 100 begun, 150 of 160 reserved
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'PAYLOAD_TOO_LARGE' } });
    await expect(files.begin(owner)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await files.reserve(100, { accountId: 'ac-1', clientId: 'cs-2' });
    for (const one of tries) if (one.status === 'fulfilled') one.value[Symbol.dispose]();
    await files.reserve(100, owner);
  });

  it('are refused while the disk would not have enough left for messages', async () => {
    files = open({ keepFreeBytes: Number.MAX_SAFE_INTEGER });
    await expect(files.reserve(1, owner)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { reason: 'DISK_NEARLY_FULL', retryAfterSeconds: 30 },
    });
  });
});
