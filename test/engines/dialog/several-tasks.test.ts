import { describe, expect, it } from 'vitest';
import { bot, entity, list, message } from './bot-builder.js';
import { replies, talk } from './talk.js';

const cities = list(
  ['Oslo', 'Rome', 'Paris'].map((title) => ({ title, value: title })),
  'Where?',
  'm',
);
const dialogs = {
  'Book flight': { C: cities, m: message('Flight to {{context.entities.C}}') },
  'Book hotel': { C: cities, m: message('Hotel in {{context.entities.C}}') },
  'Rent car': { m: message('Car') },
  'Terms and conditions': { m: message('Terms') },
};
const program = bot(dialogs, { detectMultiIntent: true });

describe('a text that asks for several tasks', () => {
  it('runs one after the other', async () => {
    const conversation = talk(program);
    expect(await replies(conversation, 'book flight and book hotel')).toEqual(['Where?']);
    expect(await replies(conversation, 'Oslo')).toEqual(['Flight to Oslo', 'Where?']);
    const { texts, end } = await conversation.say('Rome');
    expect(texts).toEqual(['Hotel in Rome']);
    expect(end.endOfTask?.taskName).toBe('book hotel');
    expect(await replies(conversation, 'rent car')).toEqual(['Car']);
  });

  it.each([
    'book flight to Oslo and book hotel in Rome and rent car',
    'Book flight to Oslo, then book hotel in Rome, then rent car',
    'I want to book a flight to Oslo; also book a hotel in Rome. After that rent a car',
    'book a flight to Oslo & hotel in Rome plus rent car please',
    'hello, please book a flight to Oslo, followed by book hotel in Rome as well as rent car',
  ])('gives each the values of its own part: %s', async (said) => {
    expect(await replies(talk(program), said)).toEqual(['Flight to Oslo', 'Hotel in Rome', 'Car']);
  });

  it.each([
    'book flight to Oslo but first rent car',
    'book flight to Oslo, and before that rent car',
    'book flight to Oslo after you rent car',
    'first rent car, then book flight to Oslo',
    'rent car before you book flight to Oslo',
  ])('runs them in the order that it names: %s', async (said) => {
    expect(await replies(talk(program), said)).toEqual(['Car', 'Flight to Oslo']);
  });

  it('is one task where only one is asked for', async () => {
    expect(await replies(talk(program), 'terms and conditions')).toEqual(['Terms']);
    expect(await replies(talk(program), 'book flight to Oslo, tomorrow and for two')).toEqual(['Flight to Oslo']);
  });

  it('may ask for a task twice', async () => {
    expect(await replies(talk(program), 'book flight to Oslo and book flight to Rome')).toEqual([
      'Flight to Oslo',
      'Flight to Rome',
    ]);
  });

  it('runs no more of them once one has failed or all are discarded; a cancelled one is skipped', async () => {
    const node = { nodeOptions: { eventOptions: { defaultMaxRetry: { retry_limit: 1 } } } };
    const failing = bot(
      { ...dialogs, 'Count sheep': { N: entity('number', 'How many?', 'end', {}, node) } },
      { detectMultiIntent: true },
    );
    expect(await replies(talk(failing), 'count sheep and rent car', 'purple')).not.toContain('Car');
    expect(await replies(talk(program), 'book flight and rent car', 'discard all')).not.toContain('Car');
    expect(await replies(talk(program), 'book flight and rent car', 'cancel')).toContain('Car');
  });

  describe('in place of an answer to an open question', () => {
    const asking = { ...dialogs, Count: { N: entity('number', 'How many?', 'm'), m: message('Counted') } };
    const holding = (option: string, message = '') =>
      bot(asking, {
        detectMultiIntent: true,
        interruptOptions: { interruptsEnabled: true, holdUxOptions: { option, message } },
      });
    const said = ['count', 'rent car and then book flight to Oslo'];

    it('takes its place, one after the other', async () => {
      expect(await replies(talk(bot(asking, { detectMultiIntent: true })), ...said)).toEqual(['Car', 'Flight to Oslo']);
      expect(await replies(talk(holding('holdCurrTask')), ...said)).toEqual([
        'Car',
        'Flight to Oslo',
        'Back to "Count".',
        'How many?',
      ]);
    });

    it('runs after it where the bot goes on with what runs', async () => {
      const conversation = talk(holding('continueCurrTask', 'x'));
      expect(await replies(conversation, ...said)).toEqual([
        'I will come back to "Rent car, Book flight" afterwards.',
        'How many?',
      ]);
      expect(await replies(conversation, '3')).toEqual(['Counted', 'Car', 'Flight to Oslo']);
    });

    it('is none where only one part is a task, or the bot lets nothing interrupt it', async () => {
      expect(await replies(talk(holding('holdCurrTask')), 'count', 'purple and rent')).toEqual(['Again, please.']);
      const still = bot(asking, { detectMultiIntent: true, interruptOptions: { interruptsEnabled: false } });
      expect(await replies(talk(still), ...said)).toEqual(['Again, please.']);
    });

    it('is the answer where any text is one', async () => {
      const noting = {
        ...dialogs,
        Note: { T: entity('label', 'Text?', 'm'), m: message('Noted {{context.entities.T}}') },
      };
      const program = bot(noting, { detectMultiIntent: true });
      expect(await replies(talk(program), 'note', 'rent car and book hotel')).toEqual([
        'Noted rent car and book hotel',
      ]);
    });
  });

  it('is taken as a whole where the bot does not look for several', async () => {
    expect((await replies(talk(bot(dialogs)), 'book flight and book hotel'))[0]).toContain('Did you mean?');
  });
});
