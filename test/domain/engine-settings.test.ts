import { describe, expect, it } from 'vitest';
import { checkEngineSettings } from '../../src/domain/bots/engine-settings.js';
import type { AppError } from '../../src/errors.js';
import { createSigningSecret } from '../../src/outbound/signature.js';
import type { EngineKind } from '../../src/vocabulary.js';

const url = 'https://bot.example.com/hook';

function faultOf(engine: EngineKind, settings: Record<string, unknown>): { field: unknown; message: string } | null {
  try {
    checkEngineSettings(engine, settings);
    return null;
  } catch (error) {
    const { details, message, code } = error as AppError;
    expect(code).toBe('BAD_USER_INPUT');
    return { field: details.field, message };
  }
}

describe('the settings of an engine', () => {
  it.each<[EngineKind, Record<string, unknown>]>([
    ['DIALOG', {}],
    ['HTTP', { url, secret: createSigningSecret(), timeoutSeconds: 20, concurrency: 8 }],
    ['HTTP', { url, secret: 'any-text-of-ones-own', token: 'bearer' }],
    ['RASA', { url, token: null, sender: 'CONVERSATION', events: { ON_CONNECT: '/greet' } }],
    ['OPENAI', { url, model: 'm', apiKey: 'sk-1', temperature: 0.2, historyTokens: 100, body: { seed: 1 } }],
    ['BOT_FRAMEWORK', { url, appId: 'a', appPassword: 'p', tokenUrl: 'https://login.example.com/token' }],
    ['BOT_FRAMEWORK', { url }],
  ])('of kind %s are taken when they are complete', (engine, settings) => {
    expect(faultOf(engine, settings)).toBeNull();
  });

  it.each<[EngineKind, Record<string, unknown>, string, RegExp]>([
    ['HTTP', {}, 'engineSettings.url', /lives elsewhere: give engineSettings with its "url"/],
    ['RASA', { url: 5 }, 'engineSettings.url', /expected string/],
    ['HTTP', { url, secret: 'whsec_!!' }, 'engineSettings.secret', /24 to 64 bytes in base64/],
    ['HTTP', { url, secret: '' }, 'engineSettings.secret', /not empty/],
    ['HTTP', { url, token: 'two\r\nlines' }, 'engineSettings.token', /beyond ASCII/],
    ['HTTP', { url, token: 5 }, 'engineSettings.token', /must be text/],
    ['HTTP', { url, apiKey: 'k' }, 'engineSettings.apiKey', /not a setting .* HTTP. It has: url, .*secret/],
    ['HTTP', { url, timeoutSeconds: 0 }, 'engineSettings.timeoutSeconds', />=1/],
    ['RASA', { url, sender: 'ME' }, 'engineSettings.sender', /SESSION/],
    ['OPENAI', { url }, 'engineSettings.model', /expected string/],
    ['OPENAI', { url, model: 'm', temperatur: 1 }, 'engineSettings.temperatur', /It has: .*temperature/],
    ['OPENAI', { url, model: 'm', temperature: 3 }, 'engineSettings.temperature', /<=2/],
    ['BOT_FRAMEWORK', { url, tenantId: '../x' }, 'engineSettings.tenantId', /pattern/],
  ])('of kind %s name what is wrong in %j', (engine, settings, field, message) => {
    const fault = faultOf(engine, settings);
    expect(fault?.field).toBe(field);
    expect(fault?.message).toMatch(message);
  });
});
