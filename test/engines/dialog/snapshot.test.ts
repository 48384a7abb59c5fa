import { newQuickJSWASMModule } from 'quickjs-emscripten';
import { expect, it } from 'vitest';
import { takeSnapshot } from '../../../src/engines/dialog/sandbox/snapshot.js';

const STACK_BYTES = 128 * 1024;

it.each([
  ['fills the heap', 'const all = []; for (let i = 0; i < 20000; i++) all.push({ i, s: String(i) }); all.length'],
  ['uses up its stack', '(function f() { try { return f() + 1 } catch { return 0 } })()'],
  ['passes on many arguments', 'let n = 1; for (; n < 10000; n *= 2) try { Math.max(...Array(n).fill(7)) } catch {} n'],
  ['searches with many groups', 'try { /^(([a-z]+)*)*$/.exec("a".repeat(9) + "!") } catch {} 1'],
  ['reads what is nested deep', 'try { JSON.parse("[".repeat(5000) + "]".repeat(5000)) } catch {} 1'],
  ['sorts', 'Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3001).sort((a, b) => a - b)[0]'],
  ['changes what all share', 'Object.prototype.x = 1; Array.prototype.map = null; globalThis.y = "left behind"; 1'],
])('puts the memory back to what it was before a script that %s', async (_, script) => {
  const quickJs = await newQuickJSWASMModule();
  const runtime = quickJs.newRuntime();
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  const memory = quickJs.getWasmMemory();
  const before = Buffer.from(Buffer.from(memory.buffer));
  const end = before.findLastIndex((byte) => byte !== 0) + 1;
  const putBack = takeSnapshot(memory, { memoryBytes: 16 * 1024 * 1024, stackBytes: STACK_BYTES });

  for (let round = 0; round < 3; round += 1) {
    const result = context.evalCode(script);
    expect(result.error).toBeUndefined();
    expect(Buffer.from(memory.buffer, 0, end).equals(before.subarray(0, end))).toBe(false);
    putBack();
    expect(Buffer.from(memory.buffer, 0, end).equals(before.subarray(0, end))).toBe(true);
  }
});
