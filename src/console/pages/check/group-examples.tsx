import { Anchor, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { GroupExamplesQuery } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Bubbles } from '../../parts/bubbles';
import { isHidden } from '../../parts/hidden-text';
import { ProblemNotice } from '../../parts/problem-notice';
import { bubblesOf } from '../../parts/turn-bubbles';
import { Waiting } from '../../parts/waiting';
import { stepsOf } from '../turn/trace-steps';
import { Waterfall } from '../turn/waterfall';

const EXAMPLES = graphql(`
  query GroupExamples($id: ID!, $after: String) {
    versionCheck(id: $id) {
      id
      groups(first: 1, after: $after) {
        edges {
          node {
            key
            examples {
              was
              is
              trace
              turn {
                id
                traceId
                input
                trace
                durationMs
              }
            }
          }
        }
      }
    }
  }
`);

type Group = NonNullable<GroupExamplesQuery['versionCheck']>['groups']['edges'][number]['node'];
type Example = Group['examples'][number];

/** Turns of the group that comes after another, as they were and as they would be. */
export function GroupExamples({ checkId, after }: { checkId: string; after: string | null }) {
  const { data, problem, loading, refresh } = useData(EXAMPLES, { id: checkId, after });
  const examples = data?.versionCheck?.groups.edges[0]?.node.examples;
  if (!examples) return loading ? <Waiting /> : <ProblemNotice problem={problem} onRetry={refresh} />;
  if (examples.length === 0)
    return <Text size="sm">None of these turns is kept any more, or none was kept with what was said.</Text>;
  return (
    <Stack>
      {examples.map((example) => (
        <OneExample key={example.turn.id} example={example} />
      ))}
    </Stack>
  );
}

function OneExample({ example: { turn, was, is, trace } }: { example: Example }) {
  return (
    <Paper withBorder p="sm">
      <Stack gap="sm">
        <Anchor component={Link} href={`/turns/${turn.traceId}?turn=${turn.id}`} size="sm" underline="always">
          See the turn {turn.traceId}
        </Anchor>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Side name="Was" input={turn.input} side={was} trace={turn.trace} endMs={turn.durationMs ?? 0} />
          <Side name="Would be" input={turn.input} side={is} trace={trace} endMs={0} />
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}

interface SideProps {
  name: string;
  input: unknown;
  side: unknown;
  trace: unknown;
  endMs: number;
}

/** One of the two, as `VersionCheck` gives it: `said`, each with its replies, `failure` and `sessionChanges`. */
function Side({ name, input, side, trace, endMs }: SideProps) {
  const {
    said,
    failure,
    sessionChanges = [],
  } = side as {
    said?: { replies: unknown[] }[];
    failure?: string | null;
    sessionChanges?: string[];
  };
  const replies = isHidden(side) ? side : (said ?? []).flatMap((message) => message.replies);
  const steps = stepsOf(trace, endMs);
  const totalMs = Math.max(1, endMs, ...steps.map(({ start, durationMs }) => start + (durationMs ?? 0)));
  return (
    <Stack gap="xs">
      <Text fw={600}>{name}</Text>
      <Bubbles bubbles={bubblesOf({ input, replies, error: failure })} label={`${name}: what is said`} />
      {sessionChanges.length > 0 && <Text size="sm">Changes {sessionChanges.join(', ')}</Text>}
      {steps.length > 0 && (
        <details>
          <summary>Step by step</summary>
          <Waterfall steps={steps} totalMs={totalMs} />
        </details>
      )}
    </Stack>
  );
}
