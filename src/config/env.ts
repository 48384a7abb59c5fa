import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Every setting of the server, as environment variables. This is the only file that reads `process.env`; docs/settings.md
 * is checked against it by a test. A fault names its variable, and all faults are reported at once.
 */
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const isRange = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  return rest.length === 0 && version > 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
};

const PROXY_FORM =
  'must be like http://proxy.example:3128 or https://user:password@proxy.example, with #, /, ?, @ and % in the password written as in URLs (%23, %2F, %3F, %40, %25)';

/** A URL of scheme, credentials, host and port alone. The text of its fault never repeats it: it may hold a password. */
const proxy = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
  const isBare = (pathname === '/' || pathname === '') && search === '' && hash === '';
  return /^https?:$/.test(protocol) && hostname !== '' && port !== '0' && isBare && isReadable(username, password);
}, PROXY_FORM);

/** Whether the parts of a user info can be sent (RFC 7617 §2): a colon ends the name. */
function isReadable(username: string, password: string): boolean {
  try {
    decodeURIComponent(password);
    return !decodeURIComponent(username).includes(':') && (username !== '' || password === '');
  } catch {
    return false;
  }
}

/** A host, `.suffix` for the names under a domain, an address or a range. */
const isException = (text: string): boolean => isRange(text) || isIP(text) > 0 || HOST_OR_SUFFIX.test(text);
const HOST_OR_SUFFIX = /^\.?([\w-]+\.)*[\w-]*[a-z][\w-]*$/i; // the last label is no number: 10.0.0.256 is a slip

const USER_ROLES = ['ADMIN', 'DEVELOPER', 'VIEWER', 'NONE'] as const;

/** `value=ROLE,value=ROLE`. */
const roleMap = z.string().transform((text, context): Record<string, (typeof USER_ROLES)[number]> => {
  const pairs = text.split(',').flatMap((part) => {
    const [, value = '', name = ''] = /^(.*)=([A-Z]+)$/.exec(part.trim()) ?? [];
    const role = USER_ROLES.find((one) => one === name);
    return value.trim() === '' || role === undefined ? [] : [[value.trim(), role] as const];
  });
  if (pairs.length === text.split(',').length) return Object.fromEntries(pairs);
  context.addIssue({
    code: 'custom',
    message: `must be value=ROLE pairs, separated by commas; roles: ${USER_ROLES.join(', ')}`,
  });
  return z.NEVER;
});

