import { Checkbox, NumberInput, Paper, Stack } from '@mantine/core';
import type { Problem } from '../../../api/problem';
import { faultOf } from '../../../api/problem';

export interface CanaryWish {
  wanted: boolean;
  percent: number | string;
  rollBack: boolean;
  promote: boolean;
}

export const NO_CANARY: CanaryWish = { wanted: false, percent: 10, rollBack: true, promote: false };

/** What is sent of it; null: the version is to serve everybody. */
export const canaryOf = ({ wanted, percent, rollBack, promote }: CanaryWish) =>
  wanted ? { share: Number(percent) / 100, rule: { rollBack, promote } } : null;

/** Whether a version serves a share of the conversations first, and what ends that. */
export function CanaryFields({
  wish,
  live,
  problem,
  onChange,
}: {
  wish: CanaryWish;
  /** The number of the live version. */
  live: number;
  problem: Problem | null;
  onChange(wish: CanaryWish): void;
}) {
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Checkbox
          label="Serve a share of the conversations first"
          description={`Version ${live} answers the others meanwhile; both are counted side by side.`}
          checked={wish.wanted}
          onChange={(event) => onChange({ ...wish, wanted: event.currentTarget.checked })}
        />
        {wish.wanted && (
          <>
            <NumberInput
              label="Share in per cent"
              min={0.1}
              max={99}
              decimalScale={2}
              maw={240}
              value={wish.percent}
              error={faultOf(problem, 'canary.share')}
              onChange={(percent) => onChange({ ...wish, percent })}
            />
            <Checkbox
              label="Roll back by itself"
              description="As soon as it is shown to fail, not to understand, or to be slow in more conversations than the live version."
              checked={wish.rollBack}
              onChange={(event) => onChange({ ...wish, rollBack: event.currentTarget.checked })}
            />
            <Checkbox
              label="Promote by itself"
              description="Once it is shown to be no worse, after a day and 200 conversations at the earliest."
              checked={wish.promote}
              onChange={(event) => onChange({ ...wish, promote: event.currentTarget.checked })}
            />
          </>
        )}
      </Stack>
    </Paper>
  );
}
