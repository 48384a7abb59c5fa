import { expect, it } from 'vitest';
import { KORE_UTIL, missingAtKoreUtil, SCRIPT_GLOBALS } from '../../../src/definition/script-names.js';
import { scripts } from './talk.js';

const print = (script: string) => scripts.run(script, { context: {} }, { botId: 'st-1', now: 0, random: () => 0.5 });

it('imports know what scripts find in the sandbox', async () => {
  expect((await print('print(Object.keys(koreUtil).join())')).split(',').sort()).toEqual([...KORE_UTIL].sort());
  const mine = SCRIPT_GLOBALS.filter((name) => /^[a-z]\w+$|Session$|Context$/.test(name));
  const there = ['context', 'env', 'content', 'response']; // of the turn
  const absent = await print(
    `print(${JSON.stringify(mine)}.filter(function (name) { return !(name in globalThis); }).join())`,
  );
  expect(absent.split(',').filter((name) => !there.includes(name) && name !== 'console')).toEqual([]);
});

it.each([
  ['koreUtil.rrule.MO', ['rrule']],
  ['var { intl, moment: m } = koreUtil;', ['intl']],
  ['koreUtil?.xml2js', ['xml2js']],
  ['koreUtil._.map(koreUtil.moment, my.koreUtil.other)', []],
  ['koreUtil.mine = 1', []],
])('what is not at koreUtil is found in: %s', (code, names) => {
  expect(missingAtKoreUtil(code)).toEqual(names);
});
