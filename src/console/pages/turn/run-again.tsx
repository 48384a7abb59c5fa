import { Alert, Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { RerunSession } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { Bubbles } from '../../parts/bubbles';
import { ProblemNotice } from '../../parts/problem-notice';
import { bubblesOf } from '../../parts/turn-bubbles';
import { stepsOf } from './trace-steps';
import { Waterfall } from './waterfall';

const RUN_AGAIN = graphql(`
  mutation RunTurnAgain($turnId: ID!, $callServices: Boolean) {
    runTurnAgain(turnId: $turnId, version: DRAFT, callServices: $callServices) {
      session
      replies
      error
      trace
      callsHeldBack
    }
  }
`);

const SESSIONS: Record<RerunSession, string> = {
  AS_IT_WAS: 'It ran in the session that the turn began with.',
  NEW: 'The turn began a session, and so it did again.',
  CURRENT:
    'The session that the turn began with was not recorded: it ran in a copy of the session as it is now. The answer may differ for that alone.',
  EMPTY:
    'The session that the turn began with was not recorded and is over: it ran in a new one. The answer may differ for that alone.',
};

interface RunAgainProps {
  turn: { id: string; input: unknown; replies: unknown; error?: string | null | undefined };
}

/** What the draft says to the message of a turn, beside what was said. Nothing of it is stored or sent. */
export function RunAgain({ turn }: RunAgainProps) {
  const [callServices, setCallServices] = useState(false);
  const { run, running, problem } = useChange(RUN_AGAIN);
  const [answer, setAnswer] = useState<Awaited<ReturnType<typeof run>>>();
  const again = answer?.runTurnAgain;
  const steps = again ? stepsOf(again.trace, 0) : [];
  const totalMs = Math.max(1, ...steps.map(({ start, durationMs }) => start + (durationMs ?? 0)));
  return (
    <Stack>
      <Group>
        <Button
          variant="default"
          loading={running}
          onClick={() => void run({ turnId: turn.id, callServices }).then((done) => done && setAnswer(done))}
        >
          Run again against the draft
        </Button>
        <Checkbox
          label="Really call services, models and data tables, which may change something there"
          checked={callServices}
          onChange={(event) => setCallServices(event.currentTarget.checked)}
        />
      </Group>
      {problem && <ProblemNotice problem={problem} />}
      {again && (
        <Stack>
          <Text size="sm" role="status">
            {SESSIONS[again.session]} Nothing of it was stored or sent.
          </Text>
          {again.callsHeldBack > 0 && (
            <Alert color="orange" variant="outline">
              {again.callsHeldBack === 1 ? 'One call was' : `${again.callsHeldBack} calls were`} not made, and failed
              for the bot.
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Stack gap="xs">
              <Text fw={600}>What was said</Text>
              <Bubbles bubbles={bubblesOf(turn)} label="What was said in the turn" />
            </Stack>
            <Stack gap="xs">
              <Text fw={600}>What the draft says</Text>
              <Bubbles
                bubbles={bubblesOf({ input: turn.input, replies: again.replies, error: again.error })}
                label="What the draft says"
              />
            </Stack>
          </SimpleGrid>
          {steps.length > 0 && <Waterfall steps={steps} totalMs={totalMs} />}
        </Stack>
      )}
    </Stack>
  );
}
