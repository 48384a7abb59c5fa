import { SegmentedControl, Stack } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { Waiting } from '../../parts/waiting';
import { useBot } from '../bot/bot-context';
import { MessageList } from './message-list';
import { scopesOf } from './override';
import { OverrideScope } from './override-scope';

const OverrideMatrix = lazy(async () => ({ default: (await import('./matrix/override-matrix')).OverrideMatrix }));

const VIEWS = [
  { value: '', label: 'Matrix' },
  { value: 'channel', label: 'One channel' },
];

/** The overrides of a bot, of all channels in one grid, or of one that is picked. */
export function BotOverrides() {
  const { text, set } = useFieldsInAddress(['view']);
  const view = text.view ?? '';
  return (
    <Stack>
      <SegmentedControl
        aria-label="How overrides are shown"
        w="fit-content"
        data={VIEWS}
        value={view}
        onChange={(picked) => set({ view: picked })}
      />
      {view === '' ? (
        <Suspense fallback={<Waiting />}>
          <OverrideMatrix />
        </Suspense>
      ) : (
        <OverridesOfOne />
      )}
    </Stack>
  );
}

function OverridesOfOne() {
  const bot = useBot();
  const scopes = scopesOf(bot.channels);
  const [picked, setPicked] = useState(scopes[0]?.id);
  const scope = scopes.find(({ id }) => id === picked) ?? scopes.at(-1);
  if (!scope) return null; // there is always that of all channels
  return (
    <>
      <OverrideScope scopes={scopes} value={scope.id} onChange={setPicked} />
      <MessageList key={scope.id} bot={bot} scope={scope} />
    </>
  );
}
