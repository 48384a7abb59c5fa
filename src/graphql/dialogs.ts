import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { DialogFlow, FlowNode } from '../definition/flow.js';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';

type NodeKind = Uppercase<FlowNode['kind']>;

const DialogNodeKindEnum = enumOf<NodeKind>('DialogNodeKind', 'What a node of a dialog does.', {
  START: 'Begins the dialog.',
  MESSAGE: 'Says something.',
  ENTITY: 'Asks for a value.',
  CONFIRMATION: 'Asks for yes or no.',
  SCRIPT: 'Runs JavaScript.',
  LOGIC: 'Only decides where to go on.',
  SERVICE: 'Calls a service, or a data table.',
  CALL: 'Runs another dialog.',
  DYNAMIC_CALL: 'Runs a dialog or question that a text names.',
  ACTION: 'Runs the nodes inside it.',
  FORM: 'Asks the user to fill in a form.',
  TRANSFER: 'Hands over to a person.',
  LOCAL_INTENT: 'Is gone to when the user means it.',
  GENERATIVE: 'Asks a language model.',
  SEARCH: 'Has a language model answer from what the bot knows.',
  AGENT: 'Has a language model lead the talk.',
  UNAVAILABLE: 'Calls a dialog that is not there: the task ends.',
  UNSUPPORTED: 'Cannot run here: the failure event runs.',
});

const DialogTransition = objectOf('DialogTransition', 'Where a node leads. Of several the first that holds is taken.', {
  to: nullable(ID, 'A node; null: the dialog ends, or the bot action that the node stands in.'),
  condition: nullable(String, 'In words; null: always, or otherwise.'),
});

const DialogNode = objectOf('DialogNode', 'One step of a dialog.', {
  id: described(ID, 'Unique in the dialog; traces of turns name nodes by it.'),
  name: String,
  kind: DialogNodeKindEnum,
  within: nullable(ID, 'The bot action that it stands in.'),
  begins: nullable(ID, 'The node that a bot action begins with.'),
  calls: nullable(ID, 'The dialog that it runs.'),
  messageKey: nullable(ID, 'The message that it says or asks with.'),
  detail: described(String, 'What tells it apart from others of its kind, such as what an entity holds; may be empty.'),
  transitions: [DialogTransition],
});

const Dialog = objectOf('Dialog', 'A dialog as the dialog engine runs it.', {
  id: ID,
  name: String,
  hidden: described(Boolean, 'Never offered to users.'),
  first: nullable(ID, 'The node it begins with.'),
  nodes: [DialogNode],
  nodeCount: Int,
});

@Resolver(() => Bot)
export class BotDialogsResolver {
  @FieldResolver(() => [Dialog], {
    description: 'What its dialogs do, node by node; none for a bot that lives elsewhere. It takes bot.export.',
  })
  async dialogs(
    @Root() bot: BotRecord,
    @Arg('versionNumber', () => Int, { nullable: true, description: 'Left out: the bot as edited.' })
    versionNumber: number | null | undefined,
    @Arg('ids', () => [ID], { nullable: true, description: 'Left out: all.' }) ids: string[] | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    const filter = { versionNumber: versionNumber ?? null, ids: ids ?? null };
    return (await domain.flows.ofBot(viewer, bot, filter)).map(shown);
  }
}

const shown = (dialog: DialogFlow) => ({
  ...dialog,
  nodeCount: dialog.nodes.length,
  nodes: dialog.nodes.map((node) => ({ ...node, kind: node.kind.toUpperCase() as NodeKind })),
});
