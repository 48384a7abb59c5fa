import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { ImportMode } from '../domain/bots/transfer/import.js';
import type { PlannedImportInput } from '../domain/bots/transfer/planned-import.js';
import { BotVersion } from './bot-versions.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import { ConfigurationChange } from './configuration.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import { WebhookChannelPayload } from './saved-channels.js';

const ImportModeEnum = enumOf<ImportMode>('ImportMode', 'What becomes of what is there.', {
  NEW: 'A bot of its own.',
  FULL: "Replaces the bot's definition; its webhook channels stay.",
  INCREMENTAL: 'Adds, and replaces what has the same refId.',
});

const ImportFileInput = inputOf('ImportFileInput', 'Another file of the export, such as a data table.', {
  name: String,
  content: String,
});

const ChannelBindingInput = inputOf('ChannelBindingInput', 'What is absent or null stays.', {
  channel: described(String, 'Its name.'),
  app: nullable(String, 'Client id or name.'),
  postUrl: nullable(String),
  accessToken: nullable(String, 'Sealed, never shown again.'),
  enabled: nullable(Boolean),
});

const VariableBindingInput = inputOf('VariableBindingInput', null, {
  key: String,
  value: described(String, 'For a secured variable: sealed, never shown again.'),
});

const ImportBindingsInput = inputOf('ImportBindingsInput', 'What the channels and variables of a bot get here.', {
  channels: nullable([ChannelBindingInput]),
  variables: nullable([VariableBindingInput]),
});

const ImportBotInput = inputOf('ImportBotInput', null, {
  definition: described(GraphQLJSON, 'The content of botDefinition.json or appDefinition.json.'),
  config: nullable(GraphQLJSON, 'The content of config.json.'),
  files: nullable([ImportFileInput]),
  mode: ImportModeEnum,
  botId: nullable(ID, 'Into which bot; not with NEW.'),
  name: nullable(String, "With NEW: instead of the file's own."),
  bindings: nullable(ImportBindingsInput, 'Apps, POST URLs and secrets, which files do not hold.'),
  publish: nullable(Boolean, 'Asks for the publication of the bot with all its enabled channels.'),
  dryRun: nullable(Boolean, 'Only tells what it would do. With NEW, there is no bot of the id in the answer.'),
});

const ImportWarning = objectOf('ImportWarning', null, {
  path: String,
  message: String,
});

const ImportReport = objectOf('ImportReport', null, {
  bot: Bot,
  dialogs: Int,
  messages: Int,
  overrides: Int,
  channels: described([WebhookChannel], 'Created or kept; those to configure are NEEDS_CONFIGURATION.'),
  warnings: described([ImportWarning], 'What this server keeps but cannot run, by path.'),
  applied: Boolean,
  changes: described([ConfigurationChange], 'Items of the bot that are made, changed and removed.'),
  bound: described([WebhookChannelPayload], 'The channels of the bindings as they were saved.'),
  version: nullable(BotVersion, 'With publish.'),
});

const BotExportFile = objectOf('BotExportFile', null, {
  name: String,
  content: String,
});

const BotExport = objectOf('BotExport', 'In the format of the import; no secret leaves.', {
  definition: GraphQLJSON,
  config: GraphQLJSON,
  files: described([BotExportFile], 'Other files that were imported, such as data tables.'),
});

/** What the files of a bot cost, which may be large: a request may ask for few of them. */
const FILES_COST = 50_000;

@Resolver()
export class TransferResolver {
  @Mutation(() => ImportReport, {
    description: 'In one transaction: a broken file changes nothing.',
    complexity: FILES_COST,
  })
  importBot(@Arg('input', () => ImportBotInput) input: PlannedImportInput, @Ctx() { domain, viewer }: Context) {
    return domain.transfer.importBot(viewer, input);
  }

  @Mutation(() => BotExport, { complexity: FILES_COST })
  exportBot(@Arg('botId', () => ID) botId: string, @Ctx() { domain, viewer }: Context) {
    return domain.transfer.exportBot(viewer, botId);
  }
}
