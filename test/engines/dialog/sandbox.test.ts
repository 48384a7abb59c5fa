import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/conversation/engine.js';
import { createSandbox, type Sandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';

const at = { now: Date.UTC(2026, 0, 2, 3, 4, 5), random: () => 0.5 };
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = createSandbox({ workers: 1 });
  await sandbox.ready();
}, 60_000);
afterAll(async () => {
  await sandbox.close();
});

const run = (script: string, scope: JsonObject = { context: {} }) => sandbox.run(script, scope, at);

describe('a script', () => {
  it.each([
    ['print("hi")', 'hi'],
    ['print({a: 1})', '{"a":1}'],
    ['for (i = 0; i < 3; i++) print(i)', '0\n1\n2'],
    ['print("aside"); print(JSON.stringify({type: "template"}))', '{"type":"template"}'],
    ['return JSON.stringify([1])', '[1]'],
    ['print("printed"); return "returned"', 'printed'],
    ['return; print("never")', ''],
    ['const f = (x) => x?.y ?? `none`; print(f(null))', 'none'],
    ['print(new Date().toISOString() + Date.now())', '2026-01-02T03:04:05.000Z1767323045000'],
    ['print(new Date(0).getTime() + typeof Date())', '0string'],
    ['print(new Date() instanceof Date)', 'true'],
    ['print(koreUtil._.uniq([1, 1, 2]).join())', '1,2'],
    ['print(koreUtil.moment("2026-03-01").format("YYYY/MM/DD"))', '2026/03/01'],
    ['koreDebugger.log("x"); tags.addUserLevelTag("a", "b"); print(typeof contextTags)', 'object'],
  ])('%s prints %s', async (script, printed) => {
    expect(await run(script)).toBe(printed);
  });

  it('sees and changes its context in place', async () => {
    const context: JsonObject = { entities: { X: 1, Y: 2 }, session: { BotUserSession: { a: 1 } } };
    await run(
      'context.entities.X = null; delete context.entities.Y; BotUserSession.put("b", BotUserSession.get("a") + 1, 10); context.n = [env.K, content.hi]',
      {
        context,
        env: { K: 'k' },
        content: { hi: 'Hi' },
      },
    );
    expect(context).toEqual({ entities: { X: null }, session: { BotUserSession: { a: 1, b: 2 } }, n: ['k', 'Hi'] });
  });

  it('draws the same chance for the same seed', async () => {
    expect(await run('print(Math.random())')).toBe(await run('print(Math.random())'));
  });

  it('leaves nothing behind for the next one', async () => {
    await run('globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; JSON.stringify = null');
    expect(await run('print(typeof left + typeof ({}).left + [1].map(String) + JSON.stringify([1]))')).toBe(
      'undefinedundefined1[1]',
    );
  });
});

describe('a script that misbehaves is stopped, and the next one runs', () => {
  it.each([
    ['loops', 'while (true);', /longer than 50 ms/],
    ['loops on after it was caught', 'try { while (true); } catch (e) { while (true); }', /longer than 50 ms/],
    ['loops in a regular expression', '/(a+)+$/.test("a".repeat(40) + "!")', /longer than 50 ms/],
    [
      'allocates',
      'var a = []; while (true) a.push(new Array(1e5).fill(1))',
      /out of memory|longer than 50 ms|stopped|did not stop/,
    ],
    ['allocates at once', 'new Array(1e9).fill(1)', /out of memory|longer than/],
    ['recurses', 'function f() { f(); } f();', /stack overflow|stopped/],
    ['throws', 'context.flights.length', /TypeError/],
    ['throws nothing', 'throw undefined', /undefined/],
    ['does not parse', 'var x = {a: 1 b: 2}', /SyntaxError/],
    ['leaves what JSON cannot hold', 'context.self = context', /circular/],
    ['leaves too much', 'context.big = "x".repeat(2e6)', /more than/],
    [
      'nests too deep',
      'var x = []; for (var i = 0; i < 1e5; i++) x = [x]; context.x = x',
      /stack overflow|stopped|longer/,
    ],
    ['asks for a way out', 'require("fs")', /ReferenceError/],
    ['asks for another way out', 'process.exit(1)', /ReferenceError/],
    ['imports', 'import("node:fs").then(print)', /./],
  ])('it %s', async (_, script, message) => {
    const outcome = await run(script).then(
      (printed) => ({ printed }),
      (error: Error) => error,
    );
    if (outcome instanceof Error) expect(outcome.message).toMatch(message);
    else expect(outcome.printed).toBe('');
    expect(await run('print("alive")')).toBe('alive');
  });

  it('and finds no host through constructors or prototypes', async () => {
    const script = `var F = (function(){}).constructor; var g = F('return this')();
      print([typeof g.process, typeof g.require, typeof g.fetch, typeof g.std, typeof g.os, typeof g.WebAssembly, typeof g.Worker, typeof g.setTimeout].join())`;
    expect(await run(script)).toBe(Array(8).fill('undefined').join());
  });

  it('and cannot change prototypes outside by its context', async () => {
    const context: JsonObject = {};
    await run('context = JSON.parse(\'{"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}\')', {
      context,
    });
    expect((context as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(context.a)).toBe(Object.prototype);
  });

  it('when too many wait, more are refused', async () => {
    const small = createSandbox({ workers: 1, maxWaiting: 1 });
    await small.ready();
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => small.run(`print(${n})`, { context: {} }, at)));
    await small.close();
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  }, 30_000);
});
