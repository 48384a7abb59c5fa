import type { OpenBot } from '../bots/bots.js';
import type { Said, TraceEntry } from '../bots/engine.js';
import { listenerOn } from '../domain/messages/override-scope.js';
import { type ContentSource, resolveMessage } from '../domain/messages/resolve.js';
import type { JsonObject } from '../json.js';
import type { Content } from '../vocabulary.js';
import type { Reply } from '../wire/reply.js';
import { type RenderScope, renderAll } from './render.js';
import type { TurnDeps, TurnJob } from './turn-job.js';

/** When and to whom something is said. */
export interface Occasion {
  deps: Pick<TurnDeps, 'clock' | 'scripts'>;
  /** The turn's clock, and its chance: for the choice among contents, and for their scripts. */
  now: number;
  choose(): number;
  script(): number;
  /** Shown what is chosen from, where a version is checked. */
  chosenFrom?(contents: readonly Content[], said: Said): void;
  job: Pick<TurnJob, 'input' | 'route'>;
  bot: OpenBot | null;
  language: string;
  context: JsonObject;
  trace(entry: TraceEntry): void;
}

/** The replies of a channel for what an engine says; none for nothing. Rejects when a script of it fails. */
export async function renderSaid(said: Said, occasion: Occasion): Promise<Reply[]> {
  const { bot, deps, now, choose, script, trace } = occasion;
  const { botId } = occasion.job.route;
  const { contents, ...chosen } = contentsFor(said, occasion);
  if (contents.length === 0) {
    if (said.key) trace({ kind: 'nothingToSay', message: said.key });
    return [];
  }
  occasion.chosenFrom?.(contents, said);
  const seen: RenderScope = { context: occasion.context, env: bot?.env ?? {} };
  if (said.scope) seen.scope = said.scope;
  if (said.suffix !== undefined) seen.suffix = said.suffix;
  const startedAt = deps.clock.monotonicNow();
  const note = (more: JsonObject): void => {
    const durationMs = Math.round(deps.clock.monotonicNow() - startedAt);
    const message = said.key ?? '';
    trace({ kind: 'reply', message, ...chosen, variants: contents.length, durationMs, ...more });
  };
  try {
    const replies = await renderAll(contents, seen, {
      random: choose,
      scripts: deps.scripts.runner({ botId, now, random: script }),
    });
    note({ type: contents[0]?.type ?? '' });
    return replies.filter((reply) => reply.type !== 'text' || reply.text !== '' || said.form !== undefined);
  } catch (error) {
    note({ error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** Contents, and why these: `ENGINE` where neither an override nor the bot's file has anything. */
interface Chosen {
  contents: Content[];
  source: ContentSource | 'ENGINE';
  language: string;
}

function contentsFor({ key, contents = [] }: Said, { bot, job, language }: Occasion): Chosen {
  const given: Chosen = { contents, source: 'ENGINE', language };
  if (!key || !bot) return given;
  const { defaultLanguage } = bot;
  const preferred: { channelId?: string; channelType?: string } = job.input.preferredChannel ?? {};
  const { channelId = job.route.channelId, ...ofType } = preferred;
  const audience = { ...ofType, listener: listenerOn({ id: channelId }), language, defaultLanguage };
  return resolveMessage(key, bot.program.message(key), bot.overrides, audience) ?? given;
}
