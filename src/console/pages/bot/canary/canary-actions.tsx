import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { graphql } from '../../../api/.generated/gql';
import { faultOf } from '../../../api/problem';
import { useChange } from '../../../api/use-change';
import { useRights } from '../../../api/use-viewer';
import { ConfirmButton } from '../../../parts/confirm-button';
import { ProblemNotice } from '../../../parts/problem-notice';
import { told } from '../../../parts/told';
import type { CanaryDetails } from './canary-query';

const UPDATE = graphql(`
  mutation UpdateCanary($id: ID!, $share: Float!) {
    updateCanary(id: $id, share: $share) {
      id
      share
    }
  }
`);

const PROMOTE = graphql(`
  mutation PromoteCanary($id: ID!, $comment: String) {
    promoteCanary(id: $id, comment: $comment) {
      id
      state
    }
  }
`);

const ROLL_BACK = graphql(`
  mutation RollBackCanary($id: ID!, $reason: String) {
    rollBackCanary(id: $id, reason: $reason) {
      id
      state
    }
  }
`);

/** What may be done with a canary that runs. */
export function CanaryActions({ canary, onDone }: { canary: CanaryDetails; onDone(): void }) {
  const { id, candidate, baseline } = canary;
  const { mayBuild, isAdmin } = useRights();
  const [percent, setPercent] = useState<number | string>(Number((canary.share * 100).toFixed(2)));
  const update = useChange(UPDATE);
  const promote = useChange(PROMOTE);
  const rollBack = useChange(ROLL_BACK);
  const ended = (done: object | undefined, words: string): boolean => {
    if (!done) return false;
    told(words);
    onDone();
    return true;
  };
  const setShare = async (event: FormEvent) => {
    event.preventDefault();
    const share = Number(percent) / 100;
    ended(await update.run({ id, share }), `New sessions begin with a share of ${percent} %.`);
  };
  return (
    <Stack gap="xs">
      <Group align="end">
        {isAdmin && (
          <form onSubmit={(event) => void setShare(event)}>
            <Group align="end" gap="xs">
              <NumberInput
                label="Share of conversations in per cent"
                min={0.1}
                max={99}
                decimalScale={2}
                value={percent}
                onChange={setPercent}
                error={faultOf(update.problem, 'share')}
              />
              <Button type="submit" variant="default" loading={update.running}>
                Change the share
              </Button>
            </Group>
          </form>
        )}
        {isAdmin && (
          <ConfirmButton
            action={`Promote version ${candidate.number}`}
            consequence={`Version ${candidate.number} serves everybody from now on, also in conversations that are under way.`}
            reason="Comment"
            problem={promote.problem}
            onConfirm={async (comment) =>
              ended(
                await promote.run({ id, comment: comment || null }),
                `Version ${candidate.number} serves everybody.`,
              )
            }
          />
        )}
        {mayBuild && (
          <ConfirmButton
            action={`Roll back to version ${baseline.number}`}
            consequence={`Version ${baseline.number} serves everybody again from now on, also in conversations that are under way.`}
            reason="Reason"
            problem={rollBack.problem}
            onConfirm={async (reason) =>
              ended(
                await rollBack.run({ id, reason: reason || null }),
                `Version ${baseline.number} serves everybody again.`,
              )
            }
          />
        )}
      </Group>
      <ProblemNotice problem={update.problem} />
    </Stack>
  );
}
