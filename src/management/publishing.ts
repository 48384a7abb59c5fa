import type { Middleware } from 'koa';
import type { Domain } from '../domain/domain.js';
import { readFields, requiredText } from './body.js';
import { type EndpointDeps, endpoint, paramOf } from './endpoint.js';
import { invalidBot, Refused } from './refusals.js';

export interface PublishingDeps extends EndpointDeps {
  domain: Pick<Domain, 'appScopes' | 'bots' | 'publish'>;
}

type Version = Awaited<ReturnType<Domain['publish']['publish']>>;

/** What a publish takes along, in the platform's words. */
const RESOURCES = ['dialog', 'NL', 'CHANNELS', 'EXTENSIONS', 'SETTINGS'];

/** `POST …/bot/{botId}/publish`: all enabled channels, by the usual approval (management-api.md). */
export const publish = (deps: PublishingDeps): Middleware =>
  endpoint(deps, ['PUBLISH'], async ({ ctx, viewer }) => {
    const fields = await readFields(ctx);
    const comment = requiredText(fields, 'versionComment');
    const botId = paramOf(ctx, 'botId');
    const bot = await deps.domain.bots.get(viewer, botId);
    if (!bot) throw invalidBot();
    const version = await deps.domain.publish.publish(viewer, { botId, channelIds: null, comment });
    const state = version.status === 'LIVE' ? 'published' : 'awaitingApproval';
    const result = {
      state,
      versionComment: comment,
      name: bot.name,
      publishedOn: new Date(version.createdAt).toISOString(),
    };
    return RESOURCES.map((resourceType) => ({
      resourceType,
      resourceId: botId,
      sbResourceId: botId,
      status: 'SUCCESS',
      result: { resourceId: botId, resourceType, modules: [], ...result },
    }));
  });

/** `GET …/bot/{botId}/publish/status`: the newest version that was submitted. */
export const publishStatus = (deps: PublishingDeps): Middleware =>
  endpoint(deps, ['PUBLISH_STATUS', 'PUBLISH'], async ({ ctx, viewer }) => {
    const botId = paramOf(ctx, 'botId');
    const bot = await deps.domain.bots.get(viewer, botId);
    if (!bot) throw invalidBot();
    const page = (await deps.domain.publish.versionsOf(viewer, [botId], { first: 1 })).get(botId);
    const version = page?.edges[0]?.node;
    if (!version) throw new Refused('The bot has not been published.', { status: 400, detail: 'Publish it first.' });
    const status = statusOf(version);
    const summary = { resourceId: botId, resourceType: 'dialog', name: bot.name, modules: [], result: {} };
    return {
      _id: version.id.replace(/^bv-/, 'ds-'),
      jobType: 'PUBLISH_BOT',
      action: 'RUN',
      streamId: botId,
      status,
      percentageComplete: status === 'inprogress' ? 50 : 100,
      versionNumber: version.number,
      versionComment: version.comment,
      requestedTime: new Date(version.createdAt).toISOString(),
      lastModifiedOn: new Date(version.publishedAt ?? version.createdAt).toISOString(),
      createdBy: version.createdBy,
      statusSummary: [
        { ...summary, status: { successful: 'SUCCESS', failed: 'FAILED', inprogress: 'INPROGRESS' }[status] },
      ],
      __v: 0,
    };
  });

/** Waiting for an admin is in progress; what was rejected or withdrawn has failed. */
function statusOf({ status, publishedAt }: Version): 'successful' | 'failed' | 'inprogress' {
  if (status === 'AWAITING_APPROVAL') return 'inprogress';
  return publishedAt === null ? 'failed' : 'successful';
}
