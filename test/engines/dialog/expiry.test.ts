import { expect, it } from 'vitest';
import { bot, message, script } from './bot-builder.js';
import { talk } from './talk.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

it.each(['BotUserSession', 'BotContext', 'UserSession'])(
  'what a script puts into %s for a minute is gone after it',
  async (store) => {
    const program = bot({
      Keep: { s: script(`${store}.put("k", "kept", 1); ${store}.put("other", "stays")`) },
      Again: { s: script(`${store}.put("k", "kept", 1); ${store}.put("k", "always")`) },
      Show: { m: message(`print([${store}.get("k"), ${store}.get("other")].join())`) },
      Fill: { m: message(`<{{context.session.${store}.k}}>`) },
    });
    const options = { now: START };
    const conversation = talk(program, {}, options);
    const said = async (text: string) => (await conversation.say(text)).texts[0];
    await said('keep');
    options.now += MINUTE - 1;
    expect(await said('show')).toBe('kept,stays');
    expect(await said('fill')).toBe('<kept>');
    options.now += 1;
    expect(await said('fill')).toBe('<>');
    expect(await said('show')).toBe(',stays');
    expect(JSON.stringify(conversation.session)).not.toContain('expiry');
    await said('again');
    options.now += 10 * MINUTE;
    expect(await said('show')).toBe('always,stays');
  },
);

it('what has expired is gone within the same message, and what is deleted leaves no trace', async () => {
  const program = bot({
    Go: {
      s: script('BotUserSession.put("k", 1, "0.5"); BotUserSession.put("d", 1, 5); BotUserSession.delete("d")'),
    },
  });
  const { end } = await talk(program, {}, { now: START }).say('go');
  expect(end.session.context.session).toMatchObject({ expiry: { BotUserSession: { k: START + MINUTE / 2 } } });
  expect(JSON.stringify(end.session)).not.toContain('"d"');
});
