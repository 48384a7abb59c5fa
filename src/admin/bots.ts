import { type Api, type CallOptions, operation } from './api.js';
import { type FileContent, jsonOf, textOf } from './file-content.js';
import { CHANNEL, VERSION } from './fragments.js';
import type * as generated from './generated.js';
import { pages } from './pages.js';

export type ImportBotInput = Omit<generated.ImportBotInput, 'definition' | 'config' | 'files'> & {
  /** The content of botDefinition.json or appDefinition.json: the file, its text, or what it holds. */
  definition: unknown;
  /** The same of config.json. */
  config?: unknown;
  /** The other files of the export. */
  files?: { name: string; content: FileContent }[];
};
export type ImportReport = generated.ImportBotMutation['result'];
export type BotExport = generated.ExportBotMutation['result'];
export type Bot = generated.BotFragment;
export type Version = generated.VersionFragment;

/** What a publish takes along: without `channelIds`, all enabled channels. */
export interface PublishInput {
  botId: string;
  channelIds?: string[];
  comment?: string;
  /** Approves it in the same step; takes an ADMIN. */
  approve?: boolean;
  /** A finished check of the draft. */
  checkId?: string;
  /** Why it is published without the check that the account asks for. */
  checkReason?: string;
  /** Serves a share of the conversations first. */
  canary?: generated.CanaryInput;
}

export interface BotOperations {
  /**
   * Imports the files of an export, in one transaction; with `dryRun` only tells what that would do. They may be `Blob`s, as
   * `fs.openAsBlob` gives them.
   */
  importBot(input: ImportBotInput, options?: CallOptions): Promise<ImportReport>;
  /** The files of a bot, without secrets, as `importBot` takes them. */
  exportBot(botId: string, options?: CallOptions): Promise<BotExport>;
  /** All bots, or those whose name has `search` in it. */
  bots(filter?: { search?: string }, options?: CallOptions): AsyncGenerator<Bot>;
  /** Null where there is none of this id. */
  bot(id: string, options?: CallOptions): Promise<(Bot & { newestVersion: Version | null }) | null>;
  setVariable(
    variable: generated.SetVariableMutationVariables,
    options?: CallOptions,
  ): Promise<generated.SetVariableMutation['result']>;
  /** Asks for a publication; it is live when an admin has approved it: `waitUntilLive`. */
  publish(input: PublishInput, options?: CallOptions): Promise<Version>;
}

const BOT = /* GraphQL */ `
  fragment Bot on Bot {
    id
    name
    kind
    state
    engine
    liveVersion {
      number
    }
    channels {
      ...Channel
    }
  }
`;

const IMPORT_BOT = operation<generated.ImportBotMutation, generated.ImportBotMutationVariables>(/* GraphQL */ `
  mutation ImportBot($input: ImportBotInput!) {
    result: importBot(input: $input) {
      bot {
        id
        name
      }
      dialogs
      messages
      overrides
      channels {
        ...Channel
      }
      warnings {
        path
        message
      }
      applied
      changes {
        action
        kind
        name
        fields
        warnings
      }
      bound {
        signingSecret
        channel {
          id
          name
        }
        approvalRequest {
          id
          kind
          status
        }
      }
      version {
        ...Version
      }
    }
  }
  ${CHANNEL}
  ${VERSION}
`);

const EXPORT_BOT = operation<generated.ExportBotMutation, generated.ExportBotMutationVariables>(/* GraphQL */ `
  mutation ExportBot($botId: ID!) {
    result: exportBot(botId: $botId) {
      definition
      config
      files {
        name
        content
      }
    }
  }
`);

const BOTS = operation<generated.BotsQuery, generated.BotsQueryVariables>(/* GraphQL */ `
  query Bots($search: String, $after: String) {
    page: bots(search: $search, first: 50, after: $after) {
      edges {
        node {
          ...Bot
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${BOT}
  ${CHANNEL}
`);

const BOT_BY_ID = operation<generated.BotByIdQuery, generated.BotByIdQueryVariables>(/* GraphQL */ `
  query BotById($id: ID!) {
    result: bot(id: $id) {
      ...Bot
      versions(first: 1) {
        edges {
          node {
            ...Version
          }
        }
      }
    }
  }
  ${BOT}
  ${CHANNEL}
  ${VERSION}
`);

const SET_VARIABLE = operation<generated.SetVariableMutation, generated.SetVariableMutationVariables>(/* GraphQL */ `
  mutation SetVariable($botId: ID!, $key: String!, $value: String!, $secured: Boolean) {
    result: setBotVariable(botId: $botId, key: $key, value: $value, secured: $secured) {
      key
      secured
      filled
      waiting
    }
  }
`);

const PUBLISH = operation<generated.PublishMutation, generated.PublishMutationVariables>(/* GraphQL */ `
  mutation Publish($input: PublishBotInput!) {
    result: publishBot(input: $input) {
      ...Version
    }
  }
  ${VERSION}
`);

export const botOperations = ({ run }: Api): BotOperations => ({
  async importBot({ definition, config = null, files = [], ...rest }, options) {
    const read = await Promise.all(files.map(async ({ name, content }) => ({ name, content: await textOf(content) })));
    const input = {
      ...rest,
      definition: await jsonOf('definition', definition),
      config: await jsonOf('config', config),
      files: read,
    };
    return (await run(IMPORT_BOT, { input }, options)).result;
  },
  exportBot: async (botId, options) => (await run(EXPORT_BOT, { botId }, options)).result,
  bots: ({ search } = {}, options) => pages((after) => run(BOTS, { search, after }, options)),
  async bot(id, options) {
    const { result } = await run(BOT_BY_ID, { id }, options);
    if (!result) return null;
    const { versions, ...bot } = result;
    return { ...bot, newestVersion: versions.edges[0]?.node ?? null };
  },
  setVariable: async (variable, options) => (await run(SET_VARIABLE, variable, options)).result,
  publish: async (input, options) => (await run(PUBLISH, { input }, options)).result,
});
