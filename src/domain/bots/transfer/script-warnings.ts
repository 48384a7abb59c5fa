import { botFunctions, codeOf, isFunctions, unknownCalls } from '../../../definition/bot-functions.js';
import type { Definition, MessageEntry, ReadWarning } from '../../../definition/definition.js';
import { list, object, own, type Raw, string } from '../../../definition/json.js';
import { scriptFault } from '../../../definition/script-fault.js';
import { missingAtKoreUtil, SCRIPT_GLOBALS } from '../../../definition/script-names.js';
import { scriptOfEvent, scriptsOfComponent } from '../../../definition/scripts.js';
import type { BotFiles } from '../../definitions.js';

/** A script of a bot, with its place. `EXPRESSION`: inside the braces of a text. */
interface Script {
  path: string;
  owner: string;
  text: string;
  kind: 'SCRIPT' | 'EXPRESSION';
}

/**
 * Scripts that do not parse, calls of functions and uses of libraries that are not there: of nodes, services, messages, questions, small talk,
 * events and the files of functions, by path. They are parsed, and never run.
 */
export function scriptWarnings(raw: Raw, definition: Definition, files: BotFiles['files']): ReadWarning[] {
  const known = new Set([...SCRIPT_GLOBALS, ...(botFunctions(files)?.names ?? [])]);
  const ofFiles = files
    .filter(({ name }) => isFunctions(name))
    .flatMap(({ name, content }) => {
      const fault = scriptFault(content);
      const message = `Its functions do not parse (${fault}); scripts that call them run the failure event.`;
      const path = `files[${name}]`;
      return fault === null ? unavailable(path, 'A function', content) : [{ path, message }];
    });
  return [...ofFiles, ...scriptsIn(raw, definition).flatMap((script) => warningsOf(script, known))];
}

function warningsOf({ path, owner, text, kind }: Script, known: ReadonlySet<string>): ReadWarning[] {
  const fault = kind === 'SCRIPT' ? scriptFault(text) : null;
  if (fault !== null)
    return [{ path, message: `A script of "${owner}" does not parse (${fault}); it runs the failure event.` }];
  const missing = unavailable(path, `A script of "${owner}"`, text);
  const names = unknownCalls(text, known);
  if (names.length === 0) return missing;
  const called = names.map((name) => `${name}()`).join(', ');
  const message = `A script of "${owner}" calls ${called}, which no .js file of the import has. Add the file that does.`;
  return [{ path, message }, ...missing];
}

/** Warns of libraries of the platform that a script uses and this server does not have. */
function unavailable(path: string, what: string, script: string): ReadWarning[] {
  const names = missingAtKoreUtil(codeOf(script)).map((name) => `koreUtil.${name}`);
  if (names.length === 0) return [];
  return [{ path, message: `${what} uses ${names.join(', ')}, which is not available here: where it does, it fails.` }];
}

function scriptsIn(raw: Raw, { components, faqs, smallTalk, events }: Definition): Script[] {
  const ofComponents = list(raw.dialogComponents).flatMap((entry, at): Script[] => {
    const component = own(components, string(object(entry)._id));
    if (!component) return [];
    const { name: owner, message, errorMessage } = component;
    const path = `dialogComponents[${at}]`;
    return [
      ...scriptsOfComponent(component).map(
        ({ part, text }): Script => ({ path: `${path}.${part}`, owner, text, kind: 'SCRIPT' }),
      ),
      ...messageScripts(`${path}.message`, owner, message),
      ...messageScripts(`${path}.errorMessage`, owner, errorMessage),
    ];
  });
  return [
    ...ofComponents,
    ...faqs.flatMap(({ question, answers }, at) => messageScripts(`faqs[${at}]`, question, answers)),
    ...smallTalk.flatMap(({ patterns, group, answers }, at) =>
      messageScripts(`smallTalk[${at}]`, patterns[0] ?? group, answers),
    ),
    ...Object.entries(events).flatMap(([name, event]): Script[] => [
      { path: `botEvents.${name}`, owner: name, text: scriptOfEvent(event), kind: 'SCRIPT' },
      ...messageScripts(`botEvents.${name}`, name, event.message),
    ]),
  ];
}

const messageScripts = (path: string, owner: string, entries: readonly MessageEntry[]): Script[] =>
  entries.flatMap(({ content: { type, value } }): Script[] =>
    type === 'SCRIPT'
      ? [{ path, owner, text: value, kind: 'SCRIPT' }]
      : [...value.matchAll(/\{\{([^{}]*\([^{}]*)\}\}/g)].map(([, text = '']) => ({
          path,
          owner,
          text,
          kind: 'EXPRESSION',
        })),
  );
