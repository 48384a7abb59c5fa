import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ImportMode } from '../domain/bots/transfer/import.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

const ImportModeEnum = enumOf<ImportMode>('ImportMode', 'What becomes of what is there.', {
  NEW: 'A bot of its own.',
  FULL: "Replaces the bot's definition; its webhook channels stay.",
  INCREMENTAL: 'Adds, and replaces what has the same refId.',
});

@InputType({ description: 'Another file of the export, such as a data table.' })
class ImportFileInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  content!: string;
}

@InputType()
class ImportBotInput {
  @Field(() => GraphQLJSON, { description: 'The content of botDefinition.json or appDefinition.json.' })
  definition!: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'The content of config.json.' })
  config?: unknown;

  @Field(() => [ImportFileInput], { nullable: true })
  files?: ImportFileInput[] | null;

  @Field(() => ImportModeEnum)
  mode!: ImportMode;

  @Field(() => ID, { nullable: true, description: 'Into which bot; not with NEW.' })
  botId?: string | null;

  @Field(() => String, { nullable: true, description: "With NEW: instead of the file's own." })
  name?: string | null;
}

@ObjectType()
class ImportWarning {
  @Field(() => String)
  path!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType()
class ImportReport {
  @Field(() => Bot)
  bot!: BotRecord;

  @Field(() => Int)
  dialogs!: number;

  @Field(() => Int)
  messages!: number;

  @Field(() => Int)
  overrides!: number;

  @Field(() => [WebhookChannel], { description: 'Created or kept; those to configure are NEEDS_CONFIGURATION.' })
  channels!: ChannelRecord[];

  @Field(() => [ImportWarning], { description: 'What this server keeps but cannot run, by path.' })
  warnings!: ImportWarning[];
}

@ObjectType()
class BotExportFile {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  content!: string;
}

@ObjectType({ description: 'In the format of the import; no secret leaves.' })
class BotExport {
  @Field(() => GraphQLJSON)
  definition!: unknown;

  @Field(() => GraphQLJSON)
  config!: unknown;

  @Field(() => [BotExportFile], { description: 'Other files that were imported, such as data tables.' })
  files!: BotExportFile[];
}

/** What the files of a bot cost, which may be large: a request may ask for few of them. */
const FILES_COST = 50_000;

@Resolver()
export class TransferResolver {
  @Mutation(() => ImportReport, {
    description: 'In one transaction: a broken file changes nothing.',
    complexity: FILES_COST,
  })
  importBot(@Arg('input', () => ImportBotInput) input: ImportBotInput, @Ctx() { domain, viewer }: Context) {
    return domain.transfer.importBot(viewer, input);
  }

  @Mutation(() => BotExport, { complexity: FILES_COST })
  exportBot(@Arg('botId', () => ID) botId: string, @Ctx() { domain, viewer }: Context) {
    return domain.transfer.exportBot(viewer, botId);
  }
}
