import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { bot, call, entity, list, message, script } from './bot-builder.js';
import { FAILURE, replies, talk } from './talk.js';

describe('messages', () => {
  it('follow each other, end the task and report it', async () => {
    const program = bot({ Go: { a: message('One', 'b'), b: message('Two', '') } });
    const { texts, end } = await talk(program).say('go');
    expect(texts).toEqual(['One', 'Two']);
    expect(end.endOfTask).toEqual({ taskId: 'dg-Go', taskName: 'go', reason: 'Fulfilled' });
  });

  it('that wait for input go on with the next one', async () => {
    const program = bot({
      Go: { a: { ...message('Yes?', 'b'), node: { nodeOptions: { transitionType: 'onInput' } } }, b: message('Fine') },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'go')).toEqual(['Yes?']);
    expect(await replies(conversation, 'anything')).toEqual(['Fine']);
  });

  it('said by scripts may be templates', async () => {
    const program = bot({
      Go: {
        a: message('print(JSON.stringify({type: "template", payload: {template_type: "button", text: context.bot}}))'),
      },
    });
    expect((await talk(program).say('go')).replies).toEqual([
      {
        type: 'template',
        template: { type: 'template', payload: { template_type: 'button', text: 'Tested' } },
        printed: '{"type":"template","payload":{"template_type":"button","text":"Tested"}}',
      },
    ]);
  });

  it('whose script fails end the task in the failure event, and the conversation goes on', async () => {
    const program = bot({ Go: { a: message('print(context.missing.thing)') }, Other: { a: message('Still here') } });
    const conversation = talk(program);
    const failed = await conversation.say('go');
    expect(failed.texts).toEqual([FAILURE]);
    expect(failed.end.endOfTask?.reason).toBe('Failed');
    expect(failed.trace.at(-1)).toMatchObject({ kind: 'failure', dialog: 'Go', node: 'a', internal: false });
    expect(await replies(conversation, 'other')).toEqual(['Still here']);
  });

  it('whose variable hangs or exhausts its memory end in it too, at the first', async () => {
    const hang = '{{(function () { for (;;); })()}}'.repeat(1000);
    const program = bot({ Hang: { a: message(hang) }, Flood: { a: message('{{new Array(1e9).fill(1)}}') } });
    for (const [utterance, error] of [
      ['hang', /longer than 50 ms/],
      ['flood', /out of memory/],
    ] as const) {
      const { texts, trace } = await talk(program).say(utterance);
      expect(texts).toEqual([FAILURE]);
      expect(trace.at(-1)).toMatchObject({ kind: 'failure', node: 'a', error: expect.stringMatching(error) });
    }
  });
});

it('a script may close the session', async () => {
  const program = bot({
    Go: { s: script('koreUtil.closeConversationSession()', 'm'), m: message('Bye'), e: entity('label', 'X?') },
  });
  const { texts, end } = await talk(program).say('go');
  expect(texts).toEqual(['Bye', expect.stringContaining('closed')]);
  expect(end).toMatchObject({ closeSession: true, session: { context: { session: { opts: {} } } } });
  expect(JSON.stringify(end.session)).not.toContain('closeConversationSession');
});

describe('confirmations', () => {
  const program = bot({
    Go: {
      a: {
        type: 'dialogAct',
        text: 'Sure?',
        component: {
          applyDefaultTemplate: true,
          localeData: { en: { label: 'a', synonyms: { yes: ['one'], no: ['two'] } } },
        },
        next: [
          [{ dialogAct: 'yes' }, 'y'],
          [{ dialogAct: 'no' }, 'n'],
        ],
      },
      y: message('Yes it is'),
      n: message('No then'),
    },
  });
  it('list their answers to the byte', async () => {
    expect(await replies(talk(program), 'go')).toEqual(['Sure?\nYes, No, ']);
  });
  it.each([
    ['yes', 'Yes it is'],
    ['Yeah', 'Yes it is'],
    ['y', 'Yes it is'],
    ['one', 'Yes it is'],
    ['of course', 'Yes it is'],
    ['no', 'No then'],
    ['nope', 'No then'],
    ['two', 'No then'],
    ['no thanks', 'No then'],
  ])('take %j as %s', async (input, answer) => {
    expect(await replies(talk(program), 'go', input)).toEqual([answer]);
  });
  it('ask again what was not answered', async () => {
    expect(await replies(talk(program), 'go', 'purple')).toEqual(['Sure?\nYes, No, ']);
  });
});

