import type { DeliveryFilter, DeliveryStatus } from '../../api/.generated/graphql';
import { toIso, useFieldsInAddress } from '../../parts/use-fields-in-address';

export const FIELDS = ['botId', 'channelId', 'endpoint', 'status', 'user', 'statusCode', 'from', 'to', 'ids'] as const;
export type FilterText = Partial<Record<(typeof FIELDS)[number], string>>;

export interface FilterInAddress {
  text: FilterText;
  filter: DeliveryFilter;
  set(change: FilterText): void;
}

/** `channelId`: of a page that shows one channel. */
export function useDeliveryFilter(channelId: string | null = null): FilterInAddress {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { status, statusCode, from, to, ids, ...rest } = text;
  const filter = {
    ...rest,
    ...(ids && { ids: ids.split(',') }),
    ...(channelId !== null && { channelId }),
    ...(status && { status: status as DeliveryStatus }), // the server refuses any other
    ...(statusCode && { statusCode: Number(statusCode) }),
    ...(from && { from: toIso(from) }),
    ...(to && { to: toIso(to) }),
  };
  return { text, filter, set };
}
