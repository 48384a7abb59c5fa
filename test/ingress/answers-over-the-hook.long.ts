import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { entity, exportOf, list, message } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';

const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'id'];
const AGAIN = 'Again, please.';
const LOST = 'Sorry, I did not understand that. Could you put it another way?';
const NOTHING = 'Alright. No task is running that I could stop.';

const texts: Record<string, string> = {
  en: 'Shall I delete it?',
  de: 'Soll ich das löschen?',
  es: '¿Lo borro?',
  fr: 'Je le supprime ?',
  it: 'Lo cancello?',
  id: 'Hapus saja?',
};
const sure = (component: JsonObject = {}) => ({
  type: 'dialogAct',
  error: 'Yes or no?',
  component: {
    message: LANGUAGES.map((language) => ({
      channel: 'default',
      localeData: { [language]: { text: texts[language] ?? '', type: 'basic' } },
    })),
    ...component,
  },
  next: [
    [{ dialogAct: 'yes' }, 'y'],
    [{ dialogAct: 'no' }, 'n'],
  ] as [{ dialogAct: string }, string][],
});
const asks = (type: string) => ({ E: entity(type, 'Well?', 'm'), m: message('Got {{context.entities.E}}') });
const colours = ['Red', 'Green', 'Light blue', 'Dark blue'].map((title) => ({ title, value: title.toLowerCase() }));
const form = { type: 'form', component: { resourceId: 'form-1' }, next: 'm' };
const listens = { ...message('Go on', 'm'), node: { nodeOptions: { transitionType: 'onInput' } } };

const definition = exportOf(
  {
    Remove: { c: sure(), y: message('DELETED'), n: message('KEPT') },
    'Option 1': { m: message('FIRST') },
    'Option 2': { m: message('SECOND') },
    'Give phone': asks('phone_number'),
    'Take note': asks('label'),
    'Say who': asks('person_name'),
    'Say where': asks('city'),
    'Say when': asks('date'),
    'Count sheep': asks('number'),
    'Pick colour': { E: list(colours, 'Which?', 'm'), m: message('Got {{context.entities.E}}') },
    'Fill form': { f: form, m: message('Filled') },
    'Tell story': { l: listens, m: message('Heard') },
    'Rent car': { m: message('Car') },
    'Book flight': { m: message('Flight') },
  },
  {
    supportedLanguages: LANGUAGES,
    detectMultiIntent: true,
    forms: [{ _id: 'fm-1', refId: 'form-1', name: 'F', components: [] }],
  },
);

let app: TestApp;
let line: Line;
let user = 0;
beforeAll(async () => {
  app = await startTestApp();
  const { importBot } = await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
    input: { definition, mode: 'NEW' },
  });
  const caller = await createCaller(app);
  const [made] = (await goLive(app, importBot.bot.id, [{ appClientId: caller.clientId }])) as [LiveChannel];
  line = lineOf(app, caller, made);
});
afterAll(() => app.remove());

/** What a new user is answered last, saying one thing after the other. */
async function talk(said: readonly string[], language = 'en'): Promise<string[]> {
  user += 1;
  let heard: string[] = [];
  for (const val of said) {
    const { body } = await line.v2({ type: 'text', val }, { from: { id: `u${user}` }, interactiveLanguage: language });
    heard = body.data.map((item: { val: string }) => item.val);
  }
  return heard;
}

describe('a yes or no', () => {
  const meant: Record<string, Record<string, string[]>> = {
    DELETED: {
      en: [
        'yes, go ahead and delete it',
        'that would be lovely',
        'I have nothing against it',
        'you have my permission',
        'yupp',
        '100%',
        'of course I do',
        'no problem, go on',
      ],
      de: ['ja, mach das bitte', 'aber klar', 'von mir aus gerne', 'warum nicht'],
      es: ['sí, por favor', 'estoy de acuerdo', 'claro que sí'],
      fr: ['bien sûr', 'ça me convient', 'pas de souci'],
      it: ['certo, procedi pure', 'va benissimo'],
      id: ['iya, silakan', 'tentu saja'],
    },
    KEPT: {
      en: [
        'please don’t',
        'keep it',
        'not on my watch',
        'that isn’t correct',
        'I’m not okay with that',
        'over my dead body',
        'yes I mean no',
        'surely not',
        'nah I’m good',
        'do not go ahead',
      ],
      de: ['natürlich nicht', 'bitte nicht löschen', 'lieber doch nicht', 'das stimmt so nicht'],
      es: ['claro que no', 'no es correcto', 'no lo hagas'],
      fr: ['bien sûr que non', 'je ne suis pas d’accord', 'non, surtout pas'],
      it: ['certo che no', 'non è giusto'],
      id: ['tentu saja tidak', 'saya tidak setuju'],
    },
    'Yes or no?': {
      en: [
        'I’m not so sure',
        'pretty sure',
        'can I undo it later?',
        'ok?',
        'yes, if it can be undone',
        'sure, but not today',
        'fine as long as nobody notices',
        'let me ask my boss first',
        'yes and delete the other one too',
        'what happens if I say yes?',
        'yes no',
        '50/50',
      ],
      de: ['ich bin nicht ganz sicher', 'ja, wenn es nichts kostet', 'sind Sie sicher?'],
      es: ['no estoy seguro', '¿es correcto?', 'sí, si es gratis'],
      fr: ['vous êtes sûr ?', 'oui mais demain'],
      it: ['non lo so ancora', 'sì, se è gratis'],
      id: ['saya tidak yakin', 'ya, kalau gratis'],
    },
  };
  const cases = Object.entries(meant).flatMap(([answer, byLanguage]) =>
    Object.entries(byLanguage).flatMap(([language, all]) => all.map((said) => [language, said, answer] as const)),
  );
  it.each(cases)('in %s: "%s" is %s', async (language, said, answer) => {
    expect(await talk(['remove', said], language)).toEqual([answer]);
  });
});

