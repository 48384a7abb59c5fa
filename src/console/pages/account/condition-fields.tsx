import { Group, NumberInput, Stack, Switch } from '@mantine/core';
import { faultOf, type Problem } from '../../api/problem';

export interface Condition {
  maxFailing: number;
  /** A share. */
  maxDifferent: number;
}

const USUAL: Condition = { maxFailing: 0, maxDifferent: 0.05 };

interface ConditionFieldsProps {
  value: Condition | null;
  problem: Problem | null;
  onChange(condition: Condition | null): void;
}

/** What the check of a draft must show for a publish; null: nothing is asked. */
export function ConditionFields({ value, problem, onChange }: ConditionFieldsProps) {
  return (
    <Stack gap="xs">
      <Switch
        label="Check before a publish"
        description="A publish takes a check of the draft against what happened, or a written reason"
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? USUAL : null)}
      />
      {value && (
        <Group align="start">
          <NumberInput
            label="Failing turns at most"
            min={0}
            allowDecimal={false}
            maw={240}
            value={value.maxFailing}
            error={faultOf(problem, 'publishCondition.maxFailing')}
            onChange={(maxFailing) => onChange({ ...value, maxFailing: Number(maxFailing) })}
          />
          <NumberInput
            label="Different turns at most, in %"
            description="Accepted differences do not count"
            min={0}
            max={100}
            maw={240}
            value={Math.round(value.maxDifferent * 10_000) / 100}
            error={faultOf(problem, 'publishCondition.maxDifferent')}
            onChange={(percent) => onChange({ ...value, maxDifferent: Number(percent) / 100 })}
          />
        </Group>
      )}
    </Stack>
  );
}
