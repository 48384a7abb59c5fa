import { type Item, keyOf } from './item.js';
import { type Match, ofKind } from './match.js';
import type { SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';
import type { Step } from './step.js';
import type { Wanted } from './wanted.js';

interface Planned {
  wanted: readonly Wanted[];
  /** The changes before. */
  steps: readonly Step[];
  snapshot: Snapshot;
  match: Match;
  items: ReadonlyMap<string, Item>;
}

/** Fields of a bot that a version holds. */
const VERSIONED = [
  'definition',
  'definition.credentials',
  'engine',
  'engineSettings',
  'defaultLanguage',
  'sessionTimeoutMinutes',
];

/**
 * A publish, with all enabled channels, of each documented bot that will not be as it is live or waits to be. One without a channel
 * that is enabled and has an app has nobody to talk to, and is left out.
 */
export function publishSteps({ wanted, steps, snapshot, match, items }: Planned): Step[] {
  const bots = ofKind(wanted, 'Bot').filter(
    (one) => !steps.some((step) => step.wanted === one && step.action === 'NONE'),
  );
  return bots.flatMap((one): Step[] => {
    const channels = channelsOf(one.name, { wanted, steps, match, items });
    if (!channels.some(({ spec }) => spec.app)) return [];
    const item = items.get(keyOf.Bot(one.name)) ?? null;
    const record = snapshot.bots.find((bot) => bot.id === item?.id);
    const published = record && snapshot.published.get(record.id);
    const ids = new Set(channels.flatMap(({ id }) => id ?? []));
    const isAsPublished =
      record !== undefined &&
      published?.revision === record.revision &&
      channels.every(({ id }) => id !== null) &&
      published.channelIds.length === ids.size &&
      published.channelIds.every((id) => ids.has(id)) &&
      !steps.some((step) => touches(step, one.name));
    if (isAsPublished) return [];
    const names = channels.map(({ name }) => name);
    const before = published?.channelIds.flatMap(
      (id) => snapshot.channels.find((channel) => channel.id === id)?.name ?? [],
    );
    const fields = { channels: { from: before?.sort() ?? null, to: names } };
    return [{ action: 'PUBLISH', kind: 'Bot', name: one.name, fields, warnings: [], wanted: one, item }];
  });
}

interface PlannedChannel {
  name: string;
  /** Null: it is still to be made. */
  id: string | null;
  spec: Partial<SpecOf<'Channel'>>;
}

/** The enabled channels of a bot once the steps are done, by name. */
function channelsOf(bot: string, { wanted, steps, match, items }: Omit<Planned, 'snapshot'>): PlannedChannel[] {
  const deleted = new Set(steps.flatMap((step) => (step.action === 'DELETE' && step.item ? [step.item.key] : [])));
  const present = [...items.values()].filter(
    (item): item is Item<'Channel'> => item.kind === 'Channel' && !deleted.has(item.key),
  );
  const channels = new Map<string, PlannedChannel>();
  for (const { spec, name, id } of present) if (spec.bot === bot) channels.set(name, { name, id, spec });
  for (const one of ofKind(wanted, 'Channel')) {
    if (one.spec.bot !== bot) continue;
    const given = Object.fromEntries(Object.entries(one.spec).filter(([, value]) => value !== undefined));
    const id = items.get(match.keys.get(one) ?? '')?.id ?? null;
    channels.set(one.name, { name: one.name, id, spec: { ...channels.get(one.name)?.spec, ...given } });
  }
  return [...channels.values()].filter(({ spec }) => spec.enabled).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a version made after the step holds something else. */
function touches({ action, kind, fields, wanted, item }: Step, bot: string): boolean {
  if (action === 'NONE') return false;
  if (kind === 'Bot') {
    if (wanted?.name !== bot) return false;
    return action === 'CREATE' || Object.keys(fields ?? {}).some((field) => VERSIONED.includes(field));
  }
  const spec = (wanted ?? item)?.spec as { bot?: string } | undefined;
  return spec?.bot === bot && (kind === 'Override' || kind === 'Variable');
}
