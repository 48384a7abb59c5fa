import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';
import { bot, call, entity, exportOf, message } from './bot-builder.js';
import { programOf } from './conversation.js';
import { talk } from './talk.js';

/** What Kore's own tools know beside the names of kore-exports.md §4. */
describe('files that name things otherwise', () => {
  it('call other dialogs by components of the type "dialog"', async () => {
    const program = bot({
      Go: {
        c: { ...call('Other', 'back'), type: 'intent', component: { type: 'dialog', dialogId: 'dg-Other' } },
        back: message('Back'),
      },
      Other: { m: message('There') },
    });
    expect(program.warnings).toEqual([]);
    expect((await talk(program).say('go')).texts).toEqual(['There', 'Back']);
  });

  it('are known by such components, too', async () => {
    const file = exportOf({ Go: { m: message('Gone') } });
    const components = file.dialogComponents as { type: string }[];
    for (const component of components) if (component.type === 'intent') component.type = 'dialog';
    expect((await talk(programOf(file)).say('go')).texts).toEqual(['Gone']);
  });

  it('ask with digital forms, named by their id', async () => {
    const forms = [
      { _id: 'fm-1', refId: 'ref-1', name: 'Order', components: [{ _id: 'f', key: 'size', type: 'textField' }] },
    ];
    const form = { type: 'digitalFormNode', component: { formId: 'fm-1' }, next: 'm' };
    const program = bot({ Go: { f: form, m: message('{{context.forms.Order.size}}') } }, { forms });
    expect(program.warnings).toEqual([]);
    const conversation = talk(program);
    await conversation.say('go');
    const answered = await conversation.say({
      type: 'formData',
      formId: 'fm-1',
      data: [{ componentId: 'size', input: 'big' }],
      meta: {},
    });
    expect(answered.texts).toEqual(['big']);
  });

  it('have nodes that are but an end, and texts that are JavaScript', async () => {
    const file = exportOf({
      Go: { m: { ...message('x', 'over'), component: { message: [JS] } }, over: { type: 'end' } },
    });
    file.dialogComponents = (file.dialogComponents as { _id: string }[]).filter(({ _id }) => _id !== 'dc-0-over');
    const program = programOf(file);
    expect(program.warnings).toEqual([]);
    await using scripts = createSandbox({ workers: 1 });
    expect((await talk(program, { scripts }).say('go')).texts).toEqual(['3']);
  });

  it('call applications that are not there, which the report says', () => {
    const program = bot({ Go: { w: { type: 'sdkWebhook', name: 'Hook' }, e: entity('label', 'X?') } });
    expect(program.warnings).toMatchObject([{ message: expect.stringContaining('"Hook" (sdkWebhook) cannot run') }]);
  });
});

const JS = { channel: 'default', localeData: { en: { text: 'print(1 + 2)', type: 'js' } } };
