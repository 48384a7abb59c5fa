import { Button } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { counted } from '../../parts/callback-words';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';

const REPLAY_PICKED = graphql(`
  mutation ReplayPicked($ids: [ID!]!, $status: DeliveryStatus) {
    replayDeliveries(filter: { ids: $ids, status: $status }) {
      id
      total
    }
  }
`);

const DISCARD = graphql(`
  mutation DiscardDeliveries($ids: [ID!]!) {
    discardDeliveries(ids: $ids)
  }
`);

/** Deliveries discarded in one request. */
const AT_ONCE = 200;

/** What can be done with the deliveries that are picked. */
export function PickedActions({ ids, onDone }: { ids: ReadonlySet<string>; onDone(): void }) {
  const replay = useChange(REPLAY_PICKED);
  const discard = useChange(DISCARD);
  const replayPicked = async () => {
    const started = await replay.run({ ids: [...ids] });
    if (!started) return;
    const { total } = started.replayDeliveries;
    told(`${counted(total, 'delivery is', 'deliveries are')} sent again, in the order of each conversation.`);
    onDone();
  };
  const discardPicked = async () => {
    const all = [...ids];
    let count = 0;
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const done = await discard.run({ ids: all.slice(at, at + AT_ONCE) });
      if (!done) return false;
      count += done.discardDeliveries;
    }
    told(`${counted(count, 'delivery was', 'deliveries were')} discarded.`);
    onDone();
    return true;
  };
  return (
    <>
      <Button variant="default" disabled={ids.size === 0} loading={replay.running} onClick={() => void replayPicked()}>
        Replay {ids.size} picked
      </Button>
      <ConfirmButton
        action={`Discard ${ids.size} picked`}
        color="red"
        disabled={ids.size === 0}
        problem={discard.problem}
        consequence="What is pending is not sent any more, and dead letters count as such no longer. What has arrived stays as it is. Replaying is still possible, by the state “Discarded”."
        onConfirm={discardPicked}
      />
      <ProblemNotice problem={replay.problem} />
    </>
  );
}
