/**
 * The closed lists of words that the database, GraphQL, the hooks and bot files share. Each is written here once; types and
 * schemas are made from the lists.
 */

/** Where a channel answers: in the response, or by POST to its POST URL. */
export const INTEGRATION_MODES = ['SYNC', 'ASYNC'] as const;
export type IntegrationMode = (typeof INTEGRATION_MODES)[number];

/** How templates travel inside the text of a V1 answer. */
export const TEMPLATE_ENCODINGS = ['OBJECT', 'STRING'] as const;
export type TemplateEncoding = (typeof TEMPLATE_ENCODINGS)[number];

/**
 * The text of a V1 answer that is one plain message: a string, always an array, or as the platform has it: an array for
 * messages of dialogs and answers to questions, else a string.
 */
export const TEXT_FORMS = ['AUTO', 'ARRAY', 'PLATFORM'] as const;
export type TextForm = (typeof TEXT_FORMS)[number];

/** Handling of a message that arrives while the conversation has a running turn. */
export const BURST_MODES = ['SERIAL', 'JOIN', 'LATEST'] as const;
export type BurstMode = (typeof BURST_MODES)[number];

/** Which version a test conversation talks to: the bot as it is saved, or the one that serves. */
export const TESTED_VERSIONS = ['DRAFT', 'LIVE'] as const;
export type TestedVersion = (typeof TESTED_VERSIONS)[number];

/** What a mask hides: numbers of cards and bank accounts, addresses, telephone numbers, or what a pattern finds. */
export type MaskKind = 'CARD' | 'IBAN' | 'EMAIL' | 'PHONE' | 'REGEX';

/** Where a delivery stands: on its way, arrived, or given up. */
export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'DEAD' | 'DISCARDED';

/** What a callback's refusal (a 4xx other than 408, 410, 425 and 429) means: a dead letter at once, or one more failure. */
export const ON_REJECTED = ['DEAD_LETTER', 'RETRY'] as const;
export type OnRejected = (typeof ON_REJECTED)[number];

/** How callbacks authenticate themselves to their receiver. */
export const CALLBACK_AUTH_KINDS = ['NONE', 'BEARER', 'BASIC', 'HEADER', 'OAUTH2'] as const;
export type CallbackAuthKind = (typeof CALLBACK_AUTH_KINDS)[number];

/** Signatures of Standard Webhooks: HMAC-SHA256, or ed25519, for receivers that should hold no secret. */
export const SIGNATURE_SCHEMES = ['V1', 'V1A'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** How the tokens of an app are signed. */
export const JWT_ALGORITHMS = ['HS256', 'HS512', 'RS256', 'RS512', 'ES256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** Whether the tokens of an app are encrypted for this server (JWE): never, some of them, all of them. */
export type TokenEncryption = 'NONE' | 'OPTIONAL' | 'REQUIRED';

/** What answers for a bot, by the kind of engine; null: its name says it. */
export const ENGINES = {
  DIALOG: 'The definition, run here.',
  HTTP: 'A server of your own.',
  RASA: null,
  OPENAI: 'Any server that speaks chat completions.',
  BOT_FRAMEWORK: null,
} as const;
export type EngineKind = keyof typeof ENGINES;
export const ENGINE_KINDS = Object.keys(ENGINES) as EngineKind[];

/** TEXT with `{{path}}`, SCRIPT (JavaScript that prints), or TEMPLATE (JSON text). */
export const CONTENT_TYPES = ['TEXT', 'SCRIPT', 'TEMPLATE'] as const;
export type ContentType = (typeof CONTENT_TYPES)[number];

/** One content of a message. */
export interface Content {
  type: ContentType;
  value: string;
  /** Said after it, each as a message of its own: an answer in several parts. */
  after?: Content[];
}

/** What an account can be told of. */
export const ALERT_TOPICS = [
  'DELIVERY_DEAD',
  'ENDPOINT_FAILING',
  'ENDPOINT_RECOVERED',
  'BOT_FAILING',
  'APPROVAL_REQUESTED',
  'APPROVAL_DECIDED',
  'SECRET_EXPIRING',
  'DISK_LOW',
  'JOB_FINISHED',
  'CANARY_ENDED',
  'AUDIT_ENTRY',
] as const;
export type AlertTopic = (typeof ALERT_TOPICS)[number];

/** The form in which alerts are sent to a subscription's target. */
export const ALERT_FORMATS = ['CLOUDEVENTS', 'SLACK', 'TEAMS', 'EMAIL'] as const;
export type AlertFormat = (typeof ALERT_FORMATS)[number];

/** The name of a hook version (src/wire/hook-versions.ts); stored with each turn. */
export type HookVersionName = `V${number}`;

/** The webhook's own channel type, on the wire and in bot files. */
export const WEBHOOK_TYPE = 'ivr';

/** What an app may be allowed at the management API. */
export const APP_SCOPES = [
  'BOT_IMPORT',
  'BOT_EXPORT',
  'PUBLISH',
  'PUBLISH_STATUS',
  'BOT_LIST',
  'BOT_SESSIONS',
  'CHAT_HISTORY',
  'BOT_VARIABLES',
] as const;
export type AppScope = (typeof APP_SCOPES)[number];

/** A scope that is REQUESTED allows nothing: it waits for an ADMIN. */
export type AppScopeStatus = 'REQUESTED' | 'GRANTED';

/** What is wrong with a token. Callers learn that it was refused, not why; those who run the channel read it. */
export const TOKEN_FAULTS = [
  'MISSING',
  'MALFORMED',
  'CLAIMS',
  'UNKNOWN_APP',
  'SIGNATURE',
  'EXPIRED',
  'NOT_YET',
  'ENCRYPTION',
  'USED',
  'OTHER_APP',
  'OTHER_USER',
] as const;
export type TokenFault = (typeof TOKEN_FAULTS)[number];
