import { Group, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ReliveTurnMutation } from '../../api/.generated/graphql';
import { Bubbles } from '../../parts/bubbles';
import { CodeBlock } from '../../parts/code-block';
import { bubblesOf } from '../../parts/turn-bubbles';
import { stepsOf } from './trace-steps';

type Step = ReliveTurnMutation['reliveTurn']['served'][number];

interface RelivedSidesProps {
  title: string;
  mark: ReactNode;
  /** The version whose step it is. */
  name: string;
  step: Step;
  /** What the version that served does at the same node, where that differs. */
  other: Step | null;
  /** The version that served does not come here. */
  isAlone: boolean;
}

/** One step of a turn that was run again, beside the same one of the version that served where the two differ. */
export function RelivedSides({ title, mark, name, step, other, isAlone }: RelivedSidesProps) {
  return (
    <Stack gap="sm">
      <Group gap="xs" wrap="nowrap" align="start">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Text>
        {mark}
      </Group>
      {isAlone && <Text size="sm">The version that served does not come here.</Text>}
      {other ? (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Side name="The version that served" step={other} headed />
          <Side name={name} step={step} headed />
        </SimpleGrid>
      ) : (
        <Side name={name} step={step} />
      )}
    </Stack>
  );
}

function Side({ name, step, headed = false }: { name: string; step: Step; headed?: boolean }) {
  const { changes } = step;
  const notes = stepsOf(step.notes, 0);
  const answers = step.answers as { method: string; answered: keyof typeof ANSWERED; answer: string | null }[];
  const replies = (step.said as { replies: unknown[] }[]).flatMap((message) => message.replies);
  const isEmpty = notes.length + answers.length + changes.length + replies.length === 0;
  return (
    <Stack gap="sm">
      {headed && <Text fw={600}>{name}</Text>}
      {isEmpty && <Text size="sm">Nothing was set, asked or said here.</Text>}
      {notes.map((note) => (
        <div key={note.entry}>
          <Text size="sm">{note.title}</Text>
          {note.lines.map((line) => (
            <Text key={line} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {line}
            </Text>
          ))}
        </div>
      ))}
      {answers.map(({ method, answered, answer }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: questions keep their places
        <Stack key={index} gap={4}>
          <Text size="sm">
            Asked: {method.toUpperCase()}. {ANSWERED[answered]}
          </Text>
          {answer !== null && <CodeBlock label={`Answer ${index + 1}, ${name}`} value={answer} what="answer" />}
        </Stack>
      ))}
      {changes.length > 0 && <Changes changes={changes} name={name} />}
      {replies.length > 0 && <Bubbles bubbles={bubblesOf({ input: '', replies })} label={`${name}: what is said`} />}
    </Stack>
  );
}

const ANSWERED = {
  RECORDED: 'It was given the answer that was recorded.',
  IN_ORDER: 'Nobody asked this then: it was given the next answer that was recorded of this node.',
  NOT_AT_ALL: 'Nobody asked this then, and nothing was recorded that answers it.',
};

function Changes({ changes, name }: { changes: Step['changes']; name: string }) {
  const label = `What it set, ${name}`;
  return (
    <Table.ScrollContainer minWidth={260} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ name: changed, before, after }) => (
            <Table.Tr key={changed}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{changed}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{before ?? '–'}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{after ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
