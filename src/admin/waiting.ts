import { AdminError } from './admin-error.js';
import type { CallOptions } from './api.js';
import type { ApprovalOperations, ApprovalRequest } from './approvals.js';
import type { Bot, BotOperations } from './bots.js';
import { aborted } from './exchange.js';
import type { Surroundings } from './surroundings.js';

export interface WaitOptions extends CallOptions {
  /** Milliseconds after which it rejects with TIMEOUT; an hour by default. */
  withinMs?: number;
  /** What is still waited for, when it begins and each time that changes. */
  onWaiting?(requests: readonly ApprovalRequest[]): void;
}

export interface WaitOperations {
  /** Waits until no request of these bots is open. REJECTED when one is rejected meanwhile, with the reason; TIMEOUT. */
  waitUntilDecided(botIds: string | readonly string[], options?: WaitOptions): Promise<void>;
  /** Waits until what was published of these bots last is live. REJECTED, TIMEOUT; NOT_LIVE when nobody has asked for it. */
  waitUntilLive(botIds: string | readonly string[], options?: WaitOptions): Promise<Bot[]>;
}

/** Between two looks, in milliseconds. */
const LOOK_MS = 1_000;
const HOUR_MS = 3_600_000;

export function waitOperations(
  around: Surroundings,
  { approvalRequests, bot }: Pick<ApprovalOperations, 'approvalRequests'> & Pick<BotOperations, 'bot'>,
): WaitOperations {
  async function open(botIds: ReadonlySet<string>, options: CallOptions): Promise<ApprovalRequest[]> {
    const found: ApprovalRequest[] = [];
    for await (const request of approvalRequests({ status: 'PENDING' }, options))
      if (botIds.has(request.bot.id)) found.push(request);
    return found;
  }

  /** REJECTED when one of these is. Only what was asked for later stands before them in the list. */
  async function assertNotRejected(decided: readonly ApprovalRequest[], options: CallOptions): Promise<void> {
    const oldest = Math.min(...decided.map(({ createdAt }) => Date.parse(createdAt)));
    for await (const request of approvalRequests({ status: 'REJECTED' }, options)) {
      if (decided.some(({ id }) => id === request.id)) throw rejected(request);
      if (Date.parse(request.createdAt) < oldest) return;
    }
  }

  async function waitUntilDecided(botIds: string | readonly string[], options: WaitOptions = {}): Promise<void> {
    const { withinMs = HOUR_MS, onWaiting, signal } = options;
    const wanted = new Set([botIds].flat());
    const until = around.now() + withinMs;
    let before: ApprovalRequest[] = [];
    for (;;) {
      const requests = await open(wanted, { signal });
      const decided = before.filter(({ id }) => requests.every((request) => request.id !== id));
      if (decided.length > 0) await assertNotRejected(decided, { signal });
      if (requests.length === 0) return;
      if (decided.length > 0 || before.length !== requests.length) onWaiting?.(requests);
      if (around.now() + LOOK_MS > until) throw tooLate(requests);
      before = requests;
      await around.wait(LOOK_MS, signal);
      if (signal?.aborted) throw aborted(signal);
    }
  }

  return {
    waitUntilDecided,
    async waitUntilLive(botIds, options = {}) {
      await waitUntilDecided(botIds, options);
      const { signal } = options;
      const bots: Bot[] = [];
      for (const id of [botIds].flat()) {
        const found = await bot(id, { signal });
        if (!found) throw new AdminError(`There is no bot with the id "${id}".`, { code: 'NOT_FOUND' });
        const { newestVersion, ...now } = found;
        if (newestVersion?.status !== 'LIVE') throw notLive(now, newestVersion?.status);
        bots.push(now);
      }
      return bots;
    },
  };
}

const nameOf = ({ kind, bot, channel }: ApprovalRequest): string =>
  kind === 'PUBLISH' ? `the publication of "${bot.name}"` : `the channel "${channel?.name}" of "${bot.name}"`;

const rejected = (request: ApprovalRequest) =>
  new AdminError(`An admin has rejected ${nameOf(request)}: ${request.reason}`, {
    code: 'REJECTED',
    extensions: { approvalRequestId: request.id, reason: request.reason },
  });

const tooLate = (requests: readonly ApprovalRequest[]) =>
  new AdminError(`Still waiting for approval: ${requests.map(nameOf).join(', ')}.`, { code: 'TIMEOUT' });

function notLive({ name }: Bot, status: string | undefined): AdminError {
  const why =
    status === 'REJECTED'
      ? 'its last publication was rejected. Change what was objected to, and publish it again.'
      : 'nothing of it was published. Publish it first.';
  return new AdminError(`"${name}" is not live: ${why}`, { code: status === 'REJECTED' ? 'REJECTED' : 'NOT_LIVE' });
}
