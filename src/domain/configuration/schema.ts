import { z } from 'zod';
import { REPLACEMENTS } from '../../masks.js';
import {
  ALERT_FORMATS,
  ALERT_TOPICS,
  BURST_MODES,
  CALLBACK_AUTH_KINDS,
  CONTENT_TYPES,
  ENGINE_KINDS,
  INTEGRATION_MODES,
  JWT_ALGORITHMS,
  type MaskKind,
  ON_REJECTED,
  SIGNATURE_SCHEMES,
  TEMPLATE_ENCODINGS,
  TEXT_FORMS,
} from '../../vocabulary.js';

export const API_VERSION = 'hookswitch/v1';

/** A value that is sealed, and never shown. */
const SECRET = {
  description: `Secret: written as ${'$'}{env:NAME} or ${'$'}{file:path}. Left out: it stays as it is.`,
};

const name = z.string().trim().min(1).max(200);
const text = z.string().max(4000).nullish();
const secret = z.string().min(1).optional().meta(SECRET);
const AUTO_APPROVALS = ['CHANNEL', 'CHANNEL_UPGRADE', 'FIRST_PUBLISH', 'PUBLISH_UPGRADE'] as const;

const account = z.strictObject({
  fourEyes: z.boolean().optional().meta({ description: 'Who asks for approval does not decide.' }),
  autoApprove: z.array(z.enum(AUTO_APPROVALS)).optional().meta({ description: 'What needs nobody to approve it.' }),
  retentionDays: z.number().int().min(1).max(3650).optional(),
  publishCondition: z
    .strictObject({ maxFailing: z.number().int().min(0), maxDifferent: z.number().min(0).max(1) })
    .nullish()
    .meta({ description: 'What the check of a draft must show for a publish. Null: a publish takes no check.' }),
});

const app = z.strictObject({
  algorithm: z.enum(JWT_ALGORITHMS).optional().meta({ description: 'HS256 by default. It never changes.' }),
  requireJti: z.boolean().optional(),
  publicKeys: z.array(z.string()).max(2).optional().meta({ description: 'PEM; for RS256, RS512 and ES256.' }),
  jwksUrl: z.string().nullish().meta({ description: 'Where the caller publishes its keys, in place of publicKeys.' }),
  tokenEncryption: z.enum(['NONE', 'OPTIONAL', 'REQUIRED']).optional(),
  clientSecret: secret,
});

const file = z.strictObject({ name: z.string(), content: z.string() });

const bot = z.strictObject({
  description: text,
  defaultLanguage: z.string().optional(),
  sessionTimeoutMinutes: z.number().int().min(1).max(2160).optional(),
  engine: z.enum(ENGINE_KINDS).optional(),
  engineSettings: z
    .record(z.string(), z.json())
    .optional()
    .meta({ description: 'Settings of the engine; its credentials are secrets.' }),
  parent: name.optional().meta({ description: 'Name of the bot it inherits from; makes it a smart bot.' }),
  definition: z
    .union([
      z.string().min(1).meta({ description: 'In a file: path of an export folder, a zip or a botDefinition.json.' }),
      z.strictObject({
        definition: z.union([z.string(), z.record(z.string(), z.unknown())]),
        config: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
        files: z.array(file).nullish(),
      }),
    ])
    .optional()
    .meta({ description: "The bot's dialogs and messages. Channels and variables have documents of their own." }),
});

const auth = z.strictObject({
  kind: z.enum(CALLBACK_AUTH_KINDS),
  header: z.string().optional(),
  username: z.string().optional(),
  secret,
  tokenUrl: z.string().optional(),
  clientId: z.string().optional(),
  scope: z.string().optional(),
  audience: z.string().optional(),
});

const delivery = z.strictObject({
  timeoutSeconds: z.number().int().min(1).max(60).optional(),
  retryWindowMinutes: z.number().int().min(1).max(10_080).optional(),
  maxConcurrency: z.number().int().min(1).max(1_000).nullish().meta({ description: "Null: the server's share." }),
  maxPerSecond: z.number().min(0.01).max(10_000).nullish().meta({ description: 'Null: no limit.' }),
  onRejected: z.enum(ON_REJECTED).optional(),
  auth: auth.nullish().meta({ description: 'Null: by the access token, if there is one.' }),
  headers: z.array(z.strictObject({ name: z.string().min(1), value: secret })).optional(),
  signatures: z.array(z.enum(SIGNATURE_SCHEMES)).min(1).optional(),
  clientCertificate: z
    .strictObject({ certificate: z.string().min(1), privateKey: secret })
    .nullish()
    .meta({ description: 'PEM; null takes it away.' }),
  certificateAuthority: z
    .string()
    .min(1)
    .nullish()
    .meta({ description: 'PEM: private authorities that the receiver is trusted by; null takes them away.' }),
});

