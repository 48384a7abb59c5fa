import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { CheckOutcome } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { StateBadge } from '../../parts/state-badge';
import { Waiting } from '../../parts/waiting';
import { AcceptDifference } from './accept-difference';
import { OUTCOMES } from './check-states';
import { GroupExamples } from './group-examples';
import { type CheckedGroup, GROUPS } from './groups-query';

const ALL = 'ALL';

/** The groups of a check, the largest first. */
export function CheckGroups({ checkId }: { checkId: string }) {
  const { data, problem, loading, refresh } = useData(GROUPS, { id: checkId });
  const [outcome, setOutcome] = useState<string>(ALL);
  const groups = data?.versionCheck?.groups;
  if (!groups) return loading ? <Waiting /> : <ProblemNotice problem={problem} onRetry={refresh} />;
  if (groups.edges.length === 0)
    return <Nothing title="Nothing is different">All that was checked is answered as it was.</Nothing>;
  const shown = groups.edges
    .map(({ node }, index) => ({ group: node, after: groups.edges[index - 1]?.cursor ?? null }))
    .filter(({ group }) => outcome === ALL || group.outcome === outcome);
  return (
    <Stack>
      <NativeSelect
        label="Show"
        maw={240}
        value={outcome}
        onChange={(event) => setOutcome(event.currentTarget.value)}
        data={[
          { value: ALL, label: 'All groups' },
          ...Object.entries(OUTCOMES).map(([value, { text }]) => ({ value, label: text })),
        ]}
      />
      {shown.length === 0 && <Text size="sm">No group is {OUTCOMES[outcome as CheckOutcome].text.toLowerCase()}.</Text>}
      {shown.map(({ group, after }) => (
        <OneGroup key={group.key} checkId={checkId} group={group} after={after} onChange={refresh} />
      ))}
      {groups.totalCount > groups.edges.length && (
        <Text size="sm">{groups.totalCount - groups.edges.length} smaller groups are not shown.</Text>
      )}
    </Stack>
  );
}

interface OneGroupProps {
  checkId: string;
  group: CheckedGroup;
  after: string | null;
  onChange(): void;
}

function OneGroup({ checkId, group, after, onChange }: OneGroupProps) {
  const [open, setOpen] = useState(false);
  const title = titleOf(group);
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group>
          <StateBadge label={OUTCOMES[group.outcome]} />
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          <Text size="sm">{group.turns === 1 ? '1 turn' : `${group.turns.toLocaleString()} turns`}</Text>
        </Group>
        <Group>
          <Button
            size="xs"
            variant="default"
            aria-expanded={open}
            aria-label={`${open ? 'Hide' : 'Show'} examples: ${title}`}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide examples' : 'Show examples'}
          </Button>
          <AcceptDifference checkId={checkId} group={group} onChange={onChange} />
        </Group>
        {open && <GroupExamples checkId={checkId} after={after} />}
      </Stack>
    </Paper>
  );
}

const titleOf = ({ node, message, messageName, channel }: CheckedGroup): string =>
  [node ? `At ${node}` : 'Anywhere', message && `message ${messageName ?? message}`, channel && `on ${channel.name}`]
    .filter(Boolean)
    .join(', ');
