import { Button, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { MaskKind } from '../../api/.generated/graphql';
import { faultOf, type Problem } from '../../api/problem';
import { MASK_KINDS, type MaskDraft, NEW_MASK } from './masks';

interface MaskRowsProps {
  masks: readonly MaskDraft[];
  problem: Problem | null;
  onChange(masks: MaskDraft[]): void;
}

const CHOICES = Object.entries(MASK_KINDS).map(([value, label]) => ({ value, label }));

/** What is hidden before it is stored, a row each. */
export function MaskRows({ masks, problem, onChange }: MaskRowsProps) {
  const change = (index: number, part: Partial<MaskDraft>) =>
    onChange(masks.map((mask, at) => (at === index ? { ...mask, ...part } : mask)));
  const ofAll = problem?.field === 'masks' ? problem.message : undefined;
  return (
    <Fieldset legend="Masks">
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Hidden in what is stored from now on. The bot and its receivers still get all that is said.
        </Text>
        {masks.map(({ kind, pattern, replacement }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the list
          <Group key={index} align="flex-start">
            <NativeSelect
              aria-label={`What mask ${index + 1} hides`}
              data={CHOICES}
              value={kind}
              onChange={(event) => change(index, { kind: event.currentTarget.value as MaskKind, replacement: '' })} // one of the choices
            />
            {kind === 'REGEX' && (
              <TextInput
                aria-label={`Pattern of mask ${index + 1}`}
                placeholder="K-[0-9]{6}"
                flex={1}
                value={pattern}
                error={faultOf(problem, `masks.${index}.pattern`)}
                onChange={(event) => change(index, { pattern: event.currentTarget.value })}
              />
            )}
            <TextInput
              aria-label={`What mask ${index + 1} puts there`}
              placeholder="Empty: the kind in brackets"
              flex={1}
              value={replacement}
              error={faultOf(problem, `masks.${index}.replacement`)}
              onChange={(event) => change(index, { replacement: event.currentTarget.value })}
            />
            <Button
              variant="default"
              aria-label={`Remove mask ${index + 1}`}
              onClick={() => onChange(masks.filter((_, at) => at !== index))}
            >
              Remove
            </Button>
          </Group>
        ))}
        {ofAll && (
          <Text size="sm" c="red">
            {ofAll}
          </Text>
        )}
        <Group>
          <Button variant="default" onClick={() => onChange([...masks, NEW_MASK])}>
            Add a mask
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
