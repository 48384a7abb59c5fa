import { useState } from 'react';
import { useClient } from 'urql';
import { graphql } from '../../api/.generated/gql';
import type { PublishPickedGateQuery } from '../../api/.generated/graphql';
import { problemOf } from '../../api/problem';

const GATE = graphql(`
  query PublishPickedGate($ids: [ID!]!) {
    bots(among: $ids, first: 100) {
      edges {
        node {
          id
          name
          channels {
            id
            enabled
            pendingRequest {
              id
            }
          }
          problems {
            severity
            text
            name
            line
            column
          }
        }
      }
    }
  }
`);

const PUBLISH = graphql(`
  mutation PublishPicked($input: PublishBotInput!) {
    publishBot(input: $input) {
      id
      number
      status
    }
  }
`);

const APPROVE = graphql(`
  mutation ApprovePickedChannel($id: ID!) {
    approve(requestId: $id) {
      id
    }
  }
`);

export interface PickedBot {
  id: string;
  /** Undefined until it is known; null where it is gone. */
  bot?: PublishPickedGateQuery['bots']['edges'][number]['node'] | null;
  /** What became of its publish. */
  result?: { done: boolean; text: string };
}

/** Requests of the channels that it is published on. */
export const waitingRequests = ({ bot }: PickedBot): string[] =>
  bot?.channels.flatMap(({ enabled, pendingRequest }) => (enabled && pendingRequest ? [pendingRequest.id] : [])) ?? [];

export const hasErrors = ({ bot }: PickedBot): boolean =>
  bot?.problems.some(({ severity }) => severity === 'ERROR') ?? false;

/** Bots that one query asks for; a page of the API has no more. */
const MOST_AT_ONCE = 100;

/** Publishes of several bots, one after the other: one that fails says why, and the others go on. */
export function usePublishPicked() {
  const client = useClient();
  const [bots, setBots] = useState<PickedBot[]>([]);
  const [running, setRunning] = useState(false);
  const set = (id: string, change: Partial<PickedBot>) =>
    setBots((before) => before.map((one) => (one.id === id ? { ...one, ...change } : one)));

  const publish = async (
    one: PickedBot,
    input: { comment: string; approve: boolean; despiteErrors: boolean },
  ): Promise<void> => {
    if (hasErrors(one) && !input.despiteErrors) {
      set(one.id, { result: { done: false, text: 'Left out: it has errors.' } });
      return;
    }
    const { comment, approve } = input;
    for (const id of approve ? waitingRequests(one) : []) {
      const refused = problemOf((await client.mutation(APPROVE, { id }).toPromise()).error);
      if (refused) return set(one.id, { result: { done: false, text: refused.message } });
    }
    const { data, error } = await client
      .mutation(PUBLISH, { input: { botId: one.id, comment: comment || null, approve } })
      .toPromise();
    const problem = problemOf(error);
    if (problem) return set(one.id, { result: { done: false, text: problem.message } });
    if (!data) return;
    const { number, status } = data.publishBot;
    const text = status === 'AWAITING_APPROVAL' ? 'waits for an admin' : 'is live';
    set(one.id, { result: { done: true, text: `Version ${number} ${text}.` } });
  };

  return {
    bots,
    running,
    /** Looks up what is picked, and what is wrong with it. */
    async load(ids: readonly string[]) {
      setBots(ids.map((id) => ({ id })));
      for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
        const some = ids.slice(at, at + MOST_AT_ONCE);
        const { data } = await client.query(GATE, { ids: some }, { requestPolicy: 'network-only' }).toPromise();
        const found = new Map(data?.bots.edges.map(({ node }) => [node.id, node]));
        for (const id of some) set(id, { bot: found.get(id) ?? null });
      }
    },
    /** Publishes those that have not been published yet. */
    async run(input: { comment: string; approve: boolean; despiteErrors: boolean }) {
      setRunning(true);
      for (const one of bots) if (!one.result?.done) await publish(one, input);
      setRunning(false);
    },
  };
}
