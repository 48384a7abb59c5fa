import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/json.js';
import { bot, message } from './bot-builder.js';
import type { Conversation } from './conversation.js';
import { talk } from './talk.js';

/** As real files have them: the type as `key`, the author's name as `name`, and no `_id`. */
const field = (name: string, type: string, more: JsonObject = {}): JsonObject => ({
  name,
  type,
  refId: `ref-${name}`,
  metaData: { type, key: type, name, displayName: `${name} please`, isVisible: true, ...more },
  components: [],
});
const formOf = (components: JsonObject[], name = 'Leave'): JsonObject => ({ name, refId: 'form-ref', components });

function asking(form: JsonObject, text: string): Conversation {
  const node = { type: 'form', component: { resourceId: 'form-ref' }, next: 'm' };
  return talk(bot({ Go: { f: node, m: message(text) } }, { forms: [form] }));
}

interface SentForm {
  _id: string;
  components: { _id: string; control: string; metaData: { name: string } }[];
}

async function sentForm(conversation: Conversation): Promise<SentForm> {
  const { form } = await conversation.say('go');
  return form?.formDef as unknown as SentForm; // as formDefinition makes it
}

/** Fills in a form by the ids it came with. */
async function fill(conversation: Conversation, answers: Record<string, Json>): Promise<string[]> {
  const form = await sentForm(conversation);
  const data = form.components.flatMap(({ _id, metaData }): Json[] => {
    const input = answers[metaData.name];
    return input === undefined ? [] : [{ componentId: _id, input }];
  });
  return (await conversation.say({ type: 'formData', formId: form._id, data, meta: {} })).texts;
}

describe('fields of forms', () => {
  it('come with how each is asked for', async () => {
    const values = [{ title: 'Red', value: 'red' }];
    const controls: [type: string, control: string, more?: JsonObject][] = [
      ['textField', 'line'],
      ['textArea', 'lines'],
      ['toggle', 'switch'],
      ['checkbox', 'switch'],
      ['checkbox', 'several', { values }],
      ['radio', 'one', { values }],
      ['dropdown', 'one-of-list', { values }],
      ['dropdown', 'several', { values, isMultiSelect: true }],
      ['radio', 'line'],
      ['note', 'note'],
      ['button', 'button'],
      ['newerThanThis', 'line'],
    ];
    const fields = controls.map(([type, , more], at) => field(`F${at}`, type, more));
    const { components } = await sentForm(asking(formOf(fields), 'x'));
    expect(components.map(({ control }) => control)).toEqual(controls.map(([, control]) => control));
  });

  it('are known by the names their authors gave them, however many have one type', async () => {
    const form = formOf([field('StartDate', 'date'), field('EndDate', 'date')]);
    const text = 'From {{context.forms.Leave.StartDate}} to {{context.forms.Leave.EndDate}}';
    expect(await fill(asking(form, text), { StartDate: '2027-03-04', EndDate: '2027-03-09' })).toEqual([
      'From 2027-03-04 to 2027-03-09',
    ]);
  });

  it.each<[type: string, input: Json]>([
    ['textField', 'Ada'],
    ['textArea', 'one\ntwo'],
    ['radio', 'red'],
    ['dropdown', ['red', 'green']],
    ['date', '2027-03-04'],
    ['phoneNumber', '+44 20 7946 0000'],
    ['email', 'ada@example.com'],
    ['checkbox', ['red']],
    ['number', 42],
    ['address', '12 Main St'],
    ['url', 'https://example.com'],
    ['toggle', true],
    ['rangeSlider', 7],
    ['password', 'x'],
    ['somethingNew', { a: 1 }],
  ])('of type %s arrive as they were sent', async (type, input) => {
    const form = formOf([field('One', type), field('Two', type)]);
    const text = '{{JSON.stringify(context.forms.Leave)}}';
    const [said = ''] = await fill(asking(form, text), { One: input, Two: 'other' });
    expect(JSON.parse(said)).toEqual({ One: input, Two: 'other' });
  });

  it('may have blanks and letters of any language in their names, as may forms', async () => {
    const form = formOf([field('Start date', 'date'), field('Größe', 'number')], 'Urlaub nehmen');
    const text = '{{context.forms.Urlaub nehmen.Start date}}, {{context.forms.Urlaub nehmen.Größe}}';
    const answers = { 'Start date': '2027-03-04', Größe: '7' };
    expect(await fill(asking(form, text), answers)).toEqual(['2027-03-04, 7']);
    const quoted = '{{context.forms["Urlaub nehmen"]["Start date"]}}';
    expect(await fill(asking(form, quoted), answers)).toEqual(['2027-03-04']);
  });

  it('that share a name lose nothing: the second has a name of its own', async () => {
    const form = formOf([field('When', 'date'), field('When', 'date')]);
    const conversation = asking(form, '{{context.forms.Leave.When}} {{context.forms.Leave.When_2}}');
    expect(await fill(conversation, { When: 'a', When_2: 'b' })).toEqual(['a b']);
  });

  it('without a name have that of their label, else of their type', async () => {
    const labelled = { refId: 'r1', metaData: { type: 'date', key: 'date', displayName: 'Arrival' } };
    const bare = { refId: 'r2', metaData: { type: 'date', key: 'date' } };
    const conversation = asking(formOf([labelled, bare]), '{{JSON.stringify(context.forms.Leave)}}');
    const [said = ''] = await fill(conversation, { Arrival: 'a', date: 'b' });
    expect(JSON.parse(said)).toEqual({ Arrival: 'a', date: 'b' });
  });

  it('may stand in sections', async () => {
    const section = { ...field('Trip', 'section'), components: [field('City', 'textField')] };
    expect(await fill(asking(formOf([section]), '{{context.forms.Leave.City}}'), { City: 'Oslo' })).toEqual(['Oslo']);
  });

  it('are found by name, label, or the key of the file where that is one field alone', async () => {
    const form = formOf([field('Who', 'textField'), field('From', 'date')]);
    for (const componentId of ['Who', 'ref-Who', 'Who please', 'textField']) {
      const conversation = asking(form, '{{context.forms.Leave.Who}}');
      await conversation.say('go');
      const data = [{ componentId, input: 'Ada' }];
      const { texts } = await conversation.say({ type: 'formData', formId: 'form-ref', data, meta: {} });
      expect(texts).toEqual(['Ada']);
    }
  });

  it('decide where the dialog goes', async () => {
    const node = {
      type: 'form',
      component: { resourceId: 'form-ref' },
      next: [
        [{ context: 'context.forms.Leave.Kind of leave', op: 'eq', value: 'sick' }, 'sick'],
        [null, 'other'],
      ] as [JsonObject | null, string][],
    };
    const dialogs = { Go: { f: node, sick: message('Get well'), other: message('Enjoy') } };
    const conversation = talk(bot(dialogs, { forms: [formOf([field('Kind of leave', 'radio')])] }));
    expect(await fill(conversation, { 'Kind of leave': 'sick' })).toEqual(['Get well']);
  });
});

it('has a form with an id, where the file has but a refId', async () => {
  expect((await sentForm(asking(formOf([field('A', 'date')]), 'x')))._id).toBe('form-ref');
});
