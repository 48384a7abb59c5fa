/** What the clients are to do. */
export interface LoadTask {
  url: string;
  /** More processes of the server, over which the connections are dealt. */
  others?: string[];
  /** Each process has users of its own. */
  apart?: boolean;
  path: string;
  authorization: string;
  connections: number;
  users: number;
  /** Users from one message to the next; default 1: each in turn. */
  step?: number;
  /** Prefix of the users' ids. */
  prefix: string;
  ms: number;
  /** At most so many. */
  messages?: number;
  /**
   * Default: a message as the hooks take it. Or as a Bot Framework service sends it, answered in the response or by a call
   * of `serviceUrl`; or as LINE sends it, signed with `lineSecret`.
   */
  body?: 'ACTIVITY' | 'ACTIVITY_CALLBACK' | 'LINE';
  serviceUrl?: string;
  lineSecret?: string;
  /** What every message says; default: `t0`, `t1` and so on. */
  text?: string;
  /** Requests a second; without it, as many as possible. */
  rate?: number;
}

export interface LoadResult {
  /** Answered 200. */
  ok: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  statuses: Record<string, number>;
  /** With a rate: when each message's 200 was there, in milliseconds since the epoch. */
  accepted: [text: string, at: number][];
  /** With a rate: how long each message took, in milliseconds, the shortest first. */
  latencies: number[];
}
