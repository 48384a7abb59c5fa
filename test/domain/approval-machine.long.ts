import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvedConfiguration, type Configuration } from '../../src/domain/channels/configuration.js';
import { DEFAULT_DELIVERY } from '../../src/domain/channels/delivery/delivery.js';
import { AppError } from '../../src/errors.js';
import type { IntegrationMode } from '../../src/vocabulary.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

const CHANNELS = 3;
const URLS = [null, 'https://one.example.com/', 'https://two.example.com/'];
const TOKENS = [null, 'token-one', 'token-two'];

type Step =
  | {
      do: 'save';
      channel: number;
      app?: number;
      mode?: IntegrationMode;
      url?: number;
      token?: number;
      enabled?: boolean;
      name?: true;
      timeoutSeconds?: number;
    }
  | { do: 'delete' | 'suspend' | 'resume'; channel: number }
  | { do: 'approve' | 'reject' | 'withdraw'; request: number }
  | { do: 'publish'; channels: boolean[] }
  | { do: 'rollback'; version: number }
  | { do: 'suspendBot' | 'resumeBot' };

const channel = fc.nat(CHANNELS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        do: fc.constant('save' as const),
        channel,
        app: fc.constantFrom(0, 1, 1, 2, 2),
        mode: fc.constantFrom('SYNC' as const, 'ASYNC' as const),
        url: fc.nat(2),
        token: fc.nat(2),
        enabled: fc.constantFrom(true, true, true, false),
        name: fc.constant(true as const),
      },
      { requiredKeys: ['do', 'channel'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('save' as const), channel, timeoutSeconds: fc.constantFrom(15, 20) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const, 'withdraw' as const),
      request: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      channels: fc.array(fc.boolean(), { minLength: CHANNELS, maxLength: CHANNELS }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('rollback' as const), version: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('suspend' as const, 'resume' as const, 'delete' as const), channel }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('suspendBot' as const, 'resumeBot' as const) }) },
);

/** From where most of the trouble starts: one channel works, another is half way. */
const LIVE: Step[] = [
  { do: 'save', channel: 0, app: 1, enabled: true },
  { do: 'approve', request: 0 },
  { do: 'publish', channels: [true, true, false] },
  { do: 'approve', request: 0 },
  { do: 'save', channel: 1, app: 2, mode: 'ASYNC', url: 1, enabled: true },
];

/** What an observer who never saw the code expects to serve. */
interface ExpectedChannel {
  saved: Configuration;
  enabled: boolean;
  approved: Configuration | null;
  suspended: boolean;
  deleted: boolean;
}
interface ExpectedRequest {
  channel?: { index: number; asked: Configuration };
  version?: { number: number; channels: number[] };
}

let opened: TestDatabase;
let plane: ControlPlane;
let apps: (string | null)[];

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
  const create = async () => (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  apps = [null, await create(), await create()];
});
afterAll(() => opened.drop());

