import { describe, expect, it } from 'vitest';
import { bot, entity, list, message } from './bot-builder.js';
import { replies, talk } from './talk.js';

const LOST = 'Sorry, I did not understand that. Could you put it another way?';
const AGAIN = 'Again, please.';

describe('a number', () => {
  const program = bot({
    'Option 1': { m: message('FIRST') },
    'Option 2': { m: message('SECOND') },
    'Give phone': { P: entity('phone_number', 'Your number?', 'm'), m: message('Got {{context.entities.P}}') },
    'Second opinion': { m: message('OPINION') },
  });

  it.each(['12345', '1', '2', '1.', 'one', 'two', 'the second one', 'first', '2nd', '99', '12/05/2027', 'twenty five'])(
    'that does not fit an open question is asked again: %s',
    async (said) => {
      expect(await replies(talk(program), 'give phone', said)).toEqual([AGAIN]);
    },
  );

  it.each(['1', '12345', 'one', 'the second one', '2.', 'number 2', '#1', 'yes', 'no thanks'])(
    'or another bare answer starts no task while no list is shown: %s',
    async (said) => {
      expect(await replies(talk(program), said)).toEqual([LOST]);
    },
  );

  it('that is a task by its whole name starts it, in place of a question that it does not answer', async () => {
    expect(await replies(talk(program), 'option 2')).toEqual(['SECOND']);
    expect(await replies(talk(program), 'give phone', 'option 2')).toEqual(['SECOND']);
    const only = bot({ 'Option 1': { m: message('FIRST') }, Talk: { m: message('Talking') } });
    expect(await replies(talk(only), 'option 7')).toEqual([LOST]);
    expect(await replies(talk(only), 'option seven')).toEqual([LOST]);
    expect(await replies(talk(program), 'option two')).toEqual(['SECOND']);
    expect((await replies(talk(program), 'option'))[0]).toContain('Did you mean?');
    expect(await replies(talk(program), 'option', '2')).toEqual(['SECOND']);
  });

  it.each([
    ['1', 'FIRST'],
    ['b', 'SECOND'],
    ['the third one', 'Your number?'],
    ['number two', 'SECOND'],
    ['the last one please', 'OPINION'],
    ['Option 2', 'SECOND'],
  ])('or place chooses from the list that was just shown: %s', async (said, answer) => {
    expect(await replies(talk(program), 'help', said)).toEqual([answer]);
  });

  it('chooses nothing from a list that was shown before', async () => {
    expect(await replies(talk(program), 'help', 'purple monkeys', '1')).toEqual([LOST]);
    expect(await replies(talk(program), 'help', 'give phone', '1')).toEqual([AGAIN]);
    const conversation = talk(program);
    expect((await replies(conversation, 'give phone', 'help')).at(-1)).toBe('Your number?');
    expect(await replies(conversation, '1')).toEqual([AGAIN]);
  });

  it('trained for a task trains no other number', async () => {
    const sentences = [{ taskId: 'dc-intent-0', sentence: '4711', language: 'en' }];
    const trained = bot({ Perfume: { m: message('COLOGNE') }, Other: { m: message('Other') } }, { sentences });
    expect(await replies(talk(trained), '4711')).toEqual(['COLOGNE']);
    expect(await replies(talk(trained), '4712')).toEqual([LOST]);
  });
});

describe('a short answer that happens to be part of a task', () => {
  const sentences = ['order a large pizza', 'I want to order a pizza', 'get me a pizza margherita'].map((sentence) => ({
    taskId: 'dc-intent-0',
    sentence,
    language: 'en',
  }));
  const program = bot(
    {
      'Order pizza': { m: message('PIZZA') },
      'Friday menu': { m: message('MENU') },
      'Call Maria': { m: message('CALLING') },
      Ask: { N: entity('number', 'How many?', 'm'), m: message('{{context.entities.N}}') },
      Note: { T: entity('label', 'Text?', 'm'), m: message('Noted {{context.entities.T}}') },
      Pick: {
        L: list(
          [
            { title: 'Order', value: 'o' },
            { title: 'Pizza', value: 'p' },
          ],
          'Which?',
          'm',
        ),
        m: message('Picked {{context.entities.L}}'),
      },
    },
    { sentences },
  );

  it.each([
    'order',
    'pizza',
    'Pizza Margherita',
    'large pizza',
    'the pizza',
    'Friday',
    'Maria',
    'the call',
    'yes',
    'pizza with olives please',
  ])('interrupts no question: %s', async (said) => {
    expect(await replies(talk(program), 'ask', said)).toEqual([AGAIN]);
  });

  it.each(['order pizza', 'I would like to order a pizza', 'get me a pizza margherita', 'order me a pizza please'])(
    'interrupts it as a whole task: %s',
    async (said) => {
      expect(await replies(talk(program), 'ask', said)).toEqual(['PIZZA']);
    },
  );

  it('is a value where the entity takes it', async () => {
    expect(await replies(talk(program), 'pick', 'order')).toEqual(['Picked o']);
    expect(await replies(talk(program), 'pick', 'the second one')).toEqual(['Picked p']);
    expect(await replies(talk(program), 'note', 'order pizza')).toEqual(['Noted order pizza']);
  });
});

