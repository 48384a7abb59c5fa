import { Stack } from '@mantine/core';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { useBot } from '../bot/bot-context';
import { DialogView } from './dialog-view';
import { FlowPickers } from './flow-pickers';
import { DIALOGS, TURN_PATH } from './flow-query';
import { PathSummary } from './path-summary';
import { pathOf } from './turn-path';
import { useFlowAddress } from './use-flow-address';

/** What the dialogs of a bot do, as edited or of a version, and the way of a turn through them. */
export function DialogsTab() {
  const bot = useBot();
  const { text, set, version } = useFlowAddress();
  const { data, problem, refresh } = useData(DIALOGS, { id: bot.id, version }, { watch: { topic: 'CONFIGURATION' } });
  const turn = useData(TURN_PATH, { traceId: text.trace ?? '', id: text.turn ?? null }, { pause: !text.trace });
  if (!data?.bot) return problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Waiting />;
  const { dialogs, versions } = data.bot;
  const followed = text.trace ? turn.data?.turn : null;
  const path = followed ? pathOf(followed.trace) : null;
  const wanted = text.dialog ?? path?.steps[0]?.dialog;
  const picked =
    dialogs.find(({ id }) => id === wanted) ??
    dialogs.find(({ name }) => name === wanted) ??
    dialogs.find(({ hidden }) => !hidden) ??
    dialogs[0];
  return (
    <Stack>
      <FlowPickers dialogs={dialogs} versions={versions.edges.map(({ node }) => node)} picked={picked?.id ?? null} />
      {text.trace && turn.problem && <ProblemNotice problem={turn.problem} onRetry={turn.refresh} />}
      {followed && path && (
        <PathSummary turn={followed} path={path} dialogs={dialogs} onPick={(dialog) => set({ dialog, node: '' })} />
      )}
      {picked ? (
        <DialogView key={picked.id} dialogId={picked.id} dialogs={dialogs} path={path} />
      ) : (
        <Nothing title="No dialogs">Import a bot file that has some, or write answers.</Nothing>
      )}
    </Stack>
  );
}
