import { badInput } from '../errors.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';

/** Deliveries that one filter names by their ids; more: BAD_USER_INPUT. */
const MAX_IDS = 500;

/** BAD_USER_INPUT for a filter that matches nothing by mistake: an empty id is mostly a variable that was not set. */
export function checkFilter(filter: DeliveryFilter): void {
  for (const field of ['channelId', 'botId', 'user', 'endpoint'] as const)
    if (filter[field] === '') throw badInput(field, `The ${field} of the filter is empty. Name one, or leave it out.`);
  const { ids, statusCode, from, to } = filter;
  if (ids && (ids.length === 0 || ids.length > MAX_IDS))
    throw badInput('ids', `A filter names 1 to ${MAX_IDS} deliveries by their ids. Leave them out for all that match.`);
  if (statusCode !== null && statusCode !== undefined && (statusCode < 100 || statusCode > 599))
    throw badInput('statusCode', 'A status code of HTTP lies between 100 and 599.');
  if (typeof from === 'number' && typeof to === 'number' && from >= to)
    throw badInput('to', 'The filter ends before it begins: `to` must be later than `from`.');
}

/**
 * BAD_USER_INPUT for a filter that must not be replayed: one that names neither deliveries, channel, endpoint, bot, user nor a beginning could
 * send everything again that was ever sent, and what is pending is sent anyway.
 */
export function checkReplayFilter(filter: DeliveryFilter): void {
  checkFilter(filter);
  const { ids, channelId, endpoint, botId, user, from, status } = filter;
  if (status === 'PENDING')
    throw badInput('status', 'Pending deliveries are sent by themselves. Replay those that are DEAD or DELIVERED.');
  if (!ids && !channelId && !endpoint && !botId && !user && (from === null || from === undefined))
    throw badInput(
      'filter',
      'This would replay everything. Name at least one of ids, channelId, endpoint, botId, user and from.',
    );
}