describe('conditions', () => {
  const holds = async (
    condition: JsonObject,
    context = 'context.n = 5; context.s = "Text"; context.l = ["a", "b"]; context.z = 0; context.f = false; context.e = ""; context.same = "5"; context.path = "context path"',
  ) => {
    const program = bot({
      Go: {
        s: script(context, 'l'),
        l: {
          type: 'logic',
          next: [
            [condition, 'yes'],
            [null, 'no'],
          ],
        },
        yes: message('holds'),
        no: message('fails'),
      },
    });
    return (await talk(program).say('go')).texts[0] === 'holds';
  };
  it.each<[JsonObject, boolean]>([
    [{ context: 'context.n', op: 'eq', value: '5' }, true],
    [{ context: 'n', op: 'eq', value: '5' }, true],
    [{ context: 'context.n', op: 'eq', value: '6' }, false],
    [{ context: 'context.s', op: 'eq', value: 'text' }, true],
    [{ context: 'context.s', op: 'neq', value: 'text' }, false],
    [{ context: 'context.f', op: 'eq', value: 'false' }, true],
    [{ context: 'context.n', op: 'gt', value: '4' }, true],
    [{ context: 'context.n', op: 'gte', value: '5' }, true],
    [{ context: 'context.n', op: 'lt', value: '10' }, true],
    [{ context: 'context.n', op: 'lte', value: '4' }, false],
    [{ context: 'context.missing', op: 'lte', value: '4' }, false],
    [{ context: 'context.s', op: 'cnt', value: 'ex' }, true],
    [{ context: 'context.l', op: 'cnt', value: 'b' }, true],
    [{ context: 'context.l[1]', op: 'eq', value: 'b' }, true],
    [{ context: 'context.n', op: 'eq', value: 'context.same' }, true],
    [{ context: 'context.n', op: 'gt', value: '{{context.same}}' }, false],
    [{ context: 'context.s', op: 'eq', value: 'context.same' }, false],
    [{ context: 'context.missing', op: 'eq', value: 'context.missing' }, false],
    [{ context: 'context.l[1]', op: 'eq', value: 'content.letter' }, false],
    [{ context: 'context.path', op: 'eq', value: 'context path' }, true],
    [{ context: 'context.l.length', op: 'eq', value: '2' }, true],
    [{ context: 'context.missing', op: 'dne' }, true],
    [{ context: 'context.n', op: 'dne' }, false],
    [{ context: 'context.n' }, true],
    [{ context: 'context.n', op: '' }, true],
    [{ context: 'context.e', op: '' }, false],
    [{ context: 'context.z' }, true],
    [{ context: '', op: '' }, false],
    [{ context: 'context,n', op: 'eq', value: '5' }, false],
    [{ context: 'context.n', op: 'strange', value: '5' }, false],
    [{ conjoin: 'and', tests: [{ context: 'n' }, { context: 's' }] }, true],
    [{ conjoin: 'and', tests: [{ context: 'n' }, { context: 'x' }] }, false],
    [{ conjoin: 'or', tests: [{ context: 'x' }, { context: 's' }] }, true],
  ])('%j is %s', async (condition, expected) => {
    expect(await holds(condition)).toBe(expected);
  });

  it('compare an entity by its node', async () => {
    const program = bot({
      Go: {
        e: {
          ...entity('number', 'N?', [
            [{ field: 'e', op: 'eq', value: '1' }, 'one'],
            [null, 'other'],
          ]),
          name: 'Count',
        },
        one: message('one'),
        other: message('other'),
      },
    });
    expect(await replies(talk(program), 'go', '1')).toEqual(['one']);
    expect(await replies(talk(program), 'go', '2')).toEqual(['other']);
  });
});

