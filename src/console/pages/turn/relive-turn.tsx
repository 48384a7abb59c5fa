import { Button, Group, Select, Stack } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { ReliveTurnMutation } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';

const RelivedTurn = lazy(async () => ({ default: (await import('./relived-turn')).RelivedTurn }));

const RELIVE = graphql(`
  mutation ReliveTurn($turnId: ID!, $versionNumber: Int) {
    reliveTurn(turnId: $turnId, versionNumber: $versionNumber) {
      masked
      leavesRecordAt
      version {
        id
        number
      }
      candidateVersion {
        id
        number
      }
      served {
        ...RelivedStepFields
      }
      candidate {
        ...RelivedStepFields
      }
    }
  }
  fragment RelivedStepFields on RelivedStep {
    node
    type
    notes
    answers
    changes {
      name
      before
      after
    }
    said
    differs
    other
  }
`);

const VERSIONS = graphql(`
  query VersionsToRelive($id: ID!) {
    bot(id: $id) {
      id
      versions(first: 20) {
        edges {
          node {
            id
            number
          }
        }
      }
    }
  }
`);

type Relived = ReliveTurnMutation['reliveTurn'];

const SERVED = 'served';
const DRAFT = 'draft';

interface ReliveTurnProps {
  turnId: string;
  botId: string;
  /** The number of the version that served; null: not known. */
  served: number | null;
}

/** Runs a recorded turn again, to go through it step by step. Nothing of it is stored or sent. */
export function ReliveTurn({ turnId, botId, served }: ReliveTurnProps) {
  const [chosen, setChosen] = useState(SERVED);
  const [relived, setRelived] = useState<{ turn: Relived; isServed: boolean; run: number }>();
  const { run, running, problem } = useChange(RELIVE);
  const versions = useData(VERSIONS, { id: botId }).data?.bot?.versions.edges.map(({ node }) => node.number) ?? [];
  const start = async () => {
    const versionNumber = chosen === SERVED || chosen === DRAFT ? null : Number(chosen);
    const done = await run({ turnId, versionNumber });
    const next = (relived?.run ?? 0) + 1;
    if (done) setRelived({ turn: done.reliveTurn, isServed: chosen === SERVED, run: next });
  };
  return (
    <Stack>
      <Group align="end">
        <Select
          label="With which version"
          allowDeselect={false}
          data={[
            { value: SERVED, label: served === null ? 'The version that served' : `Version ${served}, which served` },
            { value: DRAFT, label: 'The draft' },
            ...versions
              .filter((number) => number !== served)
              .map((number) => ({ value: String(number), label: `Version ${number}` })),
          ]}
          value={chosen}
          onChange={(value) => setChosen(value ?? SERVED)}
        />
        <Button variant="default" loading={running} onClick={() => void start()}>
          Run again step by step
        </Button>
      </Group>
      <ProblemNotice problem={problem} />
      {relived && (
        <Suspense fallback={<Waiting />}>
          <RelivedTurn key={relived.run} turn={relived.turn} isServed={relived.isServed} />
        </Suspense>
      )}
    </Stack>
  );
}