const channel = z.strictObject({
  bot: name.meta({ description: 'Name of its bot.' }),
  mode: z.enum(INTEGRATION_MODES).optional().meta({ description: 'A new channel needs one.' }),
  app: name.nullish().meta({ description: 'Name of its app; null: a placeholder.' }),
  postUrl: z.string().nullish().meta({ description: 'Where an ASYNC channel sends its callbacks.' }),
  accessToken: secret,
  enabled: z.boolean().optional(),
  isDefault: z.boolean().optional().meta({ description: 'Whether it has the URL without an instance.' }),
  enablePolling: z.boolean().optional(),
  templateEncoding: z.enum(TEMPLATE_ENCODINGS).optional(),
  textForm: z.enum(TEXT_FORMS).optional(),
  burst: z.enum(BURST_MODES).optional(),
  delivery: delivery.optional(),
});

const override = z.strictObject({
  bot: name.meta({ description: 'Name of its bot.' }),
  channel: name.nullish().meta({ description: 'Name of the channel; null or left out: every webhook channel.' }),
  language: z.string().optional().meta({ description: "The bot's default language when left out." }),
  contents: z
    .array(z.strictObject({ type: z.enum(CONTENT_TYPES), value: z.string() }))
    .min(1)
    .max(50),
});

const variable = z.strictObject({
  bot: name.meta({ description: 'Name of its bot.' }),
  value: z.string().optional().meta({ description: 'Left out: it stays as it is; of a new one, empty.' }),
  secured: z.boolean().optional().meta({ description: 'Its value is a secret.' }),
});

const privacy = z.strictObject({
  bot: name.meta({ description: 'Name of the bot.' }),
  channel: name.nullish().meta({ description: 'Name of one of its channels; null or left out: all of them.' }),
  masks: z
    .array(
      z.strictObject({
        kind: z.enum(Object.keys(REPLACEMENTS) as [MaskKind, ...MaskKind[]]), // the keys are what MaskKind names
        pattern: z.string().nullish().meta({ description: 'Of REGEX alone.' }),
        replacement: z.string().nullish(),
      }),
    )
    .max(20)
    .optional()
    .meta({ description: 'What is hidden before it is stored.' }),
  retentionDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .nullish()
    .meta({ description: 'Null: as long as the account keeps it.' }),
  sealCustomData: z.boolean().optional(),
});

const alert = z.strictObject({
  topics: z.array(z.enum(ALERT_TOPICS)).min(1).optional(),
  format: z.enum(ALERT_FORMATS).optional(),
  target: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: `An e-mail address, or a URL: a secret, written as ${'$'}{env:NAME} or ${'$'}{file:path}. Left out: it stays as it is.`,
    }),
  enabled: z.boolean().optional(),
});

const roles = z.strictObject({
  of: z.enum(['USER', 'GROUP']).optional().meta({ description: 'USER when left out. Groups are those of SCIM.' }),
  role: z
    .enum(['ADMIN', 'DEVELOPER', 'VIEWER', 'NONE'])
    .nullish()
    .meta({ description: 'In the account; null: the group gives none.' }),
  bots: z
    .array(z.strictObject({ bot: name, role: z.enum(['ADMIN', 'DEVELOPER', 'VIEWER']) }))
    .optional()
    .meta({ description: 'All roles of a user on single bots.' }),
});

/** The spec of each kind of document, in the order in which they are applied. */
const SPECS = {
  Account: account,
  App: app,
  Bot: bot,
  Channel: channel,
  Variable: variable,
  Override: override,
  Privacy: privacy,
  Alert: alert,
  Roles: roles,
} as const;
export type Kind = keyof typeof SPECS;
export type SpecOf<K extends Kind> = z.output<(typeof SPECS)[K]>;

export const KINDS = Object.keys(SPECS) as readonly Kind[]; // the keys are what Kind names

/** What `metadata.name` names, by kind. */
const NAMED: Record<Kind, string> = {
  Account: 'Any name: there is one account.',
  App: 'Name of the app.',
  Bot: 'Name of the bot.',
  Channel: 'Name of the channel, unique in its bot.',
  Variable: 'Key of the variable: {{env.<key>}}.',
  Override: 'Key of the message that it replaces.',
  Privacy: 'Any name: bot and channel say whose settings they are.',
  Alert: 'Name of the alert subscription.',
  Roles: 'E-mail address of the user, or the name of one without; name of the group.',
};

const RENAMED: ReadonlySet<Kind> = new Set(['App', 'Bot', 'Channel', 'Alert']);

const metadataOf = (kind: Kind) =>
  z.strictObject({
    name: name.meta({ description: NAMED[kind] }),
    ...(RENAMED.has(kind) && {
      previousName: name.optional().meta({ description: 'What it is called before this is applied: it is renamed.' }),
    }),
  });

const documentOf = (kind: Kind) =>
  z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind),
    metadata: metadataOf(kind),
    spec: SPECS[kind],
  });

/** A whole document of each kind. */
export const DOCUMENTS: Record<Kind, z.ZodType> = {
  Account: documentOf('Account'),
  App: documentOf('App'),
  Bot: documentOf('Bot'),
  Channel: documentOf('Channel'),
  Variable: documentOf('Variable'),
  Override: documentOf('Override'),
  Privacy: documentOf('Privacy'),
  Alert: documentOf('Alert'),
  Roles: documentOf('Roles'),
};

/** A JSON Schema of one document, for editors. */
export const configurationJsonSchema = (): object => ({
  title: 'Hookswitch configuration document',
  ...z.toJSONSchema(z.union(KINDS.map(documentOf)), { io: 'input', unrepresentable: 'any' }),
});
