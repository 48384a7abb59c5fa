import { createHash } from 'node:crypto';
import { stableJson } from '../../stable-json.js';
import type { Vault } from '../../store/vault.js';
import { withoutPlaces } from '../bots/transfer/import.js';
import { filesOf, openFileSecrets } from '../definitions.js';
import { nearest } from '../nearest.js';
import { changesOf, definitionChanges, type FieldChanges, fieldsOf, newFields } from './compare.js';
import type { Fault } from './faults.js';
import { type Item, keyOf, titleOf } from './item.js';
import { ACCOUNT_NAME, itemsOf } from './items.js';
import { type Match, matchDocuments, ofKind } from './match.js';
import { publishSteps } from './publish-steps.js';
import { referenceFaults } from './references.js';
import { KINDS, type Kind, type SpecOf } from './schema.js';
import type { Snapshot } from './snapshot.js';
import type { ChangeAction, Step } from './step.js';
import type { Wanted } from './wanted.js';

export interface Plan {
  /** Digest of what there is and what is wanted. */
  hash: string;
  /** In the order in which they are applied. */
  steps: Step[];
  faults: Fault[];
}

export interface PlanOptions {
  prune: boolean;
  publish: boolean;
}

/** Compares what is wanted with what there is. Pure. */
export function planChanges(
  wanted: readonly Wanted[],
  snapshot: Snapshot,
  vault: Vault,
  { prune, publish }: PlanOptions,
  invalid: ReadonlySet<string>,
): Plan {
  const match = matchDocuments(wanted, snapshot);
  const all = itemsOf(snapshot, vault, match.names);
  const items = new Map(all.map((item) => [item.key, item]));
  const faults = [...match.faults, ...referenceFaults({ wanted, keys: match.keys, items, prune, invalid })];
  const waiting = waitingBots(wanted, snapshot, match, items);
  const changes = inOrder(wanted).flatMap((one): Step[] => {
    const item = items.get(match.keys.get(one) ?? '') ?? null;
    const waitsFor = botsOf(one).flatMap((bot) => waiting.get(bot) ?? [])[0];
    if (waitsFor !== undefined && (item === null || one.kind === 'Roles')) return [waitingStep(one, match, waitsFor)];
    if (one.kind === 'Roles' && item === null) return [absentStep(one as Wanted<'Roles'>, match, all)];
    return item ? updates(one, item, snapshot, vault, match, faults) : creations(one, match, faults);
  });
  faults.push(...plainUrlFaults(wanted, match, items));
  const deletions = prune ? pruned(all, snapshot, new Set(match.keys.values())) : [];
  const steps = [...namesFirst(changes, match), ...deletions];
  const published = publish ? publishSteps({ wanted, steps, snapshot, match, items }) : [];
  return {
    hash: hashOf(wanted, match, items, [...steps, ...published], { prune, publish }),
    steps: [...steps, ...published],
    faults,
  };
}

const botOf = ({ spec }: Wanted): string => (spec as { bot?: string }).bot ?? '';

/** The bots without which a document cannot be applied. */
const botsOf = (one: Wanted): string[] => {
  if (one.kind === 'Bot') return [one.name];
  if (one.kind === 'Roles') return (one.spec as SpecOf<'Roles'>).bots?.map(({ bot }) => bot) ?? [];
  return [botOf(one)];
};

/** Names are unique in a bot: what gives one up comes before what takes it. */
function namesFirst(steps: readonly Step[], { renamed }: Match): Step[] {
  const givers = new Map(
    steps.flatMap((step) => {
      const name = step.kind === 'Channel' && step.item ? renamed.get(step.item.id) : undefined;
      return name === undefined || !step.wanted ? [] : [[keyOf.Channel(botOf(step.wanted), name), step] as const];
    }),
  );
  const placed = new Set<Step>();
  const place = (step: Step): void => {
    if (placed.has(step)) return;
    const { kind, wanted } = step;
    const giver = kind === 'Channel' && wanted ? givers.get(keyOf.Channel(botOf(wanted), wanted.name)) : undefined;
    if (giver && giver !== step) place(giver);
    placed.add(step);
  };
  steps.forEach(place);
  return [...placed];
}

