import type { OpenBot } from '../bots/bots.js';
import type { Said, TraceEntry } from '../bots/engine.js';
import type { JsonObject } from '../json.js';
import { type Content, WEBHOOK_TYPE } from '../vocabulary.js';
import type { Reply } from '../wire/reply.js';
import { type RenderScope, render } from './render.js';
import type { TurnDeps, TurnJob } from './turn-job.js';

/** Where something is said. */
export interface Scene {
  deps: Pick<TurnDeps, 'clock' | 'random' | 'scripts'>;
  job: Pick<TurnJob, 'input' | 'route'>;
  bot: OpenBot | null;
  language: string;
  context: JsonObject;
  trace(entry: TraceEntry): void;
}

/** What a channel says for what an engine says; null when that is nothing. Rejects when a script of it fails. */
export async function wordsOf(said: Said, scene: Scene): Promise<Reply | null> {
  const { bot, deps } = scene;
  const { botId } = scene.job.route;
  const contents = said.key && bot ? contentsOf(bot, said.key, said.contents, scene) : (said.contents ?? []);
  if (contents.length === 0) {
    if (said.key) scene.trace({ kind: 'nothingToSay', message: said.key });
    return null;
  }
  const seen: RenderScope = { context: scene.context, env: bot?.env ?? {} };
  if (said.scope) seen.scope = said.scope;
  if (said.suffix !== undefined) seen.suffix = said.suffix;
  const reply = await render(contents, seen, {
    random: deps.random,
    scripts: deps.scripts.runner({ botId, now: deps.clock.now(), random: deps.random }),
  });
  return reply.type === 'text' && reply.text === '' && !said.form ? null : reply;
}

/** The override of this channel, else the one of all webhook channels, else what the bot itself says. */
function contentsOf(bot: OpenBot, key: string, given: Content[] | undefined, { job, language }: Scene): Content[] {
  const { channelId, channelType } = {
    channelId: job.route.channelId,
    channelType: WEBHOOK_TYPE,
    ...job.input.preferredChannel,
  };
  for (const wanted of new Set([language, bot.defaultLanguage])) {
    const overridden = channelType === WEBHOOK_TYPE ? bot.overrides.find(key, channelId, wanted) : null;
    const contents = overridden ?? bot.program.message(key, wanted, channelType);
    if (contents && contents.length > 0) return contents;
  }
  return given ?? [];
}