/** `name=value,name=value`, values as in URLs: how OpenTelemetry writes headers. */
const headers = z.string().transform((text, context): Record<string, string> => {
  try {
    const pairs = text.split(',').map((pair): [string, string] => {
      const [, name = '', value = ''] = /^\s*([\w!#$&'*.^`|~+-]+)=(.*)$/.exec(pair) ?? [];
      if (name === '') throw new Error('no name');
      return [name, decodeURIComponent(value.trim())];
    });
    return Object.fromEntries(pairs);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be name=value pairs, separated by commas, values as in URLs' });
    return z.NEVER;
  }
});

/** Characters of a name that stands in the console's header; a longer one is refused. */
const MAX_INSTANCE_NAME = 40;

/** Most processes that one supervisor starts. */
const MAX_WORKERS = 64;

export const ROLES = ['api', 'ingress', 'dispatcher'] as const;

const settings = z.object({
  PORT: whole(0, 65_535).default(4000).describe('TCP port; 0 picks a free one'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PUBLIC_URL: z.url().default('http://localhost:4000').describe('The {{host_url}} in the webhook URLs that are shown'),
  INSTANCE_NAME: z
    .string()
    .min(1)
    .max(MAX_INSTANCE_NAME)
    .optional()
    .describe('What tells this server from your others, like Staging: in the header and the tabs of the console'),
  DATA_DIR: z.string().default('./data').describe('SQLite file, key ring, attachments'),
  ATTACHMENTS_DIR: z
    .string()
    .optional()
    .describe('Uploaded files; with several machines a folder that all of them share. Default DATA_DIR/attachments'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional()
    .describe('PostgreSQL 14 or later instead of SQLite'),
  BOOTSTRAP_ADMIN_TOKEN: z
    .string()
    .min(32)
    .optional()
    .describe("The first ADMIN's API token, at least 32 characters; made and printed once when absent"),
  KEY_RING: z
    .string()
    .optional()
    .describe('Encryption keys by value: "id:base64 of 32 bytes", comma-separated, first one encrypts'),
  KEY_RING_FILE: z
    .string()
    .optional()
    .describe('Encryption keys by file, one "id:base64" a line; default DATA_DIR/key-ring'),
  OUTBOUND_ALLOW_HTTP: flag.default(false).describe('Callbacks and engines over plain http'),
  OUTBOUND_ALLOW_CIDRS: list
    .refine((ranges) => ranges.every(isRange), 'must be IP ranges such as 10.0.0.0/8, separated by commas')
    .default([])
    .describe('Private ranges that may be called, e.g. 127.0.0.0/8'),
  OUTBOUND_PROXY: proxy
    .optional()
    .describe('CONNECT proxy for all calls to outside URLs, e.g. http://user:password@proxy.example:3128'),
  OUTBOUND_PROXY_EXCEPT: list
    .refine(
      (hosts) => hosts.every(isException),
      'must be hosts, .suffixes, addresses or ranges such as bots.example,.svc.example,10.0.0.0/8, separated by commas',
    )
    .default([])
    .describe('Called without the proxy: hosts, ".example.com" for the names under it, addresses and ranges'),
  OUTBOUND_PROXY_NAMES: flag
    .default(false)
    .describe('The proxy is told checked names, not checked addresses: for one that filters by name'),
  TRUSTED_PROXIES: list
    .refine((ranges) => ranges.every(isRange), 'must be IP ranges such as 10.0.0.0/8, separated by commas')
    .default([])
    .describe('Ranges of the proxies whose X-Forwarded-For is believed, e.g. 10.0.0.0/8'),
  ROLES: list
    .pipe(z.array(z.enum(ROLES)).min(1))
    .default([...ROLES])
    .describe('What this process does: api, ingress, dispatcher'),
  WORKERS: whole(1, MAX_WORKERS)
    .default(1)
    .describe(
      'Processes behind the one port, with DATABASE_URL; each does what one does alone, see docs/operations.md',
    ),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe log line written'),
  SYNC_LIMIT_SECONDS: whole(1, 300).default(15).describe('A synchronous caller gets 504 after this'),
  ENGINE_LIMIT_SECONDS: whole(1, 600).default(30).describe('A turn ends in the failure response after this'),
  MAX_BODY_BYTES: whole(1024, 64 * 1024 * 1024)
    .default(1024 * 1024)
    .describe('Largest hook body; more is 413'),
  MAX_ATTACHMENT_BYTES: whole(1024, 1024 * 1024 * 1024)
    .default(25 * 1024 * 1024)
    .describe('Largest file that may be uploaded; more is 413'),
  ATTACHMENT_QUOTA_MB: whole(0, 100_000_000)
    .default(10_240)
    .describe('MiB of uploaded files that one app may keep until they expire; more is 413; 0: no limit'),
  RATE_LIMIT_APP: whole(0, 100_000_000).default(600_000).describe('Requests a minute of one app; 0: no limit'),
  RATE_LIMIT_CHANNEL: whole(0, 100_000_000)
    .default(600_000)
    .describe('Messages a minute to one webhook channel; 0: no limit'),
  RATE_LIMIT_REFUSED_TOKENS: whole(0, 100_000_000)
    .default(600)
    .describe('Refused tokens a minute from one address before it is told 429; 0: no limit'),
  RATE_LIMIT_NOTIFICATIONS: whole(0, 100_000_000)
    .default(600)
    .describe('Proactive jobs a minute of one bot; 0: no limit'),
  DISPATCH_SLOTS: whole(1, 10_000).default(64).describe('Callbacks under way at once'),
  DRAIN_SECONDS: whole(0, 600).default(20).describe('How long a stop waits for work in progress'),
  MIN_FREE_DISK_MB: whole(0, 1_000_000)
    .default(256)
    .describe('Hooks answer 503 when the data disk has less free, uploads when twice that would not be left'),
  RETENTION_SWEEP_MINUTES: whole(1, 1440).default(10).describe('How often expired rows are removed'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be like smtps://user:password@mail.example.com:465' })
    .optional()
    .describe('Mail server for alerts by e-mail, smtp:// or smtps://; none: no e-mail'),
  SMTP_FROM: z
    .string()
    .regex(
      /^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'must be an address, like Hookswitch <hooks@example.com>',
    )
    .optional()
    .describe('Sender of alerts by e-mail, an address with or without a name'),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be a URL like https://login.example.com/realms/main' })
    .optional()
    .describe('OpenID Connect provider that people sign in to the console with; its configuration is found under it'),
  OIDC_CLIENT_ID: z.string().optional().describe('What the provider calls this server'),
  OIDC_CLIENT_SECRET: z.string().optional().describe('Secret of that client; none: a public client, with PKCE alone'),
  OIDC_NAME: z.string().max(100).default('Single sign-on').describe('What the button of the sign-in page says'),
  OIDC_SCOPES: list.default(['openid', 'profile', 'email']).describe('What is asked of the provider'),
  OIDC_ROLE_CLAIM: z
    .string()
    .optional()
    .describe('Claim that roles are taken from at each sign-in, like groups or realm_access.roles'),
  OIDC_ROLE_MAP: roleMap.default({}).describe('Role of each value of that claim, like hook-admins=ADMIN,ops=DEVELOPER'),
  OIDC_DEFAULT_ROLE: z
    .enum(USER_ROLES)
    .optional()
    .describe('Role of those without one of these values, and of new users; none: they are refused'),
  OIDC_EMAIL_DOMAINS: list
    .default([])
    .describe('Domains that verified e-mail addresses have to be of, like example.com; none: any'),
  OIDC_TRUST_EMAIL: flag
    .default(false)
    .describe('Take e-mail addresses for verified where the provider does not say (Entra ID)'),
  OIDC_CREATE_USERS: flag.default(false).describe('Make users of those who sign in for the first time'),
  ALERT_REMINDER_HOURS: whole(1, 168)
    .default(4)
    .describe('How long after an alert one is reminded of what still lasts'),
  METRICS_PORT: whole(0, 65_535)
    .optional()
    .describe('/metrics on a TCP port of its own, at the same address; 0 picks a free one. Default: on PORT'),
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, 'must be at least 16 characters without spaces')
    .optional()
    .describe('Bearer token that /metrics asks for. Without it and METRICS_PORT: programs of this machine alone'),
  METRICS_BY_CHANNEL: whole(0, 100_000)
    .default(0)
    .describe('Channels with delivery metrics of their own in /metrics; further ones are "other". 0: none are counted'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('OpenTelemetry collector that gets traces (OTLP over HTTP), e.g. http://localhost:4318; none: no traces'),
  OTEL_EXPORTER_OTLP_HEADERS: headers
    .default({})
    .describe('Headers for the collector: "name=value", comma-separated, values as in URLs'),
  OTEL_SERVICE_NAME: z.string().default('hookswitch').describe('What this server is called in traces'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the traces that is exported, 0 to 1'),
});

/** Checks settings against each other. */
const checked = settings.superRefine((env, context) => {
  if (env.WORKERS > 1 && env.DATABASE_URL === undefined) {
    const message =
      'a SQLite database has one process: leave WORKERS at 1, or set DATABASE_URL to a PostgreSQL, which several can share';
    context.addIssue({ code: 'custom', path: ['WORKERS'], message });
  }
  if (env.METRICS_PORT !== undefined && env.METRICS_PORT !== 0 && env.METRICS_PORT === env.PORT) {
    context.addIssue({ code: 'custom', path: ['METRICS_PORT'], message: 'must be another port than PORT' });
  }
  if ((env.SMTP_URL === undefined) !== (env.SMTP_FROM === undefined)) {
    const path = env.SMTP_URL === undefined ? 'SMTP_URL' : 'SMTP_FROM';
    context.addIssue({ code: 'custom', path: [path], message: 'SMTP_URL and SMTP_FROM are set together, or neither' });
  }
  if ((env.OIDC_ISSUER === undefined) !== (env.OIDC_CLIENT_ID === undefined)) {
    const path = env.OIDC_ISSUER === undefined ? 'OIDC_ISSUER' : 'OIDC_CLIENT_ID';
    const message = 'OIDC_ISSUER and OIDC_CLIENT_ID are set together, or neither';
    context.addIssue({ code: 'custom', path: [path], message });
  }
  if (!env.DATABASE_URL || env.KEY_RING || env.KEY_RING_FILE) return;
  context.addIssue({
    code: 'custom',
    path: ['KEY_RING'],
    message: 'with DATABASE_URL all processes need the same keys: set KEY_RING, or KEY_RING_FILE to a shared file',
  });
});

export type Env = Readonly<z.infer<typeof settings>>;

/** The settings, checked. Throws one Error that lists every fault. Unknown variables are ignored. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = checked.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`These settings need to be corrected (docs/settings.md):\n${faults.join('\n')}`);
}

/** Libraries run as in production unless NODE_ENV says otherwise; before any of them is loaded. */
export function beInProduction(): void {
  process.env.NODE_ENV ||= 'production';
}

/** The variable by which a supervisor tells a worker its number. */
export const WORKER_NUMBER = 'HOOKSWITCH_WORKER';

/** The number of this process among the workers of its supervisor. */
export const workerNumber = (): number => Number(process.env[WORKER_NUMBER]);

/** Name, meaning and default of each setting, for the documentation. */
export function describeEnv(): { name: string; meaning: string; fallback: string }[] {
  const defaults: Record<string, unknown> = settings.parse({});
  return Object.entries(settings.shape).map(([name, type]) => ({
    name,
    meaning: type.description ?? '',
    fallback: textOf(defaults[name]),
  }));
}

const textOf = (fallback: unknown): string =>
  typeof fallback === 'object' && !Array.isArray(fallback) ? '' : String(fallback ?? '');
