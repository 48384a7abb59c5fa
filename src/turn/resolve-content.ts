import type { OpenBot } from '../bots/bots.js';
import type { Said, TraceEntry } from '../bots/engine.js';
import { resolveContents } from '../domain/messages/resolve.js';
import type { JsonObject } from '../json.js';
import type { Content } from '../vocabulary.js';
import type { Reply } from '../wire/reply.js';
import { type RenderScope, renderAll } from './render.js';
import type { TurnDeps, TurnJob } from './turn-job.js';

/** When and to whom something is said. */
export interface Occasion {
  deps: Pick<TurnDeps, 'clock' | 'random' | 'scripts'>;
  job: Pick<TurnJob, 'input' | 'route'>;
  bot: OpenBot | null;
  language: string;
  context: JsonObject;
  trace(entry: TraceEntry): void;
}

/** The replies of a channel for what an engine says; none for nothing. Rejects when a script of it fails. */
export async function renderSaid(said: Said, occasion: Occasion): Promise<Reply[]> {
  const { bot, deps } = occasion;
  const { botId } = occasion.job.route;
  const contents = said.key && bot ? contentsFor(bot, said.key, said.contents, occasion) : (said.contents ?? []);
  if (contents.length === 0) {
    if (said.key) occasion.trace({ kind: 'nothingToSay', message: said.key });
    return [];
  }
  const seen: RenderScope = { context: occasion.context, env: bot?.env ?? {} };
  if (said.scope) seen.scope = said.scope;
  if (said.suffix !== undefined) seen.suffix = said.suffix;
  const replies = await renderAll(contents, seen, {
    random: deps.random,
    scripts: deps.scripts.runner({ botId, now: deps.clock.now(), random: deps.random }),
  });
  return replies.filter((reply) => reply.type !== 'text' || reply.text !== '' || said.form !== undefined);
}

/** What the engine gives counts where neither an override nor the bot's file has anything. */
function contentsFor(bot: OpenBot, key: string, given: Content[] | undefined, { job, language }: Occasion): Content[] {
  const { channelId } = job.route;
  const { defaultLanguage } = bot;
  const audience = { channelId, language, defaultLanguage, ...job.input.preferredChannel };
  const contents = resolveContents(key, bot.program.message(key), bot.overrides, audience);
  return contents.length > 0 ? contents : (given ?? []);
}