describe('a number', () => {
  it.each([
    ['count sheep', '7', 'Got 7'],
    ['count sheep', 'twenty one', 'Got 21'],
    ['give phone', '2', AGAIN],
    ['give phone', '12345', AGAIN],
    ['give phone', 'number one', AGAIN],
    ['give phone', '555 123 4567', 'Got 5551234567'],
    ['pick colour', '2', 'Got green'],
    ['pick colour', 'the last one', 'Got dark blue'],
    ['take note', '1', 'Got 1'],
    ['say who', '2', AGAIN],
    ['say when', '99', AGAIN],
  ])('answers the open question: %s, %s', async (task, said, answer) => {
    expect(await talk([task, said])).toEqual([answer]);
  });

  it.each(['1', '2', '12345', 'the second one', 'number 2', 'zwei', '#3'])('alone starts no task: %s', async (said) => {
    expect(await talk([said])).toEqual([LOST]);
  });

  it.each([
    [['help', '2'], 'SECOND'],
    [['help', 'b'], 'FIRST'],
    [['help', 'c'], 'SECOND'],
    [['help', 'option 2'], 'SECOND'],
    [['option', '2'], 'SECOND'],
    [['option', 'option 1'], 'FIRST'],
    [['help', 'purple monkeys', '2'], LOST],
  ])('chooses from the list that was just shown: %j', async (said, answer) => {
    expect(await talk(said)).toEqual([answer]);
  });
});

describe('a command to stop', () => {
  const states = [
    'Remove',
    'Give phone',
    'Take note',
    'Say who',
    'Say where',
    'Say when',
    'Count sheep',
    'Pick colour',
    'Fill form',
    'Tell story',
  ];
  it.each(states)('ends the task %s', async (task) => {
    for (const said of ['discard all', 'Cancel', 'no, please stop now', 'forget about it'])
      expect(await talk([task, said])).toEqual([`Alright, I have stopped "${task}".`]);
    expect(await talk([task, 'abort', 'remove'])).toEqual([texts.en]);
  });

  it.each(['discard all', 'cancel', 'never mind', 'stop it please'])(
    'has its own answer where no task runs: %s',
    async (said) => {
      expect(await talk([said])).toEqual([NOTHING]);
      expect(await talk(['rent car', said])).toEqual([NOTHING]);
    },
  );

  it.each([
    ['de', 'abbrechen'],
    ['es', 'quiero cancelar'],
    ['fr', 'annule'],
    ['it', 'annulla tutto'],
    ['id', 'batalkan'],
  ])('may be said in %s: %s', async (language, said) => {
    expect(await talk(['take note', said], language)).toEqual(['Alright, I have stopped "Take note".']);
    expect(await talk([said], language)).toEqual([NOTHING]);
  });

  it.each(['cancel the newsletter', 'Stop & Shop', 'the end'])('is none as a part of a text: %s', async (said) => {
    expect(await talk(['take note', said])).toEqual([`Got ${said}`]);
  });
});

describe('several tasks in one text', () => {
  it.each(['rent car and book flight', 'please rent a car, then book a flight', 'book flight but first rent car'])(
    'run one after the other, also in place of an open question: %s',
    async (said) => {
      expect(await talk([said])).toEqual(['Car', 'Flight']);
      expect(await talk(['count sheep', said])).toEqual(['Car', 'Flight']);
    },
  );

  it('are the answer of a question that takes any text', async () => {
    expect(await talk(['take note', 'rent car and book flight'])).toEqual(['Got rent car and book flight']);
  });
});
