import type { ComponentDefinition } from './definition.js';
import { flag, isObject, object, objects, own, type Raw, string } from './json.js';
import type { AgentTool } from './program.js';
import { decodeText } from './text.js';

/** How deep references to components are looked for in a tool. */
const MAX_DEPTH = 8;

/**
 * The tools of an agent node. The key under which a tool names its scripts and services is not documented: any member that
 * is the id of such a component counts, in the order of the file, and a script that is written out.
 */
export function compileAgentTools(config: Raw, components: Readonly<Record<string, ComponentDefinition>>): AgentTool[] {
  const byReference = new Map(
    Object.values(components).flatMap((one) => [
      [one.id, one],
      [one.refId, one],
    ]),
  );
  return objects(config.tools).flatMap((raw): AgentTool[] => {
    const name = string(raw.name) || string(raw.toolName) || string(object(raw.function).name);
    if (name === '' || name === '__proto__') return [];
    return [
      {
        name,
        description: decodeText(string(raw.description) || string(object(raw.function).description)),
        parameters: parametersOf(raw),
        actions: actionsIn(raw, name, byReference, 0),
        result: resultOf(raw),
      },
    ];
  });
}

function parametersOf(raw: Raw): AgentTool['parameters'] {
  const declared = [raw.parameters, raw.params, raw.inputParameters, raw.input, object(raw.function).parameters];
  const listed = declared.flatMap((value) =>
    objects(value).map((one) => [string(one.name) || string(one.key), one] as const),
  );
  const schemas = declared.flatMap((value) => {
    const schema = object(value);
    const required = Array.isArray(schema.required) ? schema.required : [];
    return Object.entries(object(schema.properties)).map(
      ([name, one]) => [name, { ...object(one), required: required.includes(name) } as Raw] as const,
    );
  });
  return [...listed, ...schemas]
    .filter(([name]) => name !== '' && name !== '__proto__')
    .map(([name, one]) => ({
      name,
      named: string(one.type),
      description: decodeText(string(one.description)),
      required: flag(one.required) || flag(one.isRequired) || flag(one.mandatory) || flag(one.isMandatory),
    }));
}

function actionsIn(
  value: unknown,
  tool: string,
  components: ReadonlyMap<string, ComponentDefinition>,
  depth: number,
): AgentTool['actions'] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => actionsIn(entry, tool, components, depth + 1));
  if (typeof value === 'string') {
    const component = components.get(value);
    const base = { id: value, name: component?.name ?? '', edges: [] };
    if (component?.type === 'script') return [{ type: 'script', script: component.script, ...base }];
    return component?.service ? [{ type: 'service', service: component.service, ...base }] : [];
  }
  if (!isObject(value)) return [];
  const written = decodeText(string(own(value, 'script')) || string(own(value, 'code')));
  const isKnown = components.has(string(own(value, 'script')));
  return [
    ...(written !== '' && !isKnown
      ? [{ id: tool, name: tool, edges: [], type: 'script' as const, script: written }]
      : []),
    ...Object.values(value).flatMap((entry) => actionsIn(entry, tool, components, depth + 1)),
  ];
}

/** The variable that a setting for the result names: `context.Order.response.body` or `{{context…}}`. */
function resultOf(raw: Raw): string {
  const named = Object.entries(raw).flatMap(([key, value]) =>
    /response|output|result/i.test(key) && typeof value === 'string' ? [value] : [],
  );
  return /context(?:\.[\w$]+|\[[^\]]*\])+/.exec(named.join(' '))?.[0] ?? '';
}
