import { compileFunction } from 'node:vm';
import type { Definition, MessageEntry, ReadWarning } from '../../../definition/definition.js';
import { list, object, own, type Raw, string } from '../../../definition/json.js';

/** Scripts of nodes, services and messages that do not parse, by path. They are parsed, and never run. */
export function scriptWarnings(raw: Raw, { components }: Definition): ReadWarning[] {
  return list(raw.dialogComponents).flatMap((entry, at): ReadWarning[] => {
    const component = own(components, string(object(entry)._id));
    if (!component) return [];
    const { script, service, message, errorMessage } = component;
    const scripts: [string, string][] = [
      ['script', script],
      ['preProcessor', service?.preProcessor ?? ''],
      ['postProcessor', service?.postProcessor ?? ''],
      ...scriptsOf(message).map((text): [string, string] => ['message', text]),
      ...scriptsOf(errorMessage).map((text): [string, string] => ['errorMessage', text]),
    ];
    return scripts.flatMap(([field, text]) => {
      const fault = faultOf(text);
      const path = `dialogComponents[${at}].${field}`;
      return fault === null
        ? []
        : [{ path, message: `A script of "${component.name}" does not parse (${fault}); it runs the failure event.` }];
    });
  });
}

const scriptsOf = (entries: readonly MessageEntry[]): string[] =>
  entries.filter(({ content }) => content.type === 'SCRIPT').map(({ content }) => content.value);

function faultOf(script: string): string | null {
  if (script === '') return null;
  try {
    compileFunction(script);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
