import type { WatchInput } from './.generated/graphql';
import { createLiveStream, keyOf } from './live-stream';

/** What a tab wants from now on. */
export interface Wish {
  watches: WatchInput[];
  /** Keys of those that it has just begun to watch. */
  begun: string[];
  /** Somebody has signed in since: what was open was another session's. */
  newSession: boolean;
}

export type News = { kind: 'CHANGED'; key: string } | { kind: 'SESSION_ENDED' };

export interface Line {
  wish(wish: Wish): void;
  close(): void;
}

export interface Hub {
  join(tell: (news: News) => void): Line;
}

interface Member {
  watches: ReadonlyMap<string, WatchInput>;
  tell(news: News): void;
}

/** One stream for all who join. Each is told of what it watches: once soon, then whenever something has changed. */
export function createHub(): Hub {
  const members = new Set<Member>();
  const stream = createLiveStream({
    changed(key) {
      for (const { watches, tell } of members) if (watches.has(key)) tell({ kind: 'CHANGED', key });
    },
    sessionEnded() {
      for (const { tell } of members) tell({ kind: 'SESSION_ENDED' });
    },
  });
  const followAll = () => stream.follow(new Map([...members].flatMap(({ watches }) => [...watches])));
  return {
    join(tell) {
      const member: Member = { watches: new Map(), tell };
      members.add(member);
      return {
        wish({ watches, begun, newSession }) {
          member.watches = new Map(watches.map((watch) => [keyOf(watch), watch]));
          for (const key of begun) if (stream.follows(key)) tell({ kind: 'CHANGED', key });
          followAll();
          if (newSession) stream.renew();
        },
        close() {
          members.delete(member);
          followAll();
        },
      };
    },
  };
}