describe('dialogs that call dialogs', () => {
  it('go on after the call, with what it left in the context and with their own entities', async () => {
    const program = bot({
      Outer: {
        X: entity('label', 'Outer X?', 'c'),
        c: call('Inner', 'b'),
        b: message('after {{context.entities.X}} {{context.left}}'),
      },
      Inner: {
        X: entity('label', 'Inner X?', 's'),
        s: script('context.left = context.entities.X', 'i'),
        i: message('inside'),
      },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'outer', 'mine')).toEqual(['Inner X?']);
    const done = await conversation.say('its');
    expect(done.texts).toEqual(['inside', 'after mine its']);
    expect(done.end.endOfTask?.taskName).toBe('outer');
  });

  it('ask again each time they are called', async () => {
    const program = bot({
      Menu: { X: list([{ title: 'Again', value: 'again' }], 'Which?', 'c'), c: call('Menu') },
    });
    expect(await replies(talk(program), 'menu', 'again', 'again')).toEqual(['Which?']);
  });

  it('map context paths in and out', async () => {
    const maps = {
      contextMap: JSON.stringify({ X: 'context.mine', 'context.unset': '' }),
      postContextMap: encodeURIComponent(JSON.stringify({ 'context.result': '{{context.inner}}' })),
    };
    const program = bot({
      Outer: {
        s: script('context.mine = "given"', 'c'),
        c: call('Inner', 'b', maps),
        b: message('{{context.result}}{{context.unset}}'),
      },
      Inner: { X: entity('label', 'X?', 's'), s: script('context.inner = context.entities.X + "!"') },
    });
    expect(await replies(talk(program), 'outer')).toEqual(['given!']);
  });

  it('end the caller where the call says so', async () => {
    const program = bot({
      Outer: { c: call('Inner', 'b', { nodeOptions: { transitionMode: 'endCurrentTask' } }), b: message('never') },
      Inner: { i: message('inside') },
    });
    expect(await replies(talk(program), 'outer')).toEqual(['inside']);
  });

  it('that call themselves without input end in the failure event', async () => {
    const program = bot({ Go: { a: message('round', 'c'), c: call('Go', 'end') } });
    const { texts, trace } = await talk(program).say('go');
    expect(texts.at(-1)).toBe(FAILURE);
    expect(trace.at(-1)?.error).toContain('without an input');
  });

  it('that call what is not there say so, and end', async () => {
    const program = bot({ Go: { c: call('Nowhere') } });
    expect(program.warnings).toHaveLength(1);
    expect(await replies(talk(program), 'go')).toEqual(['I am sorry, this task is not available at the moment.']);
  });
});

describe('a script that hangs or exhausts ends in the failure event with its node named', () => {
  const hostile: [string, string][] = [
    ['hangs', 'while (true);'],
    ['allocates', 'var all = []; while (true) all.push("x".repeat(1e6) + all.length)'],
    ['recurses', '(function f() { f(); })()'],
    [
      'leaves a trap in the context',
      'Object.defineProperty(context, "x", {enumerable: true, get() { while (true); }})',
    ],
    ['throws what hangs', 'throw {get message() { while (true); }}'],
  ];
  const places: [string, (script: string) => Parameters<typeof bot>[0][string]][] = [
    [
      'a script node',
      (script) => ({
        bad: { type: 'script', component: { script: encodeURIComponent(script) }, next: 'b' },
        b: message('no'),
      }),
    ],
    ['a message', (script) => ({ bad: message(`${script}; print("never")`) })],
    [
      'what prepares a service',
      (script) => ({
        bad: {
          type: 'service',
          component: {
            endPoint: { host: 'x.example', path: '/', method: 'get' },
            preProcessor: encodeURIComponent(script),
          },
          next: 'b',
        },
        b: message('no'),
      }),
    ],
  ];
  it.each(places.flatMap(([place, nodes]) => hostile.map(([what, script]) => [place, what, nodes(script)] as const)))(
    'in %s: %s',
    async (_, __, nodes) => {
      const conversation = talk(bot({ Go: nodes, Other: { a: message('Still here') } }));
      const failed = await conversation.say('go');
      expect(failed.texts).toEqual([FAILURE]);
      expect(failed.trace.at(-1)).toMatchObject({ kind: 'failure', dialog: 'Go', node: 'bad', internal: false });
      expect(await replies(conversation, 'other')).toEqual(['Still here']);
    },
  );
});

it('runs the nodes of a bot action along their own edges, then the outer ones', async () => {
  const program = bot({
    Go: {
      act: {
        type: 'botAction',
        component: {
          nodes: [
            { nodeId: 'second', type: 'script', componentId: 'dc-second', transitions: [{ default: 'end' }] },
            {
              nodeId: 'first',
              type: 'logic',
              componentId: 'dc-logic',
              level: 'root',
              transitions: [{ if: { context: 'x' }, default: 'end' }, { default: 'second' }],
            },
          ],
        },
        inner: [
          { _id: 'dc-second', type: 'script', name: 'second', script: 'context.done%20=%20true' },
          { _id: 'dc-logic', type: 'logic', name: 'first' },
        ],
        next: [
          [{ context: 'done', op: 'eq', value: 'true' }, 'b'],
          [null, 'end'],
        ],
      },
      b: message('done'),
    },
  });
  expect(program.warnings).toEqual([]);
  expect(await replies(talk(program), 'go')).toEqual(['done']);
});

it('goes on in any process after any turn, and after a crash at a pause', async () => {
  const program = bot({
    Go: {
      X: entity('label', 'X?', 'Y'),
      Y: entity('label', 'Y?', 'b'),
      b: message('{{context.entities.X}}{{context.entities.Y}}'),
    },
  });
  const first = talk(program);
  await replies(first, 'go', 'one');
  const second = talk(program);
  second.session = JSON.parse(JSON.stringify(first.session)) as typeof first.session;
  expect(await replies(second, 'two')).toEqual(['onetwo']);
});
