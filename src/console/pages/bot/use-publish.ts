import { graphql } from '../../api/.generated/gql';
import type { PublishBotInput, PublishBotMutation } from '../../api/.generated/graphql';
import type { Problem } from '../../api/problem';
import { useChange } from '../../api/use-change';

const PUBLISH = graphql(`
  mutation PublishBot($input: PublishBotInput!) {
    publishBot(input: $input) {
      id
      number
      status
    }
  }
`);

const APPROVE_CHANNEL = graphql(`
  mutation ApproveChannelAlong($id: ID!) {
    approve(requestId: $id) {
      id
    }
  }
`);

interface Publish {
  /** Approves these requests of channels first; one that cannot be stops it. Undefined: see `problem`. */
  run(input: PublishBotInput, requestIds: readonly string[]): Promise<PublishBotMutation['publishBot'] | undefined>;
  running: boolean;
  problem: Problem | null;
}

/** A publish, with the approvals of channels that go along with it. */
export function usePublish(): Publish {
  const approve = useChange(APPROVE_CHANNEL);
  const publish = useChange(PUBLISH);
  return {
    async run(input, requestIds) {
      publish.clear();
      for (const id of requestIds) if (!(await approve.run({ id }))) return undefined;
      return (await publish.run({ input }))?.publishBot;
    },
    running: approve.running || publish.running,
    problem: approve.problem ?? publish.problem,
  };
}
