import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../../src/definition/compile.js';
import { readDefinition } from '../../../src/definition/read.js';
import { createCompiler } from '../../../src/engines/dialog/compiler/compiler.js';
import { exportOf, message } from './bot-builder.js';

const compiler = createCompiler();
afterAll(() => compiler.close());

const small = exportOf({ Go: { a: message('Hello') } });
const large = exportOf({ Go: { a: message('Hello '.repeat(10_000)) } });

describe('compiling a definition', () => {
  it.each([
    ['small', small],
    ['large', large],
  ])(
    'that is %s gives the same program wherever it runs',
    async (_, raw) => {
      const program = await compiler.compile(JSON.stringify(raw));
      expect(JSON.parse(JSON.stringify(program))).toEqual(
        JSON.parse(JSON.stringify(compile(readDefinition(raw).definition))),
      );
    },
    30_000,
  );

  it('that is none rejects with what to give instead, and goes on', async () => {
    const broken = JSON.stringify({ nothing: 'x'.repeat(60_000) });
    await expect(compiler.compile(broken)).rejects.toThrow('botDefinition.json');
    await expect(compiler.compile('{"nothing":1}')).rejects.toThrow('botDefinition.json');
    expect((await compiler.compile(JSON.stringify(large))).botName).toBe('Tested');
  }, 30_000);

  it('whose thread ends rejects with UNAVAILABLE: that is no failure of the bot', async () => {
    await using ended = createCompiler();
    const compiling = ended.compile(JSON.stringify(large));
    const outcome = expect(compiling).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await ended.close();
    await outcome;
  });
});
