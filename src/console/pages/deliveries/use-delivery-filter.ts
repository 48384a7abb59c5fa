import { useSearchParams } from 'wouter';
import type { DeliveryFilter, DeliveryStatus } from '../../api/.generated/graphql';

/** The fields of the filter as they stand in the address, which can be sent to somebody else. */
export const FIELDS = ['botId', 'channelId', 'status', 'user', 'statusCode', 'from', 'to'] as const;
export type FilterText = Partial<Record<(typeof FIELDS)[number], string>>;

export interface FilterInAddress {
  text: FilterText;
  filter: DeliveryFilter;
  set(change: FilterText): void;
}

export function useDeliveryFilter(): FilterInAddress {
  const [params, setParams] = useSearchParams();
  const text: FilterText = {};
  for (const field of FIELDS) {
    const value = params.get(field);
    if (value) text[field] = value;
  }
  const { status, statusCode, from, to, ...ids } = text;
  const filter = {
    ...ids,
    ...(status && { status: status as DeliveryStatus }), // the server refuses any other
    ...(statusCode && { statusCode: Number(statusCode) }),
    ...(from && { from: toIso(from) }),
    ...(to && { to: toIso(to) }),
  };
  const set = (change: FilterText) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [field, value] of Object.entries(change)) {
        if (value) after.set(field, value);
        else after.delete(field);
      }
      return after;
    });
  return { text, filter, set };
}

/** A date and time without a zone is one of whoever looks. */
function toIso(value: string): string {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? value : at.toISOString();
}
