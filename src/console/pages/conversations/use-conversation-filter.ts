import { toIso, useFieldsInAddress } from '../../parts/use-fields-in-address';

const FIELDS = ['botId', 'channelId', 'user', 'text', 'failed', 'tests', 'from', 'to'] as const;
export type FilterText = Partial<Record<(typeof FIELDS)[number], string>>;

/** The variables of the query that a filter comes to. */
export interface ConversationFilter {
  botId?: string;
  channelId?: string;
  userContains?: string;
  text?: string;
  failed?: boolean;
  test?: boolean;
  withTests?: boolean;
  from?: string;
  to?: string;
}

export interface FilterInAddress {
  text: FilterText;
  filter: ConversationFilter;
  set(change: FilterText): void;
  clear(): void;
}

export function useConversationFilter(): FilterInAddress {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { user, failed, tests, from, to, ...others } = text;
  const filter: ConversationFilter = {
    ...others,
    ...(user && { userContains: user }),
    ...(failed && { failed: failed === 'yes' }),
    ...(tests === 'only' && { test: true }),
    ...(tests === 'with' && { withTests: true }),
    ...(from && { from: toIso(from) }),
    ...(to && { to: toIso(to) }),
  };
  const clear = () => set(Object.fromEntries(FIELDS.map((field) => [field, ''])));
  return { text, filter, set, clear };
}
