import { Checkbox, Select, Stack, Switch, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { AlertFormat, AlertSubscriptionsQuery, AlertTopic } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { DraftConflict } from '../../parts/conflict/draft-conflict';
import { CreateDialog } from '../../parts/create-dialog';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';
import { FORMATS, TOPICS } from './words';

export type SubscriptionNode = AlertSubscriptionsQuery['alertSubscriptions'][number];

const CREATE = graphql(`
  mutation CreateAlertSubscription($input: AlertSubscriptionInput!) {
    createAlertSubscription(input: $input) {
      signingSecret
      subscription {
        id
      }
    }
  }
`);

const UPDATE = graphql(`
  mutation UpdateAlertSubscription($id: ID!, $input: AlertSubscriptionInput!, $expected: JSON) {
    updateAlertSubscription(id: $id, input: $input, expected: $expected) {
      id
    }
  }
`);

const BLANK = {
  name: '',
  topics: ['DELIVERY_DEAD', 'ENDPOINT_FAILING', 'ENDPOINT_RECOVERED'] as AlertTopic[],
  format: 'CLOUDEVENTS' as AlertFormat,
  target: '',
  enabled: true,
};

interface SubscriptionDialogProps {
  opened: boolean;
  /** None: a new one. */
  saved?: SubscriptionNode;
  onClose(): void;
  /** Somebody else has changed it. */
  onStale?(): void;
  onSecret?(secret: string): void;
}

/** Makes a subscription, or changes one. */
export function SubscriptionDialog({ opened, saved, onClose, onStale, onSecret }: SubscriptionDialogProps) {
  const { name, topics, format, target, enabled } = saved ?? BLANK;
  const targetMark = marksIn(saved).target ?? null;
  const draft = useDraft(
    `alert ${saved?.id ?? 'new'}`,
    { name, topics, format, target, enabled },
    { target: targetMark },
  );
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const update = useChange(UPDATE);
  const change = saved ? update : create;
  const text = textFields(draft, change.problem);
  const submit = async (seen: Partial<typeof values> = draft.seen) => {
    if (saved) {
      const expected = { name, topics, format, enabled, target: targetMark, ...seen };
      if (!(await update.run({ id: saved.id, input: values, expected }))) return;
      told(`The subscription “${values.name}” was saved.`);
    } else {
      const done = await create.run({ input: values });
      if (!done) return;
      const { signingSecret } = done.createAlertSubscription;
      if (signingSecret) onSecret?.(signingSecret);
      else told(`The subscription “${values.name}” was created.`);
    }
    discard();
    onClose();
  };
  const { target: label, hint } = FORMATS[values.format];
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title={saved ? 'Edit subscription' : 'New subscription'}
      action={saved ? 'Save' : 'Create subscription'}
      change={change}
      onSubmit={() => submit()}
      conflict={
        update.problem?.conflict && (
          <DraftConflict
            conflict={update.problem.conflict}
            draft={draft}
            save={(seen) => void submit(seen)}
            clear={() => {
              update.clear();
              onStale?.();
            }}
          />
        )
      }
    >
      <TextInput label="Name" description="Who is told" required data-autofocus {...text('name')} />
      <Checkbox.Group
        label="Topics"
        value={values.topics}
        error={faultOf(change.problem, 'topics')}
        onChange={(chosen) => set({ topics: chosen as AlertTopic[] })} // keys of TOPICS
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(TOPICS).map(([value, topic]) => (
            <Checkbox key={value} value={value} label={topic} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Select
        label="Format"
        data={Object.entries(FORMATS).map(([value, one]) => ({ value: value as AlertFormat, label: one.name }))}
        allowDeselect={false}
        value={values.format}
        error={faultOf(change.problem, 'format')}
        onChange={(value) => set({ format: value ?? 'CLOUDEVENTS' })}
      />
      <TextInput label={label} description={hint} required {...text('target')} />
      <Switch
        label="Enabled"
        checked={values.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
    </CreateDialog>
  );
}
