import { randomUUID } from 'node:crypto';
import {
  blankFile,
  hasStarter,
  NO_STARTER,
  type Starter,
  type StarterMessage,
  starterOf,
  withStarter,
} from '../../definition/starter.js';
import { badInput, conflict } from '../../errors.js';
import { type BotRecord, updateBot } from '../../store/tables/bots.js';
import { findDefinitions } from '../../store/tables/definitions.js';
import type { Viewer } from '../access.js';
import { type DomainDeps, runCommand } from '../command.js';
import { type BotFiles, filesOf, openFileSecrets, storeDefinition, toDefinitionRecord } from '../definitions.js';
import { lockExisting } from './lock-existing.js';

interface MessageInput {
  text: string;
  buttons?: readonly string[] | null | undefined;
}

export interface StarterInput {
  welcome?: MessageInput | null | undefined;
  fallback?: MessageInput | null | undefined;
  answers: readonly {
    id?: string | null | undefined;
    question: string;
    alternatives?: readonly string[] | null | undefined;
    answer: MessageInput;
  }[];
}

/** Questions of a starter; a bot that knows more is built elsewhere and imported. Beyond: BAD_USER_INPUT. */
const MAX_ANSWERS = 200;
/** Other ways to ask one question; beyond: BAD_USER_INPUT. */
const MAX_ALTERNATIVES = 50;
/** Quick replies of one message, as many as messengers show; beyond: BAD_USER_INPUT. */
const MAX_BUTTONS = 13;
/** Characters; beyond: BAD_USER_INPUT. */
const MAX_QUESTION = 500;
const MAX_TEXT = 4000;
const MAX_BUTTON = 100;

/** What a bot says that was begun here rather than imported: its welcome, its fallback, its answers to questions. */
export function createStarters(deps: DomainDeps) {
  const { database, vault } = deps;
  return {
    /** By bot id; none of a bot whose content was imported. */
    async ofBots(_viewer: Viewer, bots: readonly BotRecord[]): Promise<Map<string, Starter | null>> {
      const ids = bots.flatMap(({ definitionId }) => definitionId ?? []);
      const found = new Map((await findDefinitions(database.read, ids)).map((record) => [record.id, record]));
      return new Map(
        bots.map(({ id, definitionId }) => {
          const record = definitionId === null ? null : found.get(definitionId);
          if (!record) return [id, NO_STARTER];
          const { definition } = filesOf(record);
          return [id, hasStarter(definition) ? starterOf(definition) : null];
        }),
      );
    },

    /**
     * Writes what the bot says into its definition, in the format of exports; it acts with the next publish. BAD_USER_INPUT, NOT_FOUND,
     * CONFLICT when the content of the bot was imported.
     */
    set(viewer: Viewer, botId: string, input: StarterInput): Promise<BotRecord> {
      const starter = toStarter(input);
      return runCommand(deps, viewer, 'bot.update', async (command) => {
        const bot = await lockExisting(command, botId);
        const { trx, now } = command;
        const [record] = bot.definitionId === null ? [] : await findDefinitions(trx, [bot.definitionId]);
        const files: BotFiles = record
          ? filesOf(record)
          : { definition: blankFile(bot.name, bot.defaultLanguage), config: null, files: [] };
        if (!hasStarter(files.definition)) throw imported(bot);
        const definition = withStarter(files.definition, starter, bot.defaultLanguage);
        const secrets = record ? openFileSecrets(vault, record) : {};
        const next = toDefinitionRecord(vault, viewer.accountId, { ...files, definition }, secrets, now);
        const definitionId = await storeDefinition(trx, next);
        if (definitionId === bot.definitionId) return bot;
        const change = { definitionId, ownDefinition: true, revision: bot.revision + 1, updatedAt: now };
        await updateBot(trx, botId, change);
        command.audit(botId, { name: bot.name, definitionId, answers: starter.answers.length });
        command.changed('bot', botId);
        return { ...bot, ...change };
      });
    },
  };
}

const imported = ({ name }: BotRecord) =>
  conflict(
    `What "${name}" says comes from an import. Change it where it was built, and import it again, or override single messages.`,
  );

function toStarter({ welcome, fallback, answers }: StarterInput): Starter {
  if (answers.length > MAX_ANSWERS)
    throw badInput('answers', `A bot may have at most ${MAX_ANSWERS} questions here. Import one that knows more.`);
  const asked = new Map<string, string>();
  const once = (text: string, field: string): string => {
    const known = asked.get(text.toLowerCase());
    if (known !== undefined) throw badInput(field, `"${text}" is asked twice: it stands in ${known}, too.`);
    asked.set(text.toLowerCase(), field);
    return text;
  };
  return {
    welcome: optionalMessage(welcome, 'welcome'),
    fallback: optionalMessage(fallback, 'fallback'),
    answers: answers.map(({ id, question, alternatives, answer }, index) => {
      const field = `answers[${index}]`;
      const others = someTexts(alternatives, `${field}.alternatives`, { most: MAX_ALTERNATIVES, length: MAX_QUESTION });
      return {
        id: id && /^starter-[\w-]{1,64}$/.test(id) ? id : `starter-${randomUUID()}`,
        question: once(textOf(question, `${field}.question`, MAX_QUESTION), `${field}.question`),
        alternatives: others.map((text) => once(text, `${field}.alternatives`)),
        answer: toMessage(answer, `${field}.answer`),
      };
    }),
  };
}

/** An empty text is none. */
const optionalMessage = (input: MessageInput | null | undefined, field: string): StarterMessage | null =>
  input && (input.text.trim() !== '' || (input.buttons ?? []).length > 0) ? toMessage(input, field) : null;

const toMessage = ({ text, buttons }: MessageInput, field: string): StarterMessage => ({
  text: textOf(text, `${field}.text`, MAX_TEXT),
  buttons: someTexts(buttons, `${field}.buttons`, { most: MAX_BUTTONS, length: MAX_BUTTON }),
});

function someTexts(
  texts: readonly string[] | null | undefined,
  field: string,
  { most, length }: { most: number; length: number },
): string[] {
  const given = (texts ?? []).filter((text) => text.trim() !== '');
  if (given.length > most) throw badInput(field, `There may be at most ${most} of them.`);
  return given.map((text) => textOf(text, field, length));
}

function textOf(text: string, field: string, most: number): string {
  const trimmed = text.trim();
  if (trimmed === '') throw badInput(field, 'Write something here: it is empty.');
  if (trimmed.length > most) throw badInput(field, `It may have at most ${most} characters.`);
  return trimmed;
}
