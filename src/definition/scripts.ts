import type { ComponentDefinition, Definition, EventDefinition } from './definition.js';
import { string } from './json.js';
import { decodeText } from './text.js';

/** A script of a component or event, besides those that are messages. */
export interface DefinitionScript {
  /** The field of the component it stands in, such as `script` or `generativeAI.preProcessorScript`. */
  part: string;
  text: string;
}

export function scriptsOfComponent({ script, service, generative }: ComponentDefinition): DefinitionScript[] {
  return [
    { part: 'script', text: script },
    { part: 'preProcessor', text: service?.preProcessor ?? '' },
    { part: 'postProcessor', text: service?.postProcessor ?? '' },
    ...['preProcessorScript', 'postProcessorScript'].map((key) => ({
      part: `generativeAI.${key}`,
      text: decodeText(string(generative[key])),
    })),
  ];
}

/** What an event runs: one that runs no script has a dot for one. */
export const scriptOfEvent = ({ action, script }: EventDefinition): string =>
  action === 'runScript' && script !== '.' ? script : '';

/** Every script of a bot that is no message, by what it belongs to; `key` survives a re-import. */
export function scriptsOf({ components, dialogs, events }: Definition) {
  const dialogNames = new Map(dialogs.map((dialog) => [dialog.id, dialog.name]));
  const ofComponents = Object.values(components).flatMap((component) => {
    const dialog = dialogNames.get(component.dialogId);
    const name = dialog === undefined ? component.name : `${dialog} › ${component.name}`;
    return scriptsOfComponent(component).map((script) => ({ ...script, key: component.refId, name }));
  });
  const ofEvents = Object.entries(events).map(([name, event]) => ({
    part: 'script',
    text: scriptOfEvent(event),
    key: `event.${name}`,
    name,
  }));
  return [...ofComponents, ...ofEvents].filter(({ text }) => text.trim() !== '');
}
