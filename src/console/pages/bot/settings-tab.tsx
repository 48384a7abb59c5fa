import { Divider, Stack } from '@mantine/core';
import { useRights } from '../../api/use-viewer';
import { HistoryLink } from '../../parts/history-link';
import { useBot } from './bot-context';
import { BotForm } from './bot-form';
import { BotTransfer } from './bot-transfer';
import { BotVariables } from './bot-variables';
import { FillVariables } from './fill-variables';
import { WithdrawBot } from './withdraw-bot';

/** All that is set on the bot itself. */
export function SettingsTab() {
  const bot = useBot();
  const { mayBuild } = useRights();
  return (
    <Stack gap="xl" maw={760}>
      {mayBuild && <FillVariables key={`fill ${bot.id}`} />}
      <BotForm key={bot.id} />
      <Divider />
      <BotVariables />
      {mayBuild && (
        <>
          <Divider />
          <BotTransfer />
          <Divider />
          <WithdrawBot />
        </>
      )}
      <HistoryLink of={bot.id} />
    </Stack>
  );
}
