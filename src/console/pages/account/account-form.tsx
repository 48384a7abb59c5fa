import { Checkbox, NumberInput, Stack, Switch } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { AccountSettingsQuery, AutoApproval } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { DraftForm } from '../../parts/draft-form';
import { told } from '../../parts/told';
import { type Condition, ConditionFields } from './condition-fields';

const UPDATE = graphql(`
  mutation UpdateAccountSettings(
    $fourEyes: Boolean
    $autoApprove: [AutoApproval!]
    $retentionDays: Int
    $passwordSignIn: Boolean
    $publishCondition: PublishConditionInput
  ) {
    updateAccountSettings(
      fourEyes: $fourEyes
      autoApprove: $autoApprove
      retentionDays: $retentionDays
      passwordSignIn: $passwordSignIn
      publishCondition: $publishCondition
    ) {
      retentionDays
    }
  }
`);

const AUTOMATIC: Record<AutoApproval, string> = {
  CHANNEL: 'New channels',
  CHANNEL_UPGRADE: 'Changes of approved channels',
  FIRST_PUBLISH: 'The first version of a bot',
  PUBLISH_UPGRADE: 'Every later version of a bot',
};

/** Without what the cache adds. */
const conditionOf = ({ maxFailing, maxDifferent }: Condition): Condition => ({ maxFailing, maxDifferent });

type Saved = AccountSettingsQuery['accountSettings'];

export function AccountForm({ saved }: { saved: Saved }) {
  const { fourEyes, autoApprove, retentionDays, passwordSignIn } = saved;
  const { isAdmin } = useRights();
  const publishCondition = saved.publishCondition ? conditionOf(saved.publishCondition) : null;
  const draft = useDraft('account', { fourEyes, autoApprove, retentionDays, passwordSignIn, publishCondition });
  const { values, set, discard } = draft;
  const update = useChange(UPDATE);
  const submit = async () => {
    if (!(await update.run(values))) return;
    discard();
    told('The account settings were saved.');
  };
  return (
    <DraftForm draft={draft} change={update} mayChange={isAdmin} maw={560} gap="lg" onSubmit={submit}>
      <Switch
        label="Four eyes"
        description="Whoever asks for an approval cannot be the one who gives it"
        checked={values.fourEyes}
        onChange={(event) => set({ fourEyes: event.currentTarget.checked })}
      />
      <Checkbox.Group
        label="Approved automatically"
        description="What needs no admin"
        value={values.autoApprove}
        onChange={(chosen) => set({ autoApprove: chosen as AutoApproval[] })} // keys of AUTOMATIC
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(AUTOMATIC).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NumberInput
        label="Retention"
        description="Days that conversations and deliveries are kept"
        min={1}
        allowDecimal={false}
        maw={240}
        value={values.retentionDays}
        error={faultOf(update.problem, 'retentionDays')}
        onChange={(value) => set({ retentionDays: Number(value) })}
      />
      <ConditionFields
        value={values.publishCondition}
        problem={update.problem}
        onChange={(condition) => set({ publishCondition: condition })}
      />
      <Switch
        label="Sign-in by password"
        description="Off: people sign in by a provider, or with an API token"
        checked={values.passwordSignIn}
        onChange={(event) => set({ passwordSignIn: event.currentTarget.checked })}
      />
    </DraftForm>
  );
}
