import type { OpenBots } from '../bots/bots.js';
import { traceId as newTraceId, rowId } from '../ids.js';
import type { JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { conversationId as toConversationId } from '../store/tables/conversations.js';
import { countOfJob, type DeliveryStatus, type NewDelivery } from '../store/tables/deliveries.js';
import type { Appended } from '../store/tables/lanes.js';
import type { Clock } from '../time.js';
import { render } from '../turn/render.js';
import { messageId } from '../turn/turn-callbacks.js';
import { settingsOf } from '../turn/turn-job.js';
import type { Content, HookVersionName } from '../vocabulary.js';
import { hookVersionOf } from '../wire/hook-versions.js';
import type { Scripts } from '../wire/reply.js';

export interface ProactiveDeps {
  database: Pick<Database, 'read'>;
  queue: CommitQueue;
  bots: OpenBots;
  scripts: Scripts;
  clock: Clock;
  random(): number;
  dispatch(outbound: Appended, deliveries: NewDelivery[]): void;
}

/** What is sent to one user. */
export interface Letter {
  to: string;
  contents: readonly Content[];
  /** What `{{…}}` in the contents sees beside the bot's variables. */
  parameters?: JsonObject;
}

/** A message on its way: its delivery, and its number in the lane. */
export type SentMessage = NewDelivery & { sequence: number };

export interface JobCount {
  pending: number;
  delivered: number;
  dead: number;
}

/** Messages of the bot's own accord, on asynchronous channels. */
export interface Proactive {
  /** Renders everything first: a content that fails sends nothing. Each user's messages go in order, all or none. */
  send(route: Route, form: HookVersionName, letters: readonly Letter[], jobId?: string): Promise<SentMessage[]>;
  /** How far a job has got; null when the bot of this account has none with that id. */
  countOf(accountId: string, botId: string, jobId: string): Promise<JobCount | null>;
}

export function createProactive(deps: ProactiveDeps): Proactive {
  async function write(
    route: Route,
    form: HookVersionName,
    { to, contents, parameters = {} }: Letter,
    jobId: string | null,
  ): Promise<NewDelivery[]> {
    const conversationId = toConversationId(route.channelId, to, '');
    const turnId = rowId('tn'); // names the messages; there is no turn
    const traceId = newTraceId();
    const at = deps.clock.now();
    const env = route.versionId ? (await deps.bots.open(route.versionId)).plainEnv : {};
    const tools = {
      random: deps.random,
      scripts: deps.scripts.runner({ botId: route.botId, now: at, random: deps.random }),
    };
    const deliveries: NewDelivery[] = [];
    for (const [index, content] of contents.entries()) {
      const seen = { context: {}, env, scope: parameters };
      const reply = await render([content], seen, tools);
      const id = messageId(turnId, index);
      const payload = hookVersionOf(form).callback({
        content: { reply: { ...reply, id, at } },
        messageId: id,
        conversationId,
        sessionId: '',
        to,
        from: route.botId,
        traceId,
        lastInTurn: index === contents.length - 1,
        at,
        settings: settingsOf(route),
      });
      const { accountId, channelId } = route;
      const body = JSON.stringify(payload);
      deliveries.push({
        id,
        accountId,
        channelId,
        conversationId,
        turnId: null,
        traceId,
        jobId,
        payload: body,
        createdAt: at,
      });
    }
    return deliveries;
  }

  async function commit(to: string, deliveries: NewDelivery[]): Promise<SentMessage[]> {
    const [first] = deliveries;
    if (!first) return [];
    const { conversationId: id, accountId, channelId, createdAt: at } = first;
    const outcome = await deps.queue.commit({
      conversation: { id, accountId, channelId, userId: to, groupId: '', at },
      deliveries,
    });
    if (outcome.status !== 'committed' || !outcome.outbound) throw new Error(`the messages were ${outcome.status}`);
    const { firstSeq } = outcome.outbound;
    deps.dispatch(outcome.outbound, deliveries);
    return deliveries.map((delivery, index) => ({ ...delivery, sequence: firstSeq + index }));
  }

  return {
    async send(route, form, letters, jobId) {
      const written: { to: string; deliveries: NewDelivery[] }[] = [];
      for (const letter of letters)
        written.push({ to: letter.to, deliveries: await write(route, form, letter, jobId ?? null) });
      const sent = await Promise.all(written.map(({ to, deliveries }) => commit(to, deliveries)));
      return sent.flat();
    },
    async countOf(accountId, botId, jobId) {
      const counts = await countOfJob(deps.database.read, accountId, botId, jobId);
      if (counts.size === 0) return null;
      const of = (status: DeliveryStatus) => counts.get(status) ?? 0;
      return { pending: of('PENDING'), delivered: of('DELIVERED'), dead: of('DEAD') };
    },
  };
}
