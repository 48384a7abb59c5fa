import { Alert, Button, Group, NativeSelect, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { TestedVersion } from '../../api/.generated/graphql';
import { Bubbles } from '../../parts/bubbles';
import { Choosing } from '../../parts/choosing';
import { text } from '../../parts/template-parts';
import { AskedFormView } from './asked-form-view';
import type { PlaygroundBot } from './playground-query';
import { SaveTest } from './save-test';
import type { Talk } from './use-talk';

interface PaneProps {
  /** First or second. */
  name: string;
  bot: PlaygroundBot;
  channelId: string;
  version: TestedVersion;
  talk: Talk;
  onChannel(id: string): void;
  onVersion(version: TestedVersion): void;
  onClose?: () => void;
}

/** One of the conversations: with which version, on which channel, and what was said. */
export function Pane({ name, bot, channelId, version, talk, onChannel, onVersion, onClose }: PaneProps) {
  const end = useRef<HTMLDivElement>(null);
  const { bubbles, running } = talk;
  useEffect(() => {
    if (bubbles.length > 0) void end.current?.scrollIntoView({ block: 'nearest' });
  }, [bubbles]);
  const versions = [
    { value: 'DRAFT', label: 'Draft' },
    {
      value: 'LIVE',
      label: bot.liveVersion ? `Live (version ${bot.liveVersion.number})` : 'Live',
      disabled: !bot.liveVersion,
    },
  ];
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={`${name} conversation`}
      style={{ flex: '1 1 20rem', minWidth: 0 }}
    >
      <Stack>
        <Title order={2} size="h5">
          {name} conversation
        </Title>
        <Group align="end">
          <NativeSelect
            label="Channel"
            data={bot.channels.map((channel) => ({ value: channel.id, label: channel.name }))}
            value={channelId}
            onChange={(event) => onChannel(event.currentTarget.value)}
          />
          <SegmentedControl
            aria-label="Version"
            data={versions}
            value={version}
            onChange={(value) => onVersion(value as TestedVersion)}
          />
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={talk.restart} disabled={running}>
            Restart
          </Button>
          {talk.traceId && <SaveTest traceId={talk.traceId} />}
          {onClose && (
            <Button size="xs" variant="default" onClick={onClose}>
              Close the {name.toLowerCase()} conversation
            </Button>
          )}
        </Group>
        {talk.secretsKeptBack && version === 'DRAFT' && (
          <Alert color="orange" variant="outline">
            This draft differs from what an admin has approved. It runs without the secrets that it could carry away, as
            if they were empty.
          </Alert>
        )}
        <Choosing.Provider
          value={(part) => {
            const title = text(part.title) || text(part.value);
            const val = text(part.payload) || text(part.value) || title;
            void talk.send({ message: { type: 'text', val }, shown: title || val });
          }}
        >
          <Bubbles bubbles={bubbles} label={`What was said, ${name.toLowerCase()} conversation`} />
        </Choosing.Provider>
        {talk.form && (
          <AskedFormView
            key={talk.form.id}
            form={talk.form}
            running={running}
            onSend={(sent) => void talk.send(sent)}
          />
        )}
        {bubbles.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing has been said yet.
          </Text>
        )}
        <div ref={end} />
      </Stack>
    </Paper>
  );
}
