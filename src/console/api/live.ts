import type { WatchInput } from './.generated/graphql';
import type { Line, News } from './live-hub';
import { openLine } from './live-line';
import { keyOf } from './live-stream';
import { hasSessionEnded, onSessionChange, sessionEnded } from './session';

const watched = new Map<string, { watch: WatchInput; listeners: Set<() => void> }>();
/** Keys of what was asked of the line, and not withdrawn since. */
const asked = new Set<string>();

let line: Line | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let wasEnded = false;
let newSession = false;

/**
 * Calls the listener once soon, then whenever the server tells that something of the watch has changed. All tabs of the
 * browser have one stream; a tab out of sight follows nothing. Gives how to stop.
 */
export function watchChanges(watch: WatchInput, listener: () => void): () => void {
  const key = keyOf(watch);
  const entry = watched.get(key) ?? { watch, listeners: new Set() };
  watched.set(key, entry);
  entry.listeners.add(listener);
  wishSoon();
  return () => {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0) return;
    watched.delete(key);
    asked.delete(key); // whoever wants it again wants to be told soon
    wishSoon();
  };
}

/** What begins and ends together, as when the page changes, is one wish. */
function wishSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(wish, 20);
}

function wish(): void {
  if (document.hidden || hasSessionEnded() || watched.size === 0) {
    hangUp();
    return;
  }
  line ??= openLine(hear, onLost);
  const begun = [...watched.keys()].filter((key) => !asked.has(key));
  for (const key of begun) asked.add(key);
  line.wish({ watches: [...watched.values()].map(({ watch }) => watch), begun, newSession });
  newSession = false;
}

function hangUp(): void {
  clearTimeout(timer);
  line?.close();
  line = null;
  asked.clear();
}

function onLost(): void {
  hangUp();
  wishSoon();
}

function hear(news: News): void {
  if (news.kind === 'SESSION_ENDED') sessionEnded(true);
  else for (const listener of watched.get(news.key)?.listeners ?? []) listener();
}

document.addEventListener('visibilitychange', wishSoon);
// At once: a page that the browser keeps for going back stands still from here on, with any connection it has.
window.addEventListener('pagehide', hangUp);
window.addEventListener('pageshow', wishSoon);
onSessionChange(() => {
  if (wasEnded && !hasSessionEnded()) newSession = true;
  wasEnded = hasSessionEnded();
  wishSoon();
});