describe('a command to stop', () => {
  const stopped = (task: string) => [`Alright, I have stopped "${task}".`];
  const nothing = ['Alright. No task is running that I could stop.'];
  const form = { type: 'form', component: { resourceId: 'form-1' }, next: 'm' };
  const forms = [{ _id: 'fm-1', refId: 'form-1', name: 'F', components: [] }];
  const program = bot(
    {
      Note: { T: entity('label', 'Text?', 'm'), m: message('Noted {{context.entities.T}}') },
      Describe: { T: entity('description', 'Text?', 'm'), m: message('Noted {{context.entities.T}}') },
      Name: { T: entity('person_name', 'Who?', 'm'), m: message('{{context.entities.T}}') },
      Place: { T: entity('city', 'Where?', 'm'), m: message('{{context.entities.T}}') },
      Count: { T: entity('number', 'How many?', 'm'), m: message('{{context.entities.T}}') },
      Sure: { T: { type: 'dialogAct', text: 'Sure?', next: [[{ dialogAct: 'yes' }, 'm']] }, m: message('Yes') },
      Fill: { T: form, m: message('Filled') },
      Listen: {
        T: { ...message('Go on', 'm'), node: { nodeOptions: { transitionType: 'onInput' } } },
        m: message('Heard'),
      },
      Pick: {
        L: list(
          [
            { title: 'Cancel', value: 'c' },
            { title: 'Stop', value: 's' },
          ],
          'Which?',
          'm',
        ),
        m: message('Picked {{context.entities.L}}'),
      },
      'Cancel my order': { m: message('Order cancelled') },
    },
    { forms },
  );

  it.each(['Note', 'Describe', 'Name', 'Place', 'Count', 'Sure', 'Fill', 'Listen'])(
    'ends the task %s',
    async (task) => {
      for (const said of ['cancel', 'discard all', 'Stop!', 'never mind', 'forget it', 'start over', 'quit', 'exit'])
        expect(await replies(talk(program), task, said)).toEqual(stopped(task));
    },
  );

  it.each([
    'please cancel',
    'plz cancle',
    "that's enough",
    'I quit',
    'cancel this',
    'I want to stop',
    'can you cancel it please',
    'STOP IT',
    'nevermind',
    'ok stop',
    'discard task',
    'terminate everything',
    'end',
    'abort',
    'cancel everything now',
  ])('may be said in other words: %s', async (said) => {
    const conversation = talk(program);
    await conversation.say('note');
    const { texts, end } = await conversation.say(said);
    expect(texts).toEqual(stopped('Note'));
    expect(end.endOfTask?.reason).toBe('Canceled');
    expect(await replies(conversation, said)).toEqual(nothing);
  });

  it.each([
    'Stop & Shop',
    'cancel culture',
    'do not stop',
    'the bus stop',
    'end of the road',
    'exit sign',
    'cancel order',
    'how can I cancel?',
    'stop by the office',
  ])('is not what only begins or ends like one: %s', async (said) => {
    expect(await replies(talk(program), 'note', said)).toEqual([`Noted ${said}`]);
  });

  it('is a value where the entity has one of that name', async () => {
    expect(await replies(talk(program), 'pick', 'cancel')).toEqual(['Picked c']);
    expect(await replies(talk(program), 'pick', 'stop')).toEqual(['Picked s']);
    expect(await replies(talk(program), 'pick', 'quit')).toEqual(stopped('Pick'));
  });

  it('starts the task of that name, also in place of an open question', async () => {
    expect(await replies(talk(program), 'cancel my order')).toEqual(['Order cancelled']);
    expect(await replies(talk(program), 'note', 'please cancel my order')).toEqual(['Order cancelled']);
    expect(await replies(talk(program), 'count', 'cancel my order')).toEqual(['Order cancelled']);
    const named = bot({ Stop: { m: message('STOPPING') }, Note: { T: entity('label', 'Text?') } });
    expect(await replies(talk(named), 'stop')).toEqual(['STOPPING']);
    expect(await replies(talk(named), 'note', 'stop')).toEqual(['STOPPING']);
  });

  it('goes back to a task on hold, unless it is to end everything', async () => {
    const interruptOptions = { interruptsEnabled: true, holdUxOptions: { option: 'holdCurrTask', message: '' } };
    const holding = bot(
      { Count: { N: entity('number', 'How many?') }, Note: { T: entity('label', 'Text?') } },
      { interruptOptions },
    );
    expect(await replies(talk(holding), 'count', 'note', 'cancel')).toEqual([
      ...stopped('Note'),
      'Back to "Count".',
      'How many?',
    ]);
    const conversation = talk(holding);
    expect(await replies(conversation, 'count', 'note', 'discard all')).toEqual(stopped('Note'));
    expect(await replies(conversation, 'cancel')).toEqual(nothing);
  });

  it('is answered by the standard response of the bot, with a task or without', async () => {
    const response = {
      Key: 'x',
      'Original Message': ['I have discarded your task'],
      language: 'en',
      channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: 'Dropped.' } }],
    };
    const own = bot({ Note: { T: entity('label', 'Text?') } }, { koraResponses: [response] });
    expect(await replies(talk(own), 'note', 'cancel')).toEqual(['Dropped.']);
    expect(await replies(talk(own), 'discard all')).toEqual(['Dropped.']);
  });

  it('is one of the words that the bot has for it, if it has any', async () => {
    const synonyms = { '~bot_commands_override_discard': ['halt', 'basta now'] };
    const own = bot(
      { Note: { T: entity('label', 'Text?', 'm'), m: message('Noted') } },
      { localeData: { en: { name: 'B', synonyms } } },
    );
    expect(await replies(talk(own), 'note', 'basta now')).toEqual(stopped('Note'));
    expect(await replies(talk(own), 'note', 'cancel')).toEqual(['Noted']);
  });
});
