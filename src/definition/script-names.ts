import { runInNewContext } from 'node:vm';

/** What a script may call: JavaScript's own, and what bots know. */
export const SCRIPT_GLOBALS: readonly string[] = [
  ...(runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]),
  ...'print getChoices koreUtil koreDebugger console context env content response tags contextTags'.split(' '),
  ...'BotUserSession UserSession UserContext BotContext EnterpriseContext'.split(' '),
];

/** What scripts find at `koreUtil`; whatever else the platform has there is not available. */
export const KORE_UTIL: readonly string[] = (
  '_ moment momenttz hash getSessionId closeConversationSession getAmbiguousIntents getCurrentOptions ' +
  'autoTranslate AutoTranslate ClearAuthProfiles ClearAllAuthProfiles'
).split(' ');

/** What code takes from `koreUtil` and will not find there. */
export function missingAtKoreUtil(code: string): string[] {
  const members = [...code.matchAll(/(?<![\w$.])koreUtil\s*(?:\?\.|\.)\s*([A-Za-z_$][\w$]*)(?![\w$]|\s*=[^=])/g)];
  const taken = [...code.matchAll(/\{([^{}]*)\}\s*=\s*koreUtil\b/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => (name.split(':')[0] ?? '').trim()),
  );
  const names = new Set([...members.map(([, name = '']) => name), ...taken.filter((name) => name !== '')]);
  return [...names].filter((name) => !KORE_UTIL.includes(name));
}
