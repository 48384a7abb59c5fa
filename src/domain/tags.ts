import { badInput, notFound } from '../errors.js';
import type { Db } from '../store/database/database.js';
import { findApps } from '../store/tables/apps.js';
import { findBots } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { addTags, removeTags, tagNames, tagsOf } from '../store/tables/tags.js';
import { readableBots, type Viewer } from './access.js';
import { type CommandDeps, runCommand } from './command.js';

/** Bots, channels or apps tagged at once; more: BAD_USER_INPUT (`ids`). */
const MAX_SUBJECTS = 500;
/** Characters of a tag, and tags of one bot, channel or app; more: BAD_USER_INPUT (`add`). */
const MAX_LENGTH = 40;
const MAX_TAGS = 20;

export interface TagChange {
  ids: readonly string[];
  add?: readonly string[] | null | undefined;
  remove?: readonly string[] | null | undefined;
}

/** What is found of these ids, with the bot whose roles count; an app has none. */
const SUBJECTS = {
  bot: async (db: Db, accountId: string, ids: readonly string[]) =>
    (await findBots(db, accountId, ids)).flatMap(({ id, deletedAt }) =>
      deletedAt === null ? [{ id, botId: id }] : [],
    ),
  channel: async (db: Db, accountId: string, ids: readonly string[]) =>
    (await findChannels(db, accountId, ids)).filter(({ deletedAt }) => deletedAt === null),
  app: async (db: Db, accountId: string, ids: readonly string[]) =>
    (await findApps(db, accountId, ids)).map(({ clientId }) => ({ id: clientId, botId: null })),
};

/** Words by which people sort bots, channels and apps. They change nothing of what a bot does. */
export function createTags(deps: CommandDeps) {
  const { database } = deps;

  const change = (viewer: Viewer, of: keyof typeof SUBJECTS, { ids, add, remove }: TagChange): Promise<void> =>
    runCommand(deps, viewer, `${of}.tag`, async ({ trx, allow, audit }) => {
      if (ids.length === 0 || ids.length > MAX_SUBJECTS) throw badInput('ids', `Name 1 to ${MAX_SUBJECTS} at once.`);
      const { accountId } = viewer;
      const botOf = new Map((await SUBJECTS[of](trx, accountId, ids)).map(({ id, botId }) => [id, botId]));
      const added = [...new Set((add ?? []).map(tagInput))];
      const removed = new Set(remove ?? []);
      for (const id of ids) {
        const botId = botOf.get(id);
        if (botId === undefined) throw notFound(of, id);
        if (botId !== null) allow(botId, () => notFound(of, id));
      }
      const before = await tagsOf(trx, ids);
      for (const id of new Set(ids)) {
        const was = before.get(id) ?? [];
        const kept = was.filter((tag) => !removed.has(tag));
        const made = added.filter((tag) => !was.includes(tag) && !removed.has(tag));
        if (kept.length + made.length > MAX_TAGS) throw badInput('add', `There may be ${MAX_TAGS} tags at most.`);
        if (made.length === 0 && kept.length === was.length) continue;
        await removeTags(trx, id, [...removed]);
        await addTags(
          trx,
          made.map((tag) => ({ subjectId: id, tag, accountId })),
        );
        audit(id, { tags: { from: was, to: [...kept, ...made].sort() } });
      }
    });

  return {
    of: (_viewer: Viewer, ids: readonly string[]) => tagsOf(database.read, ids),
    names: (viewer: Viewer) => tagNames(database.read, viewer.accountId, readableBots(viewer)),
    /** NOT_FOUND, BAD_USER_INPUT: then none is changed. */
    tagBots: (viewer: Viewer, request: TagChange) => change(viewer, 'bot', request),
    tagChannels: (viewer: Viewer, request: TagChange) => change(viewer, 'channel', request),
    tagApps: (viewer: Viewer, request: TagChange) => change(viewer, 'app', request),
  };
}

function tagInput(text: string): string {
  const tag = text.trim();
  if (tag === '' || tag.length > MAX_LENGTH || /[\p{Cc},]/u.test(tag))
    throw badInput('add', `A tag has 1 to ${MAX_LENGTH} characters, and no comma.`);
  return tag;
}
