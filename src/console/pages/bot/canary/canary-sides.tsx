import { Table } from '@mantine/core';
import type { CanaryDetails, CanarySideDetails } from './canary-query';
import { percent } from './canary-words';

const of = (part: number, whole: number): string => (whole === 0 ? '–' : `${part} (${percent(part / whole)})`);
const ms = (value: number | null | undefined): string => (value == null ? '–' : `${Math.round(value)} ms`);

const ROWS: [name: string, of: (side: CanarySideDetails) => string][] = [
  ['Conversations', ({ conversations }) => String(conversations)],
  ['With a failure', (side) => of(side.conversationsFailed, side.conversations)],
  ['With something not understood', (side) => of(side.conversationsUnidentified, side.conversations)],
  ['With a slow turn', (side) => of(side.conversationsSlow, side.conversations)],
  ['Turns', ({ turns }) => String(turns)],
  ['Ended tasks, fulfilled', ({ tasksEnded, tasksFulfilled }) => of(tasksFulfilled, tasksEnded)],
  ['Response time, half of the turns', ({ responseTimeP50Ms }) => ms(responseTimeP50Ms)],
  ['Response time, 95 % of the turns', ({ responseTimeP95Ms }) => ms(responseTimeP95Ms)],
];

/** Both versions side by side, together or on one channel. */
export function CanarySides({
  canary,
  sides,
  label,
}: {
  canary: CanaryDetails;
  sides: readonly CanarySideDetails[];
  label: string;
}) {
  return (
    <Table.ScrollContainer minWidth={360}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{label}</Table.Th>
            <Table.Th scope="col">Version {canary.baseline.number}</Table.Th>
            <Table.Th scope="col">Version {canary.candidate.number}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ROWS.map(([name, figure]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              {sides.map((side, at) => (
                <Table.Td key={at === 0 ? 'live' : 'new'}>{figure(side)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
