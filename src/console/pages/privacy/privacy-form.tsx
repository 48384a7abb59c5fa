import { NumberInput, Switch, Text, Title } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { BotPrivacyQuery } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { useMayInAccount } from '../../api/use-viewer';
import { DraftForm } from '../../parts/draft-form';
import { told } from '../../parts/told';
import { MaskRows } from './mask-rows';
import { inputOf } from './masks';

const SET = graphql(`
  mutation SetPrivacy(
    $botId: ID
    $channelId: ID
    $masks: [MaskRuleInput!]
    $retentionDays: Int
    $sealCustomData: Boolean
  ) {
    setPrivacy(
      botId: $botId
      channelId: $channelId
      masks: $masks
      retentionDays: $retentionDays
      sealCustomData: $sealCustomData
    )
  }
`);

type Privacy = NonNullable<BotPrivacyQuery['bot']>['privacy'];

interface PrivacyFormProps {
  owner: { botId: string } | { channelId: string };
  saved: Privacy;
  /** Whose settings hold beside these. */
  beside: string;
  onSaved(): void;
}

/** What a bot or a channel hides before it is stored, and for how long the rest is kept. */
export function PrivacyForm({ owner, saved, beside, onSaved }: PrivacyFormProps) {
  const isAdmin = useMayInAccount()('privacy.update');
  const draft = useDraft(`privacy ${Object.values(owner).join()}`, {
    masks: saved.masks.map(({ kind, pattern, replacement }) => ({ kind, pattern: pattern ?? '', replacement })),
    retentionDays: (saved.retentionDays ?? '') as number | string,
    sealCustomData: saved.sealCustomData,
  });
  const { values, set, discard } = draft;
  const change = useChange(SET);
  const submit = async () => {
    const { masks, retentionDays, sealCustomData } = values;
    const days = retentionDays === '' ? null : Number(retentionDays);
    if (!(await change.run({ ...owner, masks: masks.map(inputOf), retentionDays: days, sealCustomData }))) return;
    told('The privacy settings were saved. They hold from now on.');
    discard();
    onSaved();
  };
  return (
    <DraftForm aria-label="Privacy settings" draft={draft} change={change} mayChange={isAdmin} onSubmit={submit}>
      <Title order={2} size="h4">
        What is stored
      </Title>
      <Text size="sm" c="dimmed">
        {beside}
        {!isAdmin && ' An ADMIN changes it.'}
      </Text>
      <MaskRows masks={values.masks} problem={change.problem} onChange={(masks) => set({ masks })} />
      <NumberInput
        label="Kept for days"
        description="1 to 3650; empty: as long as the account keeps it. The shortest of account, bot and channel holds."
        clampBehavior="none"
        allowDecimal={false}
        value={values.retentionDays}
        error={faultOf(change.problem, 'retentionDays')}
        onChange={(retentionDays) => set({ retentionDays })}
      />
      <Switch
        label="Seal customData"
        description="It is stored for the bot and for exports only; logs do not show it."
        checked={values.sealCustomData}
        onChange={(event) => set({ sealCustomData: event.currentTarget.checked })}
      />
    </DraftForm>
  );
}