describe('approval and publish', () => {
  it('never serve what was not approved, and never lose what was, whatever is done in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await newWorld();
        for (const one of [...LIVE, ...steps]) {
          await world.take(one);
          await world.check();
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});

/** A bot with its channels, next to what is expected of them. */
async function newWorld() {
  const { domain, admin } = plane;
  const bot = await domain.bots.create(admin, { name: 'Travel' });
  const ids: string[] = [];
  for (let index = 0; index < CHANNELS; index += 1) {
    ids.push(
      (await domain.channels.create(admin, { botId: bot.id, name: `channel ${index}`, mode: 'SYNC' })).channel.id,
    );
  }
  const blank: Configuration = {
    clientId: null,
    mode: 'SYNC',
    postUrl: null,
    accessToken: null,
    delivery: DEFAULT_DELIVERY,
  };
  const channels: ExpectedChannel[] = ids.map(() => ({
    saved: blank,
    enabled: false,
    approved: null,
    suspended: false,
    deleted: false,
  }));
  const requests = new Map<string, ExpectedRequest>(); // those that wait
  const versions = new Map<number, number[]>(); // every version that was live
  let live: number[] | null = null;
  let botSuspended = false;
  let renamed = 0;

  /** The expected outcome is told apart from the code's: true when it was done. */
  async function done(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof AppError && ['CONFLICT', 'BAD_USER_INPUT', 'NOT_FOUND'].includes(error.code)) return false;
      throw error;
    }
  }

  const pending = async () =>
    (await domain.approvals.list(admin, { status: 'PENDING', first: 100 })).edges
      .map(({ node }) => node)
      .filter(({ botId }) => botId === bot.id);

  async function save(one: Extract<Step, { do: 'save' }>): Promise<void> {
    const expected = channels[one.channel];
    const id = ids[one.channel];
    if (!expected || !id) return;
    const input = {
      id,
      ...(one.app === undefined ? {} : { appClientId: apps[one.app] ?? null }),
      ...(one.mode === undefined ? {} : { mode: one.mode }),
      ...(one.url === undefined ? {} : { postUrl: URLS[one.url] ?? null }),
      ...(one.token === undefined ? {} : { accessToken: TOKENS[one.token] ?? null }),
      ...(one.enabled === undefined ? {} : { enabled: one.enabled }),
      ...(one.name ? { name: `renamed ${++renamed}` } : {}),
    };
    const { timeoutSeconds } = one;
    const saving =
      timeoutSeconds === undefined
        ? domain.channels.update(admin, input)
        : domain.channels.setDelivery(admin, id, { timeoutSeconds });
    const saved = await saving.catch((error: unknown) => {
      if (expected.deleted && error instanceof AppError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    if (!saved) return;
    expected.saved = {
      clientId: 'appClientId' in input ? (input.appClientId ?? null) : expected.saved.clientId,
      mode: one.mode ?? expected.saved.mode,
      postUrl: 'postUrl' in input ? (input.postUrl ?? null) : expected.saved.postUrl,
      accessToken: 'accessToken' in input ? (input.accessToken ?? null) : expected.saved.accessToken,
      delivery:
        timeoutSeconds === undefined
          ? expected.saved.delivery
          : { ...DEFAULT_DELIVERY, settings: { ...DEFAULT_DELIVERY.settings, timeoutSeconds } },
    };
    expected.enabled = one.enabled ?? expected.enabled;
    for (const [request, { channel: of }] of requests) if (of?.index === one.channel) requests.delete(request);
    const { clientId, mode, postUrl } = expected.saved;
    const complete = expected.enabled && clientId !== null && (mode === 'SYNC' || postUrl !== null);
    if (saved.approvalRequest) {
      expect(complete).toBe(true);
      expect(saved.approvalRequest.kind).toBe(expected.approved ? 'CHANNEL_UPGRADE' : 'CHANNEL');
      expect(expected.saved).not.toEqual(expected.approved);
      requests.set(saved.approvalRequest.id, { channel: { index: one.channel, asked: expected.saved } });
    } else {
      // Not asked: because there is nothing to ask, or because just this was rejected.
      expect(!complete || expected.approved !== null).toBe(true);
    }
  }

  async function decide(one: Extract<Step, { request: number }>): Promise<void> {
    const waiting = await pending();
    const request = waiting[one.request % Math.max(1, waiting.length)];
    if (!request) return;
    const expected = requests.get(request.id);
    const was = await done(() => {
      if (one.do === 'approve') return domain.approvals.approve(admin, request.id);
      if (one.do === 'reject') return domain.approvals.reject(admin, request.id, 'no');
      return domain.approvals.withdraw(admin, request.id);
    });
    if (!was) return; // a publish all of whose channels are gone
    requests.delete(request.id);
    if (one.do !== 'approve') return;
    const of = expected?.channel && channels[expected.channel.index];
    if (of) of.approved = expected.channel?.asked ?? null;
    if (expected?.version) {
      live = expected.version.channels;
      versions.set(expected.version.number, live);
    }
  }

  async function submit(selected: number[], work: () => Promise<{ number: number }>): Promise<void> {
    let number = 0;
    const was = await done(async () => {
      number = (await work()).number;
    });
    if (!was) return;
    for (const [request, { version }] of requests) if (version) requests.delete(request);
    const request = (await pending()).find(({ kind }) => kind === 'PUBLISH');
    if (!request) throw new Error('a publish asks an admin');
    requests.set(request.id, { version: { number, channels: selected } });
  }

  return {
    async take(one: Step): Promise<void> {
      switch (one.do) {
        case 'save':
          return save(one);
        case 'approve':
        case 'reject':
        case 'withdraw':
          return decide(one);
        case 'publish': {
          const selected = ids.flatMap((_, index) => (one.channels[index] ? [index] : []));
          const channelIds = selected.map((index) => ids[index] ?? '');
          return submit(selected, () => domain.publish.publish(admin, { botId: bot.id, channelIds }));
        }
        case 'rollback': {
          const selected = (versions.get(one.version) ?? []).filter((index) => !channels[index]?.deleted);
          return submit(selected, () => domain.publish.rollback(admin, { botId: bot.id, versionNumber: one.version }));
        }
        case 'delete':
        case 'suspend':
        case 'resume': {
          const [expected, id] = [channels[one.channel], ids[one.channel]];
          if (!expected || !id) return;
          const was = await done(() => {
            if (one.do === 'delete') return domain.channels.remove(admin, id);
            return one.do === 'suspend' ? domain.channels.suspend(admin, id, 'why') : domain.channels.resume(admin, id);
          });
          if (!was) return;
          if (one.do === 'delete') expected.deleted = true;
          else expected.suspended = one.do === 'suspend';
          for (const [request, { channel: of }] of requests) {
            if (one.do === 'delete' && of?.index === one.channel) requests.delete(request);
          }
          return;
        }
        case 'suspendBot':
          if (await done(() => domain.bots.suspend(admin, bot.id, 'why'))) botSuspended = true;
          return;
        case 'resumeBot':
          if (await done(() => domain.bots.resume(admin, bot.id))) botSuspended = false;
      }
    },

    async check(): Promise<void> {
      const found = new Map((await domain.channels.byIds(admin, ids)).map((one) => [one.id, one]));
      const blockers = await domain.channels.blockers(admin, [...found.values()]);
      for (const [index, expected] of channels.entries()) {
        const one = found.get(ids[index] ?? '');
        if (!one) throw new Error('channels are deleted softly');
        expect(approvedConfiguration(plane.vault, one)).toEqual(expected.approved);
        if (expected.deleted) continue;
        const works =
          expected.enabled &&
          expected.approved !== null &&
          expected.saved.clientId !== null &&
          !expected.suspended &&
          !botSuspended &&
          live?.includes(index);
        expect(blockers.get(one.id)?.length === 0).toBe(Boolean(works));
      }
      expect(new Set((await pending()).map(({ id }) => id))).toEqual(new Set(requests.keys()));
    },
  };
}
