import { nearest } from '../nearest.js';
import type { Fault } from './faults.js';
import { type Item, keyOf } from './item.js';
import { ofKind } from './match.js';
import type { Wanted } from './wanted.js';

interface Present {
  wanted: readonly Wanted[];
  keys: ReadonlyMap<Wanted, string>;
  items: ReadonlyMap<string, Item>;
  prune: boolean;
  /** Keys of documents that are not valid, but are there. */
  invalid: ReadonlySet<string>;
}

/** References to nothing, to what would be deleted, and in a circle. */
export function referenceFaults({ wanted, keys, items, prune, invalid }: Present): Fault[] {
  const faults: Fault[] = [];
  const documented = new Set([...keys.values(), ...invalid]);
  const known = (kind: 'App' | 'Bot' | 'Channel', bot?: string) =>
    [...wanted, ...items.values()]
      .filter((one) => one.kind === kind && (bot === undefined || (one.spec as { bot?: string }).bot === bot))
      .map(({ name }) => name);

  function check(
    one: Wanted,
    field: string | (string | number)[],
    key: string,
    noun: string,
    name: string,
    others: () => string[],
  ): void {
    if (documented.has(key) || (items.has(key) && !prune)) return;
    const message = items.has(key)
      ? `prune would delete the ${noun} "${name}": it has no document. Give it one, or refer to another.`
      : `There is no ${noun} "${name}", neither here nor among the documents${nearest(name, others()) || '.'}`;
    faults.push({ document: one.document, path: ['spec', ...[field].flat()], message });
  }

  const ofBot = (one: Wanted<'Channel' | 'Variable' | 'Override' | 'Privacy'>) =>
    check(one, 'bot', keyOf.Bot(one.spec.bot), 'bot', one.spec.bot, () => known('Bot'));
  for (const one of ofKind(wanted, 'Channel')) {
    ofBot(one);
    const { app } = one.spec;
    if (app) check(one, 'app', keyOf.App(app), 'app', app, () => known('App'));
  }
  for (const one of ofKind(wanted, 'Variable')) ofBot(one);
  for (const one of ofKind(wanted, 'Roles')) {
    for (const [index, { bot }] of (one.spec.bots ?? []).entries())
      check(one, ['bots', index, 'bot'], keyOf.Bot(bot), 'bot', bot, () => known('Bot'));
  }
  for (const one of [...ofKind(wanted, 'Override'), ...ofKind(wanted, 'Privacy')]) {
    ofBot(one);
    const { bot, channel } = one.spec;
    if (channel) {
      check(one, 'channel', keyOf.Channel(bot, channel), `channel of the bot "${bot}"`, channel, () =>
        known('Channel', bot),
      );
    }
  }
  return [...faults, ...parentFaults(ofKind(wanted, 'Bot'), items, check, () => known('Bot'))];

  function parentFaults(
    bots: readonly Wanted<'Bot'>[],
    present: ReadonlyMap<string, Item>,
    find: typeof check,
    names: () => string[],
  ): Fault[] {
    const parents = new Map(
      [...present.values()].flatMap((item) => (item.kind === 'Bot' ? [[item.name, parentOf(item)] as const] : [])),
    );
    for (const one of bots) if (one.spec.parent !== undefined) parents.set(one.name, one.spec.parent);
    const found: Fault[] = [];
    for (const one of bots) {
      const { parent } = one.spec;
      if (parent === undefined) continue;
      find(one, 'parent', keyOf.Bot(parent), 'bot', parent, names);
      const grandparent = parents.get(parent);
      if (parent === one.name || grandparent === one.name) {
        found.push(faultOf(one, `The bots inherit from each other in a circle: "${one.name}" and "${parent}".`));
      } else if (grandparent !== undefined) {
        found.push(faultOf(one, `"${parent}" is a smart bot itself. Take the bot it inherits from: "${grandparent}".`));
      }
    }
    return found;
  }
}

const parentOf = ({ spec }: Item): string | undefined => (spec as { parent?: string }).parent;

const faultOf = ({ document }: Wanted, message: string): Fault => ({ document, path: ['spec', 'parent'], message });
