import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { useParams, useSearchParams } from 'wouter';
import type { TestedVersion } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { Composer } from './composer';
import { Pane } from './pane';
import { PLAYGROUND_BOT, type PlaygroundBot } from './playground-query';
import { useTalk } from './use-talk';

/** Trying a bot: its draft or what serves, on any of its channels, two of them side by side. */
export function PlaygroundPage() {
  const { botId = '' } = useParams<{ botId: string }>();
  const { data, problem, refresh } = useData(PLAYGROUND_BOT, { id: botId });
  if (!data)
    return (
      <Page title="Playground">{problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />}</Page>
    );
  const { bot } = data;
  const path = [{ name: 'Bots', to: '/bots' }, ...(bot ? [{ name: bot.name, to: `/bots/${bot.id}` }] : [])];
  return (
    <Page
      title="Playground"
      path={path}
      intro="Talk to the bot as a user would. What is said here is a test: it counts in no figure and is POSTed nowhere; services are really called."
    >
      {bot?.permissions.includes('playground.open') ? (
        bot.channels.length > 0 ? (
          <Playground bot={bot} />
        ) : (
          <Nothing title="The bot has no channel yet">Add one to the bot; it need not be approved.</Nothing>
        )
      ) : (
        <Nothing title="You may not talk to this bot">
          There is no such bot, or you lack the permission to try it. Ask an admin.
        </Nothing>
      )}
    </Page>
  );
}

const newUser = () => `tester-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;

function Playground({ bot }: { bot: PlaygroundBot }) {
  const [params, setParams] = useSearchParams();
  const [user, setUser] = useState(newUser);
  const set = (changes: Record<string, string | null>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries(changes)) {
          if (value === null) after.delete(key);
          else after.set(key, value);
        }
        return after;
      },
      { replace: true },
    );
  const standard = bot.channels.find((channel) => channel.isDefault)?.id ?? bot.channels[0]?.id ?? '';
  const channelIn = (name: string) => bot.channels.find((channel) => channel.id === params.get(name))?.id ?? standard;
  const versionIn = (name: string): TestedVersion =>
    params.get(name) === 'DRAFT' || !bot.liveVersion ? 'DRAFT' : 'LIVE';
  const isPair = params.has('beside');
  const first = useTalk(channelIn('channel'), versionIn('version'), user);
  const second = useTalk(channelIn('beside'), versionIn('besideVersion'), user);
  return (
    <Stack>
      <Group align="stretch">
        <Pane
          name="First"
          bot={bot}
          channelId={channelIn('channel')}
          version={versionIn('version')}
          talk={first}
          onChannel={(channel) => {
            set({ channel });
            first.restart();
          }}
          onVersion={(version) => {
            set({ version });
            first.restart();
          }}
        />
        {isPair && (
          <Pane
            name="Second"
            bot={bot}
            channelId={channelIn('beside')}
            version={versionIn('besideVersion')}
            talk={second}
            onChannel={(beside) => {
              set({ beside });
              second.restart();
            }}
            onVersion={(besideVersion) => {
              set({ besideVersion });
              second.restart();
            }}
            onClose={() => {
              set({ beside: null, besideVersion: null });
              second.restart();
            }}
          />
        )}
      </Group>
      {!isPair && (
        <Group>
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              const other = bot.channels.find((channel) => channel.id !== channelIn('channel'));
              set({
                beside: other?.id ?? standard,
                besideVersion: other ? versionIn('version') : versionIn('version') === 'DRAFT' ? 'LIVE' : 'DRAFT',
              });
            }}
          >
            Talk to a second one beside it
          </Button>
        </Group>
      )}
      <Composer
        user={user}
        onUser={(id) => {
          setUser(id);
          first.restart();
          second.restart();
        }}
        running={first.running || (isPair && second.running)}
        onSend={(sent) => {
          void first.send(sent);
          if (isPair) void second.send(sent);
        }}
      />
    </Stack>
  );
}
