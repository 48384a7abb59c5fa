import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';
import type { JsonObject } from '../../../src/json.js';

const at = { botId: 'st-1', now: Date.UTC(2026, 0, 2, 3, 4, 5), random: () => 0.5 };
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
    ['print(koreUtil.moment().tz("Asia/Kolkata").format("YYYY-MM-DD HH:mm z"))', '2026-01-02 08:34 IST'],
    ['print(koreUtil.moment.tz("2026-07-01 12:00", "America/New_York").toISOString())', '2026-07-01T16:00:00.000Z'],
    ['print(koreUtil.momenttz("2014-06-01T12:00:00Z", "America/New_York").format("ha z"))', '8am EDT'],
    ['print(koreUtil.momenttz().tz("Australia/Sydney").format("ha z"))', '2pm AEDT'],
    ['koreUtil.moment.tz.setDefault("Asia/Tokyo"); print(koreUtil.moment().format("HH:mm Z"))', '12:04 +09:00'],
    ['print(koreUtil.moment().format("HH:mm Z"))', '03:04 +00:00'],
    ['print(koreUtil.moment().locale("de").format("dddd, D. MMMM"))', 'Freitag, 2. Januar'],
    ['print(koreUtil.moment().format("dddd, D MMMM"))', 'Friday, 2 January'],
    ['print(koreUtil._.pluck([{ a: 1 }, { a: 2 }], "a").join())', '1,2'],
    [
      'print(koreUtil.autoTranslate("a") + koreUtil.getSessionId() + koreUtil.getAmbiguousIntents().intents.length)',
      'aundefined0',
    ],
    [
      'koreUtil.ClearAuthProfiles(["a"]); koreUtil.closeConversationSession(); print(JSON.stringify(context.session.opts))',
      '{"closeConversationSession":true}',
    ],
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
    expect(context).toEqual({
      entities: { X: null },
      session: { BotUserSession: { a: 1, b: 2 }, expiry: { BotUserSession: { b: at.now + 600_000 } } },
      n: ['k', 'Hi'],
    });
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

