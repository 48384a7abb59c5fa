import { z } from 'zod';
import { isLocale, isTimeZone } from '../../time-zone.js';
import type { EngineKind } from '../../vocabulary.js';

/** Calls to one bot at once, at most; the way out keeps as many connections to one address. */
export const MAX_CONCURRENCY = 256;

/** Marks a setting that is an address: it must be one that may be called. */
const ADDRESS = { address: true };

/** Settings of an engine that lives elsewhere, whatever its kind. */
const elsewhere = {
  url: z.string().meta(ADDRESS),
  /** How long one call may take; without it, until the engine limit of the server. */
  timeoutSeconds: z.number().int().min(1).max(600).optional(),
  /** Calls under way at once. */
  concurrency: z.number().int().min(1).max(MAX_CONCURRENCY).default(32),
};

/** The settings of each kind of engine, without its credentials. */
export const ENGINE_SETTINGS = {
  DIALOG: z.looseObject({
    /** SAMPLE: services answer with the sample recorded in the bot's file, where there is one. */
    services: z.enum(['LIVE', 'SAMPLE']).default('LIVE'),
    /** The zone users' dates are in, unless the session says another. */
    timeZone: z.string().refine(isTimeZone, 'Give the IANA name of a time zone, like Europe/Berlin.').optional(),
    /** Whether users write day or month first, unless the session says it. */
    locale: z.string().refine(isLocale, 'Give a language with its region, like en-GB.').optional(),
    /** Any server of the chat completions API, for nodes that ask a language model; without it they fail. */
    languageModelUrl: z.string().optional().meta(ADDRESS),
    /** For nodes that name no model. */
    languageModel: z.string().min(1).default('default'),
    /** Asks for `languageModel` whatever a node names. */
    languageModelAlways: z.boolean().default(false),
  }),
  HTTP: z.strictObject(elsewhere),
  RASA: z.strictObject({
    ...elsewhere,
    /** What Rasa knows as the sender: with SESSION its tracker begins anew with every session. */
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
    /** Of one answer. */
    maxTokens: z.number().int().min(1).max(1_000_000).optional(),
    /** Of the conversation that goes along with a message. */
    historyTokens: z.number().int().min(0).max(1_000_000).default(4000),
    /** Attachments go as images the model looks at. */
    images: z.boolean().default(false),
    /** The `customData` of a message goes to the model. */
    customData: z.boolean().default(false),
    /** Further members of the request, of one server or another. */
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
    /** Bots choose by it how rich their messages are. */
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

/** Settings that are credentials: sealed, and never shown again. The last two are no engine's, and yet are never kept open. */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  ...Object.values(ENGINE_SECRETS).flat(),
  'accessToken',
  'password',
]);

/** The settings of a kind of engine that are addresses. */
export const addressKeys = (engine: EngineKind): string[] =>
  Object.entries<z.ZodType>(ENGINE_SETTINGS[engine].shape).flatMap(([key, schema]) =>
    schema.meta()?.address ? [key] : [],
  );
