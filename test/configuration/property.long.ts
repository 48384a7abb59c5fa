import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { createCertificate } from '../support/certificate.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

const documentOf = (kind: string, name: string, spec: object) => ({
  apiVersion: 'hookswitch/v1',
  kind,
  metadata: { name },
  spec,
});

const name = fc.constantFrom('A', 'B/C', 'Bot "one"', 'ü – x', '*');
const maybe = <T>(key: string, value: fc.Arbitrary<T>) => fc.record({ [key]: value }, { requiredKeys: [] });
const together = (...parts: fc.Arbitrary<object>[]) => fc.tuple(...parts).map((all) => Object.assign({}, ...all));

const { cert, key } = createCertificate({ hosts: ['client.example.com'] });

const bot = together(
  maybe('description', fc.option(fc.string({ maxLength: 20 }))),
  maybe('defaultLanguage', fc.constantFrom('en', 'de')),
  maybe('sessionTimeoutMinutes', fc.integer({ min: 1, max: 2160 })),
  fc.constant({ engine: 'HTTP', engineSettings: { url: 'https://bot.example.com/' } }),
);
const delivery = together(
  maybe('timeoutSeconds', fc.integer({ min: 1, max: 60 })),
  maybe('maxConcurrency', fc.constantFrom(null, 1, 1000)),
  maybe('maxPerSecond', fc.constantFrom(null, 0.5)),
  maybe('signatures', fc.constantFrom(['V1'], ['V1A', 'V1'])),
  maybe('auth', fc.constantFrom(null, { kind: 'HEADER', header: 'X-Key', secret: 'key' })),
  maybe('clientCertificate', fc.constantFrom(null, { certificate: cert, privateKey: key })),
  maybe('certificateAuthority', fc.constantFrom(null, cert)),
  maybe('headers', fc.constant([{ name: 'X-Other', value: 'value' }])),
);
const channel = together(
  fc.record({ mode: fc.constantFrom('SYNC', 'ASYNC') }),
  maybe('app', fc.constantFrom('App', null)),
  maybe('postUrl', fc.constantFrom(POST_URL, null)),
  maybe('enabled', fc.boolean()),
  maybe('textForm', fc.constantFrom('AUTO', 'ARRAY')),
  maybe('burst', fc.constantFrom('SERIAL', 'JOIN')),
  maybe('accessToken', fc.constantFrom('one', 'two')),
  maybe('delivery', delivery),
);
const override = together(
  maybe('language', fc.constantFrom('en', 'de')),
  fc.record({ contents: fc.array(fc.constant({ type: 'TEXT', value: 'said' }), { minLength: 1, maxLength: 2 }) }),
);
const variable = together(maybe('secured', fc.boolean()), maybe('value', fc.string({ maxLength: 10 })));

const mask = fc.constantFrom({ kind: 'CARD' }, { kind: 'REGEX', pattern: '[0-9]+', replacement: '#' });
const privacy = together(
  maybe('masks', fc.array(mask, { maxLength: 2 })),
  maybe('retentionDays', fc.constantFrom(null, 1, 30)),
  maybe('sealCustomData', fc.boolean()),
);
const alert = together(
  fc.record({
    topics: fc.subarray(['DISK_LOW', 'DELIVERY_DEAD', 'BOT_FAILING'], { minLength: 1 }),
    format: fc.constantFrom('SLACK', 'TEAMS'),
    target: fc.constant(POST_URL),
  }),
  maybe('enabled', fc.boolean()),
);
const EMAIL = 'jo@example.com';

/** Bots with what belongs to them; names meet often. */
const bots = fc
  .dictionary(
    name,
    fc.record({
      bot,
      channels: fc.dictionary(name, channel, { maxKeys: 3 }),
      overrides: fc.dictionary(fc.constantFrom('m1', 'm2'), override),
      variables: fc.dictionary(fc.constantFrom('k1', 'k2'), variable),
      privacy: fc.array(privacy, { maxLength: 1 }),
    }),
    { maxKeys: 3 },
  )
  .map((named) => [
    documentOf('App', 'App', {}),
    ...Object.entries(named).flatMap(([botName, parts]) => [
      ...Object.entries(parts.overrides).map(([key, spec]) => documentOf('Override', key, { ...spec, bot: botName })),
      ...Object.entries(parts.variables).map(([key, spec]) => documentOf('Variable', key, { ...spec, bot: botName })),
      ...Object.entries(parts.channels).map(([key, spec]) => documentOf('Channel', key, { ...spec, bot: botName })),
      documentOf('Bot', botName, parts.bot),
      ...parts.privacy.map((spec) => documentOf('Privacy', 'x', { ...spec, bot: botName })),
      ...Object.keys(parts.channels)
        .slice(0, 1)
        .map((of) => documentOf('Privacy', 'x', { bot: botName, channel: of, sealCustomData: true })),
    ]),
    documentOf('Roles', EMAIL, { bots: Object.keys(named).map((of) => ({ bot: of, role: 'VIEWER' })) }),
  ]);

const configuration = fc
  .record({
    bots,
    alerts: fc.dictionary(name, alert, { maxKeys: 2 }),
    account: fc
      .tuple(
        maybe('retentionDays', fc.integer({ min: 1, max: 3650 })),
        maybe(
          'publishCondition',
          fc.constantFrom(null, { maxFailing: 0, maxDifferent: 0.05 }, { maxFailing: 2, maxDifferent: 1 }),
        ),
      )
      .map(([retention, condition]) => ({ ...retention, ...condition })),
    role: fc.constantFrom('DEVELOPER', 'NONE'),
  })
  .map((parts) => [
    ...parts.bots.filter(({ kind }) => kind !== 'Roles'),
    ...parts.bots
      .filter(({ kind }) => kind === 'Roles')
      .map((roles) => ({ ...roles, spec: { ...roles.spec, role: parts.role } })),
    ...Object.entries(parts.alerts).map(([of, spec]) => documentOf('Alert', of, spec)),
    documentOf('Account', 'account', parts.account),
  ]);

/** A variable that is a secret, or about which nothing is said. */
const secured = (is?: boolean) => [
  documentOf('Bot', 'Secretive', { engine: 'HTTP', engineSettings: { url: 'https://bot.example.com/' } }),
  documentOf('Variable', 'k1', { bot: 'Secretive', value: 'hidden', ...(is !== undefined && { secured: is }) }),
];

eachDatabase('configurations', (database) => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await createControlPlane(database());
    await plane.domain.users.create(plane.admin, { name: 'Jo', email: EMAIL, role: 'VIEWER' });
  });

  const SLOW = { timeout: 180_000 }; // several transactions a run, each with its sync to disk
  it('applied twice change nothing the second time, and an export changes nothing', SLOW, async () => {
    const { domain, admin } = plane;
    const apply = async (documents: readonly object[], dryRun = false) =>
      (await domain.configuration.apply(admin, { documents, prune: true, dryRun })).changes;
    await fc.assert(
      fc.asyncProperty(configuration, async (documents) => {
        const shown = await apply(documents, true);
        expect(await apply(documents)).toEqual(shown);
        expect(await apply(documents)).toEqual([]);
        const exported = await domain.configuration.export(admin);
        expect(await apply(exported)).toEqual([]);
        expect(await domain.configuration.export(admin)).toEqual(exported);
      }),
      { numRuns: 10, examples: [[secured(true)], [secured()]] },
    );
  });
});
