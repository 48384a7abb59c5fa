import { describe, expect, it } from 'vitest';
import { dialogFlows } from '../../src/definition/flow.js';
import { readDefinition } from '../../src/definition/read.js';
import { agent, appointment } from '../engines/dialog/agent-bots.js';
import { call, dialogId, entity, exportOf, message, script } from '../engines/dialog/bot-builder.js';

const flowsOf = (...of: Parameters<typeof exportOf>) => dialogFlows(readDefinition(exportOf(...of)).definition);

describe('the flow of a dialog', () => {
  it('has its nodes by kind and name, and where each leads, with conditions in words', () => {
    const [order] = flowsOf({
      Order: {
        size: {
          ...entity('number', 'How many?', [
            [{ field: 'size', op: 'gt', value: '5' }, 'large'],
            [{ dialogAct: 'no' }, 'gone'],
            [null, 'ask'],
          ]),
          name: 'Size',
        },
        large: message('So many'),
        ask: call('Pay'),
      },
      Pay: { done: message('Paid') },
    });
    expect(order).toMatchObject({ id: dialogId('Order'), name: 'Order', hidden: false, first: 'intent0' });
    expect(order?.nodes.map(({ id, kind, calls, detail }) => ({ id, kind, calls, detail }))).toEqual([
      { id: 'intent0', kind: 'start', calls: null, detail: '' },
      { id: 'size', kind: 'entity', calls: null, detail: 'number' },
      { id: 'large', kind: 'message', calls: null, detail: '' },
      { id: 'ask', kind: 'call', calls: dialogId('Pay'), detail: '' },
    ]);
    expect(order?.nodes[1]).toMatchObject({
      name: 'Size',
      transitions: [
        { to: 'large', condition: 'context.entities.Size > "5"' },
        { to: null, condition: 'the answer is no' },
        { to: 'ask', condition: null },
      ],
    });
    expect(order?.nodes[2]?.transitions).toEqual([{ to: null, condition: null }]);
  });

  it('has the nodes inside a bot action with ids and edges of their own', () => {
    const inner = [
      { nodeId: 's', type: 'script', componentId: 'in', level: 'root', transitions: [{ default: 'end' }] },
    ];
    const [dialog] = flowsOf({
      Check: {
        act: {
          type: 'botAction',
          component: { type: 'botAction', nodes: inner },
          inner: [{ _id: 'in', refId: 'in', type: 'script', name: 'Inner', script: 'x' }],
          next: 'after',
        },
        after: script('y'),
      },
    });
    expect(dialog?.nodes.slice(1, 3)).toMatchObject([
      { id: 'act', kind: 'action', begins: 'act/s', within: null, transitions: [{ to: 'after', condition: null }] },
      { id: 'act/s', kind: 'script', name: 'Inner', within: 'act', transitions: [{ to: null, condition: null }] },
    ]);
  });

  it('says where a talk goes on without the language model, and after too many messages', () => {
    const [dialog] = flowsOf({
      Talk: appointment(
        agent({ fallbackBehavior: { node: 'many' } }, 'done', {
          eventOptions: { defaultMaxRetry: { retry_limit: 3, connectTo: 'many' } },
        }),
      ),
    });
    expect(dialog?.nodes[1]).toMatchObject({
      kind: 'agent',
      transitions: [
        { to: 'many', condition: 'context.AI_Assisted_Dialogs.Agent.exit_scenario has a value' },
        { to: 'done', condition: null },
        { to: 'many', condition: 'the language model does not answer' },
        { to: 'many', condition: 'more than 3 messages of the user' },
      ],
    });
  });

  it('marks what cannot run and calls of what is not there', () => {
    const [dialog] = flowsOf({ Odd: { kit: { type: 'sdkWebhook', next: 'gone' }, gone: call('Nowhere') } });
    expect(dialog?.nodes.slice(1).map(({ kind, detail }) => [kind, detail])).toEqual([
      ['unsupported', 'sdkWebhook'],
      ['unavailable', ''],
    ]);
  });
});