/** Kinds in their order; parents before smart bots. */
function inOrder(wanted: readonly Wanted[]): Wanted[] {
  const place = ({ kind, spec }: Wanted) => KINDS.indexOf(kind) * 2 + ('parent' in spec ? 1 : 0);
  return [...wanted].sort((a, b) => place(a) - place(b));
}

const toStep = (
  action: ChangeAction,
  one: Wanted,
  item: Item | null,
  match: Match,
  fields: FieldChanges | null,
): Step => ({
  action,
  kind: one.kind,
  name: titleOfDocument(one, match),
  fields,
  warnings: [],
  wanted: one,
  item,
});

function titleOfDocument(one: Wanted, { keys }: Match): string {
  if (one.kind === 'Account') return ACCOUNT_NAME;
  if (['App', 'Bot', 'Alert', 'Roles'].includes(one.kind)) return one.name;
  if (one.kind === 'Privacy') {
    const { bot, channel } = one.spec as SpecOf<'Privacy'>;
    return channel ? titleOf.ofBot(bot, channel) : bot;
  }
  if (one.kind !== 'Override') return titleOf.ofBot(botOf(one), one.name);
  const [, bot, channel, message, language] = JSON.parse(keys.get(one) ?? '[]');
  return titleOf.override(bot, channel, message, language);
}

/** Smart bots that are still to be made and whose parent has nothing live, by name, with the parent's. */
function waitingBots(
  wanted: readonly Wanted[],
  snapshot: Snapshot,
  { names }: Match,
  items: ReadonlyMap<string, Item>,
): Map<string, string> {
  const live = new Set(snapshot.bots.filter((bot) => bot.liveVersionId !== null).map((bot) => names.bot(bot)));
  return new Map(
    ofKind(wanted, 'Bot').flatMap(({ name, spec: { parent } }) =>
      parent === undefined || live.has(parent) || items.has(keyOf.Bot(name)) ? [] : [[name, parent] as const],
    ),
  );
}

function waitingStep(one: Wanted, match: Match, parent: string): Step {
  const step = toStep('NONE', one, null, match, null);
  return {
    ...step,
    warnings: [
      `It waits until "${parent}" is live, from which its bot inherits. Publish that, and apply this again then.`,
    ],
  };
}

/** Users come by signing in or by a directory, not by documents. */
function absentStep(one: Wanted<'Roles'>, match: Match, all: readonly Item[]): Step {
  const { of = 'USER' } = one.spec;
  const others = all.filter(({ kind, spec }) => kind === 'Roles' && (spec as SpecOf<'Roles'>).of === of);
  const hint = nearest(
    one.name,
    others.map(({ name }) => name),
  );
  const warning = `There is no ${of === 'USER' ? 'user' : 'group'} "${one.name}", or more than one${hint || '.'} Apply this again once there is one.`;
  return { ...toStep('NONE', one, null, match, null), warnings: [warning] };
}

const NEEDED = ['topics', 'format', 'target'] as const;

function creations(one: Wanted, match: Match, faults: Fault[]): Step[] {
  if (one.kind === 'Channel' && (one.spec as SpecOf<'Channel'>).mode === undefined) {
    faults.push({
      document: one.document,
      path: ['spec', 'mode'],
      message: 'A new channel needs a mode: SYNC or ASYNC.',
    });
  }
  const missing = one.kind === 'Alert' ? NEEDED.filter((field) => !(one.spec as SpecOf<'Alert'>)[field]) : [];
  for (const field of missing) {
    const message = `A new alert subscription needs topics, format and target. Exports leave targets out: give this one its ${field}.`;
    faults.push({ document: one.document, path: ['spec', field], message });
  }
  return [toStep('CREATE', one, null, match, newFields(one))];
}

function updates(one: Wanted, item: Item, snapshot: Snapshot, vault: Vault, match: Match, faults: Fault[]): Step[] {
  const before = match.renamed.get(item.id);
  const fields: FieldChanges = {
    ...(before !== undefined && { name: { from: before, to: one.name } }),
    ...changesOf(one, item),
    ...(one.prepared && definitionChanges(one.prepared, storedFiles(item.id, snapshot, vault))),
  };
  for (const field of ['algorithm', 'parent']) {
    if (!(field in fields) || (one.kind !== 'App' && one.kind !== 'Bot')) continue;
    const message = `The ${field} of "${one.name}" never changes. Make another under another name, and delete this one.`;
    faults.push({ document: one.document, path: ['spec', field], message });
  }
  return Object.keys(fields).length === 0 ? [] : [toStep('UPDATE', one, item, match, fields)];
}

