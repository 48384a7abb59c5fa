import { catalogue, eventKey } from './catalogue.js';
import { compileKnowledge, dialogOfFaq } from './compile-knowledge.js';
import { compileGraph, isIntentNode, type NodeScope } from './compile-nodes.js';
import type { Definition, DialogDefinition, EventDefinition, NodeDefinition, ReadWarning } from './definition.js';
import { own } from './json.js';
import type { BotEvent, Dialog, Graph, Program } from './program.js';

/**
 * Compiles a definition into the program the dialog engine runs. Pure, and JSON in and out, so that a worker can run it
 * off the hot path. `warnings` lists, by path, the parts that will not run.
 */
export function compile(definition: Definition): Program {
  const tasks = compileTasks(definition);
  return {
    botId: definition.id,
    botName: definition.name,
    defaultLanguage: definition.defaultLanguage,
    languages: definition.languages,
    messages: Object.fromEntries(catalogue(definition).map((message) => [message.key, message])),
    knowledge: Object.fromEntries(
      definition.languages.map((language) => [language, compileKnowledge(definition, language, tasks.dialogIds)]),
    ),
    content: definition.contentVariables,
    forms: definition.forms,
    authProfiles: definition.authProfiles,
    interruption: definition.interruption,
    multiIntent: definition.multiIntent,
    zeroShot: definition.zeroShot,
    universal: definition.universal,
    ...tasks,
  };
}

/** The dialogs and events of a program, without language understanding, which takes far longer to compile. */
export function compileTasks(
  definition: Definition,
): Pick<Program, 'dialogs' | 'dialogIds' | 'events' | 'fallbackDialogId' | 'warnings'> {
  const warnings: ReadWarning[] = [];
  const dialogIds = Object.fromEntries(definition.dialogs.map((dialog) => [dialog.refId, dialog.id]));
  const scope = {
    definition,
    dialogIds,
    knownDialogs: new Set(definition.dialogs.map((dialog) => dialog.id)),
    entityNames: new Set(
      Object.values(definition.components)
        .filter(({ type }) => type === 'entity')
        .map(({ name }) => name),
    ),
    componentIds: new Map(
      definition.dialogs.flatMap((dialog) => dialog.nodes).map((node) => [node.id, node.componentId]),
    ),
    warn: (warning: ReadWarning) => {
      warnings.push(warning);
    },
  };
  const dialogs = definition.dialogs.map(
    (dialog, at) =>
      [dialog.id, compileDialog(dialog, { ...scope, path: `dialogs[${at}].nodes`, owner: dialog.refId })] as const,
  );
  definition.faqs.forEach((faq, at) => {
    if (!faq.runsDialog || dialogOfFaq(faq, dialogIds) !== null) return;
    const message = `The question "${faq.question}" runs a dialog that is not in the file. Asking it says the standard response for a task that is not available.`;
    warnings.push({ path: `faqs[${at}]`, message });
  });
  return {
    dialogs: Object.fromEntries(dialogs),
    dialogIds,
    events: compileEvents(definition, dialogIds, warnings),
    fallbackDialogId: own(dialogIds, definition.defaultDialogRefId) ?? null,
    warnings,
  };
}

function compileDialog(dialog: DialogDefinition, scope: NodeScope): Dialog {
  const start = dialog.nodes.find((node) => node.id === 'intent0') ?? dialog.nodes[0];
  const { id, name, names, lname, hidden } = dialog;
  const graph = start ? graphOf(dialog, start, scope) : EMPTY;
  return { id, name, names, lname, hidden, graph };
}

/** A dialog whose first node is no intent begins with that node. */
function graphOf({ nodes }: DialogDefinition, start: NodeDefinition, scope: NodeScope): Graph {
  if (isIntentNode(start, scope.definition)) return compileGraph(nodes, start, scope);
  return { ...compileGraph(nodes, undefined, scope), start: start.id };
}

/** The graph of a dialog that the file only names. */
const EMPTY: Graph = {
  start: 'unavailable',
  nodes: { unavailable: { type: 'unavailable', id: 'unavailable', name: 'unavailable', edges: [] } },
};

/** Enabled events only. An event whose dialog is missing says its message, if it has one. */
function compileEvents(
  definition: Definition,
  dialogIds: Readonly<Record<string, string>>,
  warnings: ReadWarning[],
): Record<string, BotEvent> {
  const events: Record<string, BotEvent> = {};
  for (const [name, event] of Object.entries(definition.events)) {
    if (!event.enabled || !/^[A-Z0-9_]+$/.test(name)) continue;
    const dialogId = own(dialogIds, event.dialogRefId) ?? null;
    if (event.action === 'triggerDialog' && !dialogId) {
      warnings.push({ path: `botEvents.${name}`, message: `The event ${name} runs a dialog that is not in the file.` });
    }
    events[name] = {
      action: actionOf(event, dialogId),
      dialogId,
      messageKey: eventKey(name),
      script: event.script,
      firstMessage: event.firstMessage,
    };
  }
  return events;
}

function actionOf(event: EventDefinition, dialogId: string | null): BotEvent['action'] {
  if (event.action === 'triggerDialog' && dialogId) return 'dialog';
  return event.action === 'runScript' && event.script.length > 1 ? 'script' : 'message';
}
