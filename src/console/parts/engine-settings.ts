import type { EngineKind } from '../api/.generated/graphql';

export interface EngineField {
  key: string;
  label: string;
  description?: string;
  placeholder?: string;
  required?: boolean;
  secret?: boolean;
}

/** What one types about an engine: the settings with a field of their own as text, all others as JSON text. */
export interface EngineDraft {
  engine: EngineKind;
  settings: Record<string, string>;
  more: string;
}

const URL_FIELD: EngineField = { key: 'url', label: 'URL', required: true };

export const ENGINES: Record<EngineKind, string> = {
  DIALOG: 'Dialog (runs here)',
  HTTP: 'HTTP server',
  RASA: 'Rasa',
  OPENAI: 'OpenAI-compatible',
  BOT_FRAMEWORK: 'Bot Framework',
};

/** The settings that have a field of their own. */
export const ENGINE_FIELDS: Record<EngineKind, EngineField[]> = {
  DIALOG: [],
  HTTP: [
    {
      ...URL_FIELD,
      placeholder: 'https://engine.example.com/turn',
      description: 'Every turn is POSTed here; the reply holds the messages.',
    },
    { key: 'secret', label: 'Secret', secret: true, description: 'Signs each call, so that your server can check it.' },
    { key: 'token', label: 'Token', secret: true, description: 'Sent along as Authorization: Bearer.' },
  ],
  RASA: [
    { ...URL_FIELD, placeholder: 'https://rasa.example.com', description: 'The server with the REST channel.' },
    { key: 'token', label: 'Token', secret: true },
  ],
  OPENAI: [
    {
      ...URL_FIELD,
      placeholder: 'https://llm.example.com/v1',
      description: 'Any server that speaks chat completions.',
    },
    { key: 'model', label: 'Model', required: true },
    { key: 'systemPrompt', label: 'System prompt' },
    { key: 'apiKey', label: 'API key', secret: true },
  ],
  BOT_FRAMEWORK: [
    { ...URL_FIELD, placeholder: 'https://bot.example.com/api/messages', description: 'The messaging endpoint.' },
    { key: 'appId', label: 'Microsoft App ID' },
    { key: 'appPassword', label: 'Client secret', secret: true },
  ],
};

/** The saved settings as they are typed. */
export function draftOf(engine: EngineKind, saved: unknown): EngineDraft {
  const entries = Object.entries(typeof saved === 'object' && saved !== null ? saved : {});
  const hasField = (key: string) => ENGINE_FIELDS[engine].some((field) => field.key === key);
  const more = Object.fromEntries(entries.filter(([key]) => !hasField(key)));
  return {
    engine,
    settings: Object.fromEntries(entries.filter(([key]) => hasField(key)).map(([key, value]) => [key, String(value)])),
    more: Object.keys(more).length > 0 ? JSON.stringify(more, null, 2) : '',
  };
}

/** What to send: nothing that is empty, so that a secret nobody typed stays. Null when it is no JSON. */
export function settingsOf({ settings, more }: EngineDraft): Record<string, unknown> | null {
  const typed = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''));
  try {
    return { ...(more.trim() === '' ? {} : JSON.parse(more)), ...typed };
  } catch {
    return null;
  }
}

/** Whether turns are recorded, which is one of the settings without a field of text. */
export const isRecording = (draft: EngineDraft): boolean => settingsOf(draft)?.record === true;

/** The draft with recording on or off; as it is where the other settings are no JSON. */
export function withRecording(draft: EngineDraft, on: boolean): EngineDraft {
  const others = settingsOf({ ...draft, settings: {} });
  if (!others) return draft;
  const { record: _, ...rest } = others;
  const more = on ? { ...rest, record: true } : rest;
  return { ...draft, more: Object.keys(more).length > 0 ? JSON.stringify(more, null, 2) : '' };
}

/** Whether a credential was typed into one of the fields. */
export const hasSecrets = ({ engine, settings }: EngineDraft): boolean =>
  ENGINE_FIELDS[engine].some(({ key, secret }) => secret === true && (settings[key] ?? '') !== '');