export function storedFiles(
  botId: string,
  { bots, definitions }: Pick<Snapshot, 'bots' | 'definitions'>,
  vault: Vault,
) {
  const id = bots.find((bot) => bot.id === botId)?.definitionId ?? '';
  const record = definitions.get(id);
  return record ? { files: withoutPlaces(filesOf(record)), secrets: openFileSecrets(vault, record) } : null;
}

/** The plain URL is not taken from a channel but given to another. */
function plainUrlFaults(wanted: readonly Wanted[], { keys }: Match, items: ReadonlyMap<string, Item>): Fault[] {
  const channels = ofKind(wanted, 'Channel');
  const given = new Map<string, Wanted>();
  return channels.flatMap((one): Fault[] => {
    const { bot, isDefault } = one.spec;
    const at = { document: one.document, path: ['spec', 'isDefault'] };
    if (isDefault === true) {
      const other = given.get(bot);
      given.set(bot, one);
      return other
        ? [{ ...at, message: `One channel of a bot has the plain URL; "${other.name}" has it already.` }]
        : [];
    }
    const item = items.get(keys.get(one) ?? '') as Item<'Channel'> | undefined;
    const isTaken = channels.some(({ spec }) => spec.bot === bot && spec.isDefault === true);
    if (isDefault !== false || !item?.spec.isDefault || isTaken) return [];
    return [{ ...at, message: 'The plain URL is not taken from a channel but given to another: set isDefault there.' }];
  });
}

/** What has no document, the last made kinds first; what goes along with a bot or a channel is not listed. */
function pruned(
  all: readonly Item[],
  { keepsVariables, liftsPrivacy }: Snapshot,
  documented: ReadonlySet<string>,
): Step[] {
  const kept = new Set<Kind>(['Account', 'Roles', ...(liftsPrivacy ? [] : (['Privacy'] as const))]);
  const gone = all.filter(({ kind, key, blank }) => !kept.has(kind) && blank !== 'all' && !documented.has(key));
  const keys = new Set(gone.map((item) => item.key));
  const goesAlong = (item: Item) => {
    const { bot, channel } = item.spec as { bot?: string; channel?: string | null };
    if (bot === undefined) return false;
    return keys.has(keyOf.Bot(bot)) || (typeof channel === 'string' && keys.has(keyOf.Channel(bot, channel)));
  };
  const place = ({ kind, spec }: Item) => -KINDS.indexOf(kind) * 2 - ('parent' in spec ? 1 : 0);
  return gone
    .filter((item) => !goesAlong(item))
    .sort((a, b) => place(a) - place(b))
    .map((item): Step => {
      const step = { kind: item.kind, name: item.title, fields: null, warnings: [], wanted: null, item };
      const [botId = ''] = item.id.split('/');
      if (item.kind !== 'Variable' || !keepsVariables.has(botId)) return { ...step, action: 'DELETE' };
      return {
        ...step,
        action: 'NONE',
        warnings: [
          'It stays while its bot is live, which calls for an ADMIN without four eyes. Set it to an empty value instead.',
        ],
      };
    });
}

function hashOf(
  wanted: readonly Wanted[],
  { keys }: Match,
  items: ReadonlyMap<string, Item>,
  steps: readonly Step[],
  options: PlanOptions,
): string {
  const concerned = [...keys.values(), ...steps.flatMap(({ item }) => item?.key ?? [])];
  const there = [...new Set(concerned)].sort().map((key) => {
    const item = items.get(key);
    const { definition: _, ...spec } = (item?.spec ?? {}) as Record<string, unknown>; // stands for itself among the seals
    return [key, item?.id ?? null, spec, item?.seals ?? []];
  });
  const asked = wanted.map((one) => [keys.get(one), one.name, fieldsOf(one), newFields(one).definition ?? null]);
  const changes = steps.map(({ action, kind, name, fields }) => [action, kind, name, fields]);
  return createHash('sha256')
    .update(stableJson([options, there, asked.sort(), changes]))
    .digest('hex');
}
