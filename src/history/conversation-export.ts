import { assertMayWithSome, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { AppError, notFound } from '../errors.js';
import { findChannels } from '../store/tables/channels.js';
import { conversationsOfAccount } from '../store/tables/conversations.js';
import { deliveriesOfConversation } from '../store/tables/deliveries.js';
import { attemptsOf } from '../store/tables/delivery-attempts.js';
import { turnsOfConversation } from '../store/tables/turns.js';
import { toView } from './turn-view.js';

/** Turns and deliveries that one export holds; more: PAYLOAD_TOO_LARGE, as it is made in memory. */
const MAX_ROWS = 20_000;

/** One conversation as its log shows it, as JSON. */
export function createConversationExport(deps: CommandDeps) {
  const { read } = deps.database;
  return {
    /** NOT_FOUND, FORBIDDEN, PAYLOAD_TOO_LARGE. The audit log keeps that it was handed out. */
    async export(viewer: Viewer, id: string) {
      assertMayWithSome(viewer, 'conversation.export');
      assertMayWithSome(viewer, 'conversation.read-content');
      const missing = () => notFound('conversation', id);
      const [conversation] = await conversationsOfAccount(read, viewer.accountId, [id]);
      const [channel] = conversation ? await findChannels(read, viewer.accountId, [conversation.channelId]) : [];
      if (!conversation || !channel) throw missing();
      return runCommand(deps, viewer, 'conversation.export', async ({ allow, audit, now }) => {
        allow(channel.botId, missing);
        const { channelId, userId, groupId, startedAt, lastMessageAt } = conversation;
        const turns = await turnsOfConversation(read, id, MAX_ROWS + 1);
        const deliveries = await deliveriesOfConversation(read, id, MAX_ROWS + 1);
        if (turns.length + deliveries.length > MAX_ROWS) throw tooMuch();
        const attempts = await attemptsOf(
          read,
          deliveries.map((delivery) => delivery.id),
        );
        audit(id, { channelId, turns: turns.length, deliveries: deliveries.length });
        return {
          id,
          ...{ botId: channel.botId, channelId, user: userId, groupId },
          exportedAt: time(now),
          startedAt: time(startedAt),
          lastMessageAt: time(lastMessageAt),
          turns: turns.map(toView).map(({ conversationId: _, channelId: __, at, finishedAt, ...turn }) => ({
            ...turn,
            at: time(at),
            finishedAt: finishedAt === null ? null : time(finishedAt),
          })),
          deliveries: deliveries.map(({ id: deliveryId, turnId, traceId, createdAt, status, payload }) => ({
            ...{ id: deliveryId, turnId, traceId, status },
            at: time(createdAt),
            body: JSON.parse(payload) as unknown,
            attempts: (attempts.get(deliveryId) ?? []).map(
              ({ deliveryId: _, exchange: __, startedAt: at, ...attempt }) => ({
                at: time(at),
                ...attempt,
              }),
            ),
          })),
        };
      });
    },
  };
}

const time = (at: number): string => new Date(at).toISOString();

const tooMuch = () =>
  new AppError(
    'PAYLOAD_TOO_LARGE',
    `More than ${MAX_ROWS} messages are stored of this conversation: read it page by page, by conversation { turns }.`,
  );
