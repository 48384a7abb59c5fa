import { Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useData } from '../../../api/use-data';
import { Moment } from '../../../parts/moment';
import { ProblemNotice } from '../../../parts/problem-notice';
import { StateBadge } from '../../../parts/state-badge';
import { CanaryActions } from './canary-actions';
import { BOT_CANARY, type CanaryDetails } from './canary-query';
import { CanarySides } from './canary-sides';
import { CANARY_STATES, inWords, percent, ruleInWords } from './canary-words';

/** The version that serves a share of the conversations, beside the live one, and those that did before. */
export function Canaries({ botId }: { botId: string }) {
  const { data, problem, refresh } = useData(BOT_CANARY, { id: botId }, { watch: { topic: 'CONFIGURATION' } });
  const canaries = data?.bot?.canaries ?? [];
  return (
    <>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {canaries.map((canary) => (
        <CanaryCard key={canary.id} canary={canary} onChange={refresh} />
      ))}
    </>
  );
}

function CanaryCard({ canary, onChange }: { canary: CanaryDetails; onChange(): void }) {
  const runs = canary.state === 'RUNNING';
  const [byChannel, setByChannel] = useState(false);
  const [open, setOpen] = useState(runs);
  return (
    <Paper withBorder p="md" component="section" aria-label={`Canary of version ${canary.candidate.number}`}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap="xs">
            <Title order={2} size="h5">
              Canary of version {canary.candidate.number}
            </Title>
            <StateBadge label={CANARY_STATES[canary.state]} />
            <Text size="sm" c="dimmed">
              {percent(canary.share)} of the conversations, since <Moment at={canary.begunAt} />
              {canary.endedAt && (
                <>
                  , until <Moment at={canary.endedAt} /> {canary.endedBy ? `by ${canary.endedBy.name}` : 'by its rule'}
                </>
              )}
            </Text>
          </Group>
          {runs ? (
            <Button size="xs" variant="default" onClick={onChange}>
              Count again
            </Button>
          ) : (
            <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Hide' : 'Show'} the figures of version {canary.candidate.number}
            </Button>
          )}
        </Group>
        {canary.reason && <Text size="sm">Reason: {canary.reason}</Text>}
        {open && (
          <>
            <CanarySides canary={canary} sides={canary.sides} label="All channels" />
            {canary.channels.length > 1 && (
              <Button
                size="xs"
                variant="default"
                aria-expanded={byChannel}
                onClick={() => setByChannel(!byChannel)}
                style={{ alignSelf: 'start' }}
              >
                {byChannel ? 'Hide the channels' : 'Show each channel'}
              </Button>
            )}
            {byChannel &&
              canary.channels.map(({ channel, sides }, at) => (
                <CanarySides
                  key={channel?.id ?? at}
                  canary={canary}
                  sides={sides}
                  label={channel?.name ?? 'A deleted channel'}
                />
              ))}
            <List size="sm" aria-label="Evidence">
              {canary.evidence.metrics.map((evidence) => (
                <List.Item key={evidence.metric}>{inWords(evidence)}</List.Item>
              ))}
            </List>
            <Text size="sm">
              {ruleInWords(canary.rule)}
              {canary.slowOverMs === null || canary.slowOverMs === undefined
                ? ' Slowness is not judged: there were too few turns in the week before.'
                : ` A turn is slow from ${canary.slowOverMs} ms on.`}
            </Text>
          </>
        )}
        {runs && <CanaryActions key={canary.share} canary={canary} onDone={onChange} />}
      </Stack>
    </Paper>
  );
}
