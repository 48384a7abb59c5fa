import { describe, expect, it } from 'vitest';
import { openApi } from '../../schema/openapi.js';
import type { SaidReply } from '../../src/wire/callbacks.js';
import { HOOK_VERSIONS, hookVersionOf } from '../../src/wire/hook-versions.js';
import { payloadFormats } from '../../src/wire/payload-formats.js';

const channel = {
  id: 'ivrInst-1',
  botId: 'st-1',
  isDefault: true,
  clientId: null,
  mode: 'SYNC',
  postUrl: null,
  enablePolling: false,
  templateEncoding: 'OBJECT',
  textForm: 'AUTO',
} as const;

describe.each(HOOK_VERSIONS)('the version $name of the hook', (version) => {
  it('is found by its name and has a name and paths of its own', () => {
    expect(hookVersionOf(version.name)).toBe(version);
    expect(HOOK_VERSIONS.filter(({ base }) => base === version.base)).toEqual([version]);
  });

  it('is documented: its paths, its bodies and its samples', () => {
    const { paths, components } = openApi(HOOK_VERSIONS);
    expect(paths).toHaveProperty([`${version.base}/{botId}`, 'post']);
    expect(components.schemas).toMatchObject({
      [`Webhook${version.name}`]: expect.anything(),
      [`Answer${version.name}`]: version.schemas.answer,
    });
    expect(payloadFormats('http://hooks.test', channel)).toMatchObject({
      [version.name.toLowerCase()]: { request: { url: `http://hooks.test${version.base}/st-1` } },
    });
  });
});

it('the platform’s form of a text is a list for messages of dialogs and answers to questions, else a string', () => {
  const v1 = hookVersionOf('V1');
  const outcome = {
    turnId: 't',
    traceId: 't',
    sessionId: 's',
    to: 'u',
    from: 'b',
    endOfTask: null,
    agentTransfer: false,
  };
  const settings = { templateEncoding: 'STRING', textForm: 'PLATFORM' } as const;
  const reply = (more: object) => ({ type: 'text' as const, text: 'Hi', id: 'm', at: 0, ...more });
  const textOf = (...replies: SaidReply[]) => v1.answer({ ...outcome, settings, replies }).text;
  expect(textOf(reply({ kind: 'message' }))).toEqual(['Hi']);
  expect(textOf(reply({ kind: 'faq' }))).toEqual(['Hi']);
  expect(textOf(reply({}))).toBe('Hi');
  expect(textOf(reply({}), reply({}))).toEqual(['Hi', 'Hi']);
  expect(textOf({ type: 'template', template: { a: 1 }, id: 'm', at: 0 })).toBe('{"a":1}');
  expect(textOf()).toBe('');
});

it('a version that is not served is named', () => {
  expect(() => hookVersionOf('V99')).toThrow('V99');
});