describe('libraries', () => {
  it('are whole again after a script broke them', async () => {
    await run(
      'koreUtil._.uniq = null; koreUtil.moment.fn.format = null; delete globalThis.__lodash; Array.prototype.x = 1',
    );
    expect(await run('print(koreUtil._.uniq([2, 2]).join() + koreUtil.moment(0).utc().format("YYYY") + [].x)')).toBe(
      '21970undefined',
    );
  });

  it('and plain scripts run one after the other, each in its own', async () => {
    const scripts = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? `n = (globalThis.n || 0) + 1; print(n)` : `n = (globalThis.n || 0) + koreUtil._.sum([1]); print(n)`,
    );
    expect(await Promise.all(scripts.map((script) => run(script)))).toEqual(Array(20).fill('1'));
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
    ['prints what nests too deep', `print('{"a":'.repeat(5e3) + 1 + '}'.repeat(5e3))`, /printed JSON .* 200 levels/],
    ['prints what holds too many values', `print('{"a":[' + '{},'.repeat(6e4) + '1]}')`, /of more than 50000 values/],
    ['prints lists that nest too deep', `print('{"a":' + '['.repeat(1e5) + ']'.repeat(1e5) + '}')`, /200 levels/],
    [
      'leaves what nests too deep',
      'var x = {}, at = x; for (var i = 0; i < 500; i++) at = at.a = {}; context.x = x',
      /left a context .* 200 levels/,
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

  it.each([
    ['null.x', /^TypeError: .* \(line 1\)$/],
    ['var a = 1;\n\nnull.x', /^TypeError: .* \(line 3\)$/],
    ['var a = 1;\nvar b = {c: 1 d: 2}', /^SyntaxError: .* \(line 2\)$/],
    ['function f() {\n  throw new RangeError("deep");\n}\n\nf();', /^RangeError: deep \(line 2\)$/],
    ['throw {code: 7}', /^The script threw \{"code":7\}$/],
    ['throw "x".repeat(1e5)', /^x{500}$/],
    ['throw new Error("x".repeat(1e5))', /^Error: x{493} \(line 1\)$/],
    ['throw ""', /says nothing/],
    ['var x = {}, at = x; for (var i = 0; i < 5e3; i++) at = at.a = {}; throw x', /^The script threw|^InternalError/],
    ['var x = {}; x.x = x; throw x', /./],
  ])('and its developer is told in a few words where: %s', async (script, message) => {
    await expect(run(script)).rejects.toThrow(message);
  });

  it.each([
    [
      'a proxy that traps all',
      'context.p = new Proxy({}, {get() { while (true); }, ownKeys() { while (true); }})',
      /longer/,
    ],
    ['a proxy without end', 'var p = new Proxy({}, {get: (t, k, r) => r[k]}); p.x', /stack overflow|longer/],
    [
      'a getter in its result',
      'Object.defineProperty(context, "x", {enumerable: true, get() { while (true); }})',
      /longer/,
    ],
    [
      'a getter that throws',
      'Object.defineProperty(context, "x", {enumerable: true, get() { throw Error("bomb"); }})',
      /bomb/,
    ],
    ['a toJSON that loops', 'context.x = {toJSON() { while (true); }}', /longer/],
    [
      'a toJSON that nests',
      'context.x = {toJSON() { return {x: this}; }}',
      /stack overflow|circular|longer|out of memory/,
    ],
    ['a toString that loops', 'print(String({toString() { while (true); }}))', /longer/],
    ['a valueOf that loops', '+{valueOf() { while (true); }}', /longer/],
    ['a thrown value that loops', 'throw {get message() { while (true); }}', /./],
    ['a thrown error of its own making', 'throw {name: {}, message: [1], stack: {toString: null}}', /./],
    ['a thrown proxy', 'throw new Proxy({}, {get() { throw 1; }})', /./],
    ['a flood of generators', 'function* g() { yield* g(); } g().next()', /stack overflow|longer|out of memory/],
    ['an endless iterator', '[...{*[Symbol.iterator]() { while (true) yield 1; }}]', /longer|out of memory/],
    ['an endless sort', '[2, 1].sort(function again() { [2, 1].sort(again); })', /stack overflow|longer/],
    ['a huge string', '"x".repeat(2 ** 30 - 25)', /out of memory|length|range/i],
    ['a string that doubles', 'var s = "x"; while (true) s += s', /out of memory|too long|longer/i],
    ['a string that is padded', '"x".padEnd(5e8, "y")', /out of memory|length|range/i],
    ['a string that is joined', 'Array(1e8).join("abcdefgh")', /out of memory|too long|longer|did not stop/i],
    [
      'a string that is replaced',
      '"a".repeat(1e4).replace(/a/g, "b".repeat(1e5))',
      /out of memory|length|range|longer/i,
    ],
    ['a huge buffer', 'new ArrayBuffer(2 ** 31)', /out of memory|length|range/i],
    ['many buffers', 'var all = []; while (true) all.push(new Uint8Array(1e6).fill(1))', /out of memory|longer/],
    ['many strings', 'var all = []; while (true) all.push("x".repeat(1e6) + all.length)', /out of memory|longer/],
    ['a huge map', 'var m = new Map(); for (var i = 0; ; i++) m.set(i, {})', /memory|longer/],
    ['a regular expression that explodes', '/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(60))', /longer/],
    [
      'a regular expression that nests',
      'new RegExp("(".repeat(5e4) + ")".repeat(5e4))',
      /stack overflow|SyntaxError|longer|out of memory/,
    ],
    ['source that nests', 'eval("[".repeat(1e5))', /stack overflow|SyntaxError|longer/],
    ['source that is huge', 'eval("1+".repeat(3e6) + "1")', /stack overflow|SyntaxError|longer|out of memory/],
    ['JSON that nests', 'JSON.parse("[".repeat(1e5) + "]".repeat(1e5))', /stack overflow|SyntaxError|longer/],
    ['a huge number', '2n ** (2n ** 40n)', /./],
    ['a finally that goes on', 'for (;;) { try { while (true); } finally { continue; } }', /longer/],
    [
      'a recursion that catches itself',
      'function f() { try { f(); } catch (e) { f(); } } f()',
      /stack overflow|longer|did not stop/,
    ],
    ['an apply of too much', 'Math.max.apply(null, new Array(1e7))', /stack overflow|many|range|longer|out of memory/i],
    ['a spread of too much', 'print(...new Array(1e7))', /stack overflow|many|range|longer|out of memory/i],
    ['a wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e9)', /./],
  ])('however it hangs or exhausts: %s', async (_, script, message) => {
    await expect(run(script)).rejects.toThrow(message);
    expect(await run('print("alive")')).toBe('alive');
  });

  it.each([
    ['an async loop', '(async () => { for (;;) await 0; })(); print("on")', 'on'],
    [
      'promises',
      'Promise.reject(1); new Promise(() => {}); queueMicrotask?.(() => { while (true); }); print("on")',
      'on',
    ],
    ['a finalizer', 'new FinalizationRegistry(() => { while (true); }).register({}, 1); print("on")', 'on'],
    [
      'other prototypes',
      'Object.setPrototypeOf(globalThis, null); Object.prototype.toJSON = () => "x"; print("on")',
      'on',
    ],
    [
      'a frozen world',
      'Object.freeze(globalThis); Object.freeze(Object.prototype); Object.freeze(Array.prototype); print("on")',
      'on',
    ],
    [
      'other built-ins',
      'JSON.stringify = JSON.parse = Array.prototype.push = Array.prototype.join = RegExp.prototype.test = () => { while (true); }; print = null; return "on"',
      'on',
    ],
    [
      'no built-ins',
      'for (var k of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[k]; } catch (e) {} return "on"',
      'on',
    ],
    [
      'callers',
      'return String((function f() { return f.caller === null || f.caller === undefined || typeof f.caller; })())',
      null,
    ],
    ['arguments', 'return String(arguments.length) + typeof this.process', '0undefined'],
    [
      'a constructor of constructors',
      'return typeof print.constructor.constructor("return this")().process',
      'undefined',
    ],
    [
      'generators of functions',
      'return typeof (function* () {}).constructor("return this.process")().next().value',
      'undefined',
    ],
    [
      'async functions',
      'return typeof Object.getPrototypeOf(async function () {}).constructor("return this")',
      'function',
    ],
    [
      'stack traces',
      'Error.prepareStackTrace = (e, s) => s; var s = new Error().stack; return typeof (s[0] && s[0].getThis)',
      'undefined',
    ],
    ['modules', 'try { eval("import x from \'fs\'"); } catch (e) { return e.name; }', 'SyntaxError'],
    ['debuggers', 'debugger; return "on"', 'on'],
  ])('and whatever it plays with, it only changes its own answer: %s', async (_, script, printed) => {
    const outcome = await run(script).catch((error: Error) => error);
    if (printed !== null && !(outcome instanceof Error)) expect(outcome).toBe(printed);
    if (outcome instanceof Error) expect(outcome.message).not.toMatch(/broke its sandbox|did not stop/);
    expect(await run('print("alive" + typeof context.left)')).toBe('aliveundefined');
  });

  it('and what is not JSON does not come out', async () => {
    const context: JsonObject = { kept: 1 };
    await run('context = {f() {}, u: undefined, n: NaN, d: new Date(0), s: Symbol(), m: new Map([[1, 2]]), k: 1}', {
      context,
    });
    expect(context).toEqual({ n: null, d: '1970-01-01T00:00:00.000Z', m: {}, k: 1 });
    await run('context = 5', { context });
    expect(context.k).toBe(1);
  });

  it('and gets no more memory than its limit, in all', async () => {
    const outcome = await run(
      'var all = [], n = 0; try { while (true) { all.push(new Uint8Array(1e5).fill(1)); n++; } } catch (e) { all = null; return n; }',
    );
    expect(Number(outcome)).toBeGreaterThan(40);
    expect(Number(outcome) * 1e5).toBeLessThan(24 * 1024 * 1024);
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
    await using small = createSandbox({ workers: 1, maxWaiting: 1 });
    await small.ready();
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => small.run(`print(${n})`, { context: {} }, at)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  }, 30_000);
});

describe('a script that no thread is there for', () => {
  it('is refused with UNAVAILABLE: that is no failure of the bot', async () => {
    const closed = createSandbox({ workers: 1 });
    await closed.close();
    await expect(closed.run('print(1)', {}, at)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await using full = createSandbox({ workers: 1, maxWaiting: 0 });
    await expect(full.run('print(1)', {}, at)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('scripts of several bots', () => {
  const ofBusy = { ...at, botId: 'st-busy' };
  const ofInnocent = { ...at, botId: 'st-innocent' };

  /** Native calls of seconds, or without end, in which nothing asks whether to stop. */
  it.each([
    ['searches', '"a".repeat(3e6).indexOf("a".repeat(1e6) + "b")'],
    ['multiplies', 'var x = 3n ** 2000000n; x = x * x; x = x * x; print(x % 7n)'],
    ['catches its own recursion', 'function f() { try { f(); } catch (e) { f(); } } f()'],
  ])(
    'share the threads: one bot %s without end, and another is served between',
    async (_, endless) => {
      await using shared = createSandbox({ workers: 2 });
      await shared.ready();
      let stopped = 0;
      const busy = Array.from({ length: 5 }, () =>
        shared.run(endless, { context: {} }, ofBusy).catch(() => {
          stopped += 1;
        }),
      );
      expect(await shared.run('print("served")', { context: {} }, ofInnocent)).toBe('served');
      expect(stopped).toBeLessThanOrEqual(3);
      await shared.close(); // which ends those that run or wait
      await Promise.all(busy);
    },
    60_000,
  );

  it('leave a thread to the others once one of theirs ran over its limits', async () => {
    await using shared = createSandbox({ workers: 2 });
    await shared.ready();
    const ended: string[] = [];
    const run = (name: string, script: string, caller: typeof at) =>
      shared.run(script, { context: {} }, caller).then(
        () => ended.push(name),
        () => ended.push(name),
      );
    await run('first', 'while (true);', ofBusy);
    await Promise.all([
      run('endless', 'while (true);', ofBusy),
      run('short', 'print(1)', ofBusy),
      run('innocent', 'print(1)', ofInnocent),
    ]);
    expect(ended).toEqual(['first', 'innocent', 'endless', 'short']);
  }, 60_000);

  it('are not lost with the thread of the one that had to be ended', async () => {
    await using one = createSandbox({ workers: 1 });
    await one.ready();
    const endless = one.run('Array(1e8).join("abcdefgh")', { context: {} }, at);
    const others = [1, 2, 3].map((n) => one.run(`print(${n})`, { context: {} }, { ...at, botId: `st-${n}` }));
    await expect(endless).rejects.toMatchObject({ stopped: true });
    expect(await Promise.all(others)).toEqual(['1', '2', '3']);
  }, 60_000);

  it('are told when the sandbox closes while they run or wait', async () => {
    const closing = createSandbox({ workers: 1 });
    await closing.ready();
    const open = Promise.allSettled(
      ['while (true);', 'print(1)'].map((script) => closing.run(script, { context: {} }, at)),
    );
    await closing.close();
    expect((await open).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  }, 60_000);
});
