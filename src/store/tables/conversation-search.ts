import type { Knex } from 'knex';
import type { Db, Dialect } from '../database/database.js';
import { isSqlite } from '../database/knex-internals.js';
import type { Range } from '../database/order.js';
import { pgJson } from './turns.js';

/** What no index can find: it is looked for in one conversation after the other. */
export interface ConversationSearch {
  /** A part of the user's id. */
  userContains: string | null;
  /** A part of what was said, by the user or the bot. */
  text: string | null;
}

/** Turns of a conversation that are looked through, the newest; what was said before them is not found. */
const NEWEST_TURNS = 100;
/** Conversations looked at in one statement. */
const CHUNK = { BY_USER: 5_000, BY_TEXT: 250 };

/** What has to be looked through for what somebody searches. Upper and lower case are the same. */
export function matchOf(db: Db, { userContains, text }: ConversationSearch): Range {
  const dialect: Dialect = isSqlite(db) ? 'sqlite' : 'postgres';
  const { like } = WORDS[dialect];
  return (query) => {
    if (userContains !== null) void query.where((any) => anyLike(any, 'conversations.user_id', like, [userContains]));
    if (text !== null) void query.whereExists(turnsThatSay(db, dialect, text));
    return query;
  };
}

export const chunkOf = (search: ConversationSearch | null | undefined): number =>
  typeof search?.text === 'string' ? CHUNK.BY_TEXT : CHUNK.BY_USER;

function anyLike(query: Knex.QueryBuilder, column: string, like: string, texts: readonly string[]): void {
  for (const pattern of patternsOf(texts)) void query.orWhereRaw(`${column} ${like} ? escape '\\'`, [pattern]);
}

/** Only where the stored text holds it anywhere is it taken apart, which costs more. */
function turnsThatSay(db: Db, dialect: Dialect, text: string): Knex.QueryBuilder {
  const { like, said, replies } = WORDS[dialect];
  const stored = JSON.stringify(text).slice(1, -1); // as it stands in JSON
  const inStored = patternsOf([stored]);
  const inText = patternsOf([text, stored]); // templates are JSON themselves
  const any = (value: string, patterns: readonly string[]): string =>
    `(${patterns.map(() => `${value} ${like} ? escape '\\'`).join(' or ')})`;
  const sql = `case when ${any('input', inStored)} or ${any('replies', inStored)}
    then ${any(said, inText)} or exists (select 1 from ${replies.from} where ${any(replies.text, inText)})
    else false end`;
  const newest = db('turns')
    .select('input', 'replies')
    .whereRaw('turns.conversation_id = conversations.id')
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(NEWEST_TURNS);
  return db
    .from(newest.as('said'))
    .select(db.raw('1'))
    .whereRaw(sql, [...inStored, ...inStored, ...inText, ...inText]);
}

const WORDS: Record<Dialect, { like: string; said: string; replies: { from: string; text: string } }> = {
  sqlite: {
    like: 'like',
    said: `coalesce(json_extract(input, '$.message.text'), json_extract(input, '$.message.template'),
      json_extract(input, '$.message.data'))`,
    replies: {
      from: "json_each(coalesce(replies, '[]')) as reply",
      text: "coalesce(json_extract(reply.value, '$.text'), json_extract(reply.value, '$.template'))",
    },
  },
  postgres: {
    like: 'ilike',
    said: `coalesce(${pgJson('input')} #>> '{message,text}', ${pgJson('input')} #>> '{message,template}',
      ${pgJson('input')} #>> '{message,data}')`,
    replies: {
      from: `json_array_elements(${pgJson('replies')}) as reply`,
      text: "coalesce(reply ->> 'text', reply ->> 'template')",
    },
  },
};

/** SQLite knows the cases of ASCII only: of other letters the usual ways to write a word are tried. */
function patternsOf(texts: readonly string[]): string[] {
  const ways = texts.flatMap((text) => {
    const lower = text.toLowerCase();
    return /^[\x20-\x7e]*$/.test(text)
      ? [text]
      : [text, lower, text.toUpperCase(), lower.slice(0, 1).toUpperCase() + lower.slice(1)];
  });
  return [...new Set(ways)].map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`);
}
