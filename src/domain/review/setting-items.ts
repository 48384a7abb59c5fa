import { isObject, list, object, string } from '../../definition/json.js';
import { isItem, itemOf, type ReviewItem, type ReviewPart, shown } from './review-item.js';

/** The items of what a request says that it changes (`versionChanges`, `askForApproval`): all but texts, scripts and dialogs. */
export function settingItems(changes: Record<string, unknown>, appNames: ReadonlyMap<string, string>): ReviewItem[] {
  const { channel, channels, settings, variables } = changes;
  const { added, removed } = object(channels);
  const named = (id: unknown) => (typeof id === 'string' && appNames.get(id)) || id;
  const items = [
    ...changesIn(object(channel)).map(([field, from, to]) =>
      field === 'app' ? item('CONFIGURATION', field, named(from), named(to)) : item('CONFIGURATION', field, from, to),
    ),
    ...list(added).map((name) => item('CHANNELS', string(name), null, name)),
    ...list(removed).map((name) => item('CHANNELS', string(name), name, null)),
    ...changesIn(object(settings)).flatMap(([field, from, to]) =>
      field === 'engineSettings' ? engineItems(object(from), object(to)) : [item('SETTINGS', field, from, to)],
    ),
    ...list(variables).map((one) => {
      const { variable, from, to } = object(one);
      return item('VARIABLE', string(variable), from, to);
    }),
  ];
  return items.filter(isItem);
}

/** The ids of apps in what a request changes. */
export function appsIn(changes: Record<string, unknown>): string[] {
  const { from, to } = object(object(changes.channel).app);
  return [from, to].filter((id) => typeof id === 'string');
}

/** What is said with both sides; the name of a channel, which is said beside them, is none of it. */
const changesIn = (group: Readonly<Record<string, unknown>>) =>
  Object.entries(group).flatMap(([field, change]): [string, unknown, unknown][] =>
    isObject(change) && 'from' in change && 'to' in change ? [[field, change.from, change.to]] : [],
  );

const engineItems = (from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>) =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].map((key) =>
    item('SETTINGS', `engineSettings.${key}`, from[key], to[key]),
  );

const item = (part: ReviewPart, name: string, from: unknown, to: unknown): ReviewItem | null =>
  itemOf({ part, id: [name], name, before: shown(from), after: shown(to) });
