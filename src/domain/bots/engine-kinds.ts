import { z } from 'zod';
import { isLocale, isTimeZone } from '../../time-zone.js';
import type { EngineKind } from '../../vocabulary.js';

/** Limit on concurrent calls to one bot; further calls wait. Also the connections per origin. */
export const MAX_CONCURRENCY = 256;

/** Marks a setting that is a URL, which the outbound guard must allow. */
const ADDRESS = { address: true };

/** Settings common to all engines. */
const common = {
  /** Turns are kept in a form in which other versions can be checked against them (docs/checks.md). */
  record: z.boolean().default(false),
};

/** Settings common to all remote engines. */
const elsewhere = {
  url: z.string().meta(ADDRESS),
  /** Time limit of one call; by default the server's engine limit. */
  timeoutSeconds: z.number().int().min(1).max(600).optional(),
  /** Limit on concurrent calls. */
  concurrency: z.number().int().min(1).max(MAX_CONCURRENCY).default(32),
  ...common,
};

/** The settings of each kind of engine, without its credentials. */
export const ENGINE_SETTINGS = {
  DIALOG: z.looseObject({
    ...common,
    /** SAMPLE: services answer with the sample recorded in the bot's file, where there is one. */
    services: z.enum(['LIVE', 'SAMPLE']).default('LIVE'),
    /** Time zone of users' dates, unless the session sets one. */
    timeZone: z.string().refine(isTimeZone, 'Give the IANA name of a time zone, like Europe/Berlin.').optional(),
    /** Locale that decides whether day or month comes first, unless the session sets one. */
    locale: z.string().refine(isLocale, 'Give a language with its region, like en-GB.').optional(),
    /** Any server of the chat completions API, for nodes that ask a language model; without it they fail. */
    languageModelUrl: z.string().optional().meta(ADDRESS),
    /** Default model of nodes that name none. */
    languageModel: z.string().min(1).default('default'),
    /** Uses `languageModel` even for nodes that name a model. */
    languageModelAlways: z.boolean().default(false),
  }),
  HTTP: z.strictObject(elsewhere),
  RASA: z.strictObject({
    ...elsewhere,
    /** The sender id of Rasa: with SESSION, each session starts a new tracker. */
    sender: z.enum(['SESSION', 'CONVERSATION']).default('SESSION'),
    /** What is sent for an event of the channel; other events are sent as an intent of their name. */
    events: z.record(z.string(), z.string()).default({ ON_CONNECT: '/session_start' }),
  }),
  OPENAI: z.strictObject({
    ...elsewhere,
    model: z.string().min(1),
    /** May hold `{{context.…}}` and `{{env.…}}`. */
    systemPrompt: z.string().max(100_000).default(''),
    temperature: z.number().min(0).max(2).optional(),
    /** Limit on tokens of one answer. */
    maxTokens: z.number().int().min(1).max(1_000_000).optional(),
    /** Limit on the history sent along with a message. */
    historyTokens: z.number().int().min(0).max(1_000_000).default(4000),
    /** Attachments go as images the model looks at. */
    images: z.boolean().default(false),
    /** The `customData` of a message goes to the model. */
    customData: z.boolean().default(false),
    /** Additional, server-specific members of the request. */
    body: z.record(z.string(), z.json()).default({}),
  }),
  BOT_FRAMEWORK: z.strictObject({
    ...elsewhere,
    /** Microsoft App ID of the bot; without it no token is sent. */
    appId: z.string().min(1).optional(),
    tenantId: z
      .string()
      .regex(/^[\w.-]+$/)
      .default('botframework.com'),
    tokenUrl: z.string().optional().meta(ADDRESS),
    scope: z.string().min(1).optional(),
    /** Channel id, by which bots choose how rich their messages are. */
    channelId: z.string().min(1).default('directline'),
  }),
} as const satisfies Record<EngineKind, z.ZodType>;

export type SettingsOf<K extends EngineKind> = z.output<(typeof ENGINE_SETTINGS)[K]>;

/** The credentials an engine of each kind knows. */
export const ENGINE_SECRETS: Readonly<Record<EngineKind, readonly string[]>> = {
  DIALOG: ['apiKey'],
  HTTP: ['secret', 'token'],
  RASA: ['token'],
  OPENAI: ['apiKey'],
  BOT_FRAMEWORK: ['appPassword'],
};

/** Settings that are credentials: sealed, and never shown again. The last two belong to no engine, but are sealed all the same. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  ...Object.values(ENGINE_SECRETS).flat(),
  'accessToken',
  'password',
]);

/** The settings of an engine kind that are URLs. */
export const addressKeys = (engine: EngineKind): string[] =>
  Object.entries<z.ZodType>(ENGINE_SETTINGS[engine].shape).flatMap(([key, schema]) =>
    schema.meta()?.address ? [key] : [],
  );
