import { conflict, notFound } from '../../errors.js';
import { botId, channelId } from '../../ids.js';
import { findBotVersions } from '../../store/tables/bot-versions.js';
import { type BotRecord, insertBot, lockBot } from '../../store/tables/bots.js';
import { insertInheritances } from '../../store/tables/channel-inheritances.js';
import { channelsOfBots, insertChannels } from '../../store/tables/channels.js';
import type { Viewer } from '../access.js';
import { withoutSecrets } from '../channels/delivery/delivery.js';
import { newChannel } from '../channels/new-channel.js';
import { type DomainDeps, runCommand } from '../command.js';
import { nameInput, textInput } from '../text-input.js';
import { inheritedParts } from './inheritance.js';
import { newBot } from './new-bot.js';

export interface SmartBotInput {
  parentId: string;
  name: string;
  description?: string | null | undefined;
}

/** Bots that inherit from a parent. */
export function createSmartBots(deps: DomainDeps) {
  return {
    /**
     * A child with what the parent has live, and a placeholder of each of its channels. NOT_FOUND for the parent,
     * CONFLICT when it is a smart bot itself or has nothing live.
     */
    create: (viewer: Viewer, input: SmartBotInput): Promise<BotRecord> =>
      runCommand(deps, viewer, 'bot.create', async ({ trx, now, audit, changed }) => {
        const parent = await lockBot(trx, viewer.accountId, input.parentId);
        if (!parent) throw notFound('bot', input.parentId);
        if (parent.kind === 'SMART') {
          throw conflict(`"${parent.name}" is a smart bot itself. Take the bot it inherits from: ${parent.parentId}.`);
        }
        const [live] = parent.liveVersionId ? await findBotVersions(trx, [parent.liveVersionId]) : [];
        if (!live)
          throw conflict(`"${parent.name}" has nothing live to inherit. Publish it and have that approved first.`);
        const blank = newBot({ id: botId(), accountId: viewer.accountId, name: nameInput(input.name), now });
        const child: BotRecord = {
          ...blank,
          ...inheritedParts(blank, live),
          kind: 'SMART',
          parentId: parent.id,
          description: textInput(input.description, 'description'),
        };
        await insertBot(trx, child);
        const origins = (await channelsOfBots(trx, [parent.id])).get(parent.id) ?? [];
        const placeholders = origins.map((origin, index) => {
          const { name, mode, isDefault, enabled, enablePolling, templateEncoding, textForm, burst } = origin;
          const blankChannel = newChannel({ id: channelId(), bot: child, name, mode, isDefault, now: now + index });
          return {
            ...blankChannel,
            enabled,
            enablePolling,
            templateEncoding,
            textForm,
            burst,
            deliverySettings: withoutSecrets(origin.deliverySettings),
            inheritedFromId: origin.id,
          };
        });
        await insertChannels(trx, placeholders);
        await insertInheritances(
          trx,
          origins.map((origin) => ({ childBotId: child.id, parentChannelId: origin.id, createdAt: now })),
        );
        audit(child.id, { name: child.name, parentId: parent.id, parentVersion: live.number });
        changed('bot', child.id);
        return child;
      }),
  };
}
