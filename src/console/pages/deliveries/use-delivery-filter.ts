import type { DeliveryFilter, DeliveryStatus } from '../../api/.generated/graphql';
import { toIso, useFieldsInAddress } from '../../parts/use-fields-in-address';

export const FIELDS = ['botId', 'channelId', 'status', 'user', 'statusCode', 'from', 'to'] as const;
export type FilterText = Partial<Record<(typeof FIELDS)[number], string>>;

export interface FilterInAddress {
  text: FilterText;
  filter: DeliveryFilter;
  set(change: FilterText): void;
}

export function useDeliveryFilter(): FilterInAddress {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { status, statusCode, from, to, ...ids } = text;
  const filter = {
    ...ids,
    ...(status && { status: status as DeliveryStatus }), // the server refuses any other
    ...(statusCode && { statusCode: Number(statusCode) }),
    ...(from && { from: toIso(from) }),
    ...(to && { to: toIso(to) }),
  };
  return { text, filter, set };
}
