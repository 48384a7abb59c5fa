import { Checkbox, Group, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { SignatureScheme } from '../../api/.generated/graphql';
import { faultOf } from '../../api/problem';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { asExpected, useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { DraftConflict } from '../../parts/conflict/draft-conflict';
import { DraftForm } from '../../parts/draft-form';
import { useChannel } from './channel-context';
import { DeliveryAuth } from './delivery-auth';
import { DeliveryCertificates } from './delivery-certificates';
import { draftOf, FIELDS_OF_SECRET, fieldMarks, inputOf, seenSecrets } from './delivery-draft';
import { DeliveryHeaders } from './delivery-headers';
import { type Saved, SavedNotice } from './saved-notice';

const SET = graphql(`
  mutation SetDeliverySettings($channelId: ID!, $settings: DeliverySettingsInput!, $expected: JSON) {
    setDeliverySettings(channelId: $channelId, settings: $settings, expected: $expected) {
      message
      channel {
        id
      }
    }
  }
`);

/** Settings that are numbers, with the range that the server allows. */
const NUMBERS = [
  { name: 'timeoutSeconds', label: 'Time limit in seconds', min: 1, max: 60, description: 'Of one POST, 1 to 60' },
  {
    name: 'retryWindowMinutes',
    label: 'Retry window in minutes',
    min: 1,
    max: 10_080,
    description: 'From the creation of a message, 1 to 10080 (a week); then it is a dead letter',
  },
  {
    name: 'maxConcurrency',
    label: 'POSTs at once',
    min: 1,
    max: 1_000,
    description: "1 to 1000; empty: the server's share",
  },
  {
    name: 'maxPerSecond',
    label: 'POSTs a second',
    min: 0.01,
    max: 10_000,
    decimalScale: 2,
    description: '0.01 to 10000; empty: no limit',
  },
] as const;

/** How the callbacks of a channel are sent. */
export function DeliverySettingsTab() {
  const channel = useChannel();
  const saved = channel.deliverySettings;
  const { mayBuild } = useRights();
  const [notice, setNotice] = useState<Saved | null>(null);
  const draft = useDraft(`delivery settings ${channel.id}`, draftOf(saved), fieldMarks(marksIn(channel)));
  const { values, set, discard } = draft;
  const change = useChange(SET);
  const { problem } = change;

  const submit = async (seen = draft.seen) => {
    const { timeoutSeconds, retryWindowMinutes, maxConcurrency, maxPerSecond, onRejected, signatures } =
      asExpected(seen);
    const plain = { timeoutSeconds, retryWindowMinutes, maxConcurrency, maxPerSecond, onRejected, signatures };
    const expected = { ...plain, ...seenSecrets(seen) };
    const done = await change.run({ channelId: channel.id, settings: inputOf(values, saved), expected });
    if (!done) return;
    setNotice({ message: done.setDeliverySettings.message, signingSecret: null });
    discard();
  };

  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={640}>
        How messages are POSTed to this channel's receiver. Changes need an admin's approval; until then those approved
        serve. Secrets are never shown again.
      </Text>
      <DraftForm
        aria-label="Delivery settings"
        draft={draft}
        change={change}
        mayChange={mayBuild}
        maw={640}
        onSubmit={() => submit()}
        conflict={
          problem?.conflict && (
            <DraftConflict
              conflict={problem.conflict}
              draft={draft}
              fieldsOf={FIELDS_OF_SECRET}
              save={(seen) => void submit(seen)}
              clear={change.clear}
            />
          )
        }
      >
        {NUMBERS.map(({ name, ...field }) => (
          <NumberInput
            key={name}
            {...field}
            clampBehavior="none"
            value={values[name]}
            error={faultOf(problem, `settings.${name}`)}
            onChange={(value) => set({ [name]: value })}
          />
        ))}
        <Radio.Group
          label="When the receiver refuses a message"
          description="By a 4xx other than 408, 410, 425 and 429"
          value={values.onRejected}
          onChange={(value) => set({ onRejected: value === 'RETRY' ? 'RETRY' : 'DEAD_LETTER' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="DEAD_LETTER" label="It is a dead letter at once; the conversation goes on" />
            <Radio value="RETRY" label="It is tried again" />
          </Stack>
        </Radio.Group>
        <DeliveryAuth values={values} saved={saved} set={set} problem={problem} />
        <DeliveryHeaders values={values} saved={saved} set={set} problem={problem} />
        <DeliveryCertificates values={values} saved={saved} set={set} problem={problem} />
        <Checkbox.Group
          label="Signatures"
          description="At least one"
          error={faultOf(problem, 'settings.signatures')}
          value={values.signatures}
          onChange={(signatures) => set({ signatures: signatures as SignatureScheme[] })} // one of the choices below
        >
          <Group mt="xs">
            <Checkbox value="V1" label="v1: with the signing secret" />
            <Checkbox value="V1A" label="v1a: with a key pair; the public key is at /chatbot/keys" />
          </Group>
        </Checkbox.Group>
      </DraftForm>
      {notice && <SavedNotice saved={notice} channel={channel} />}
    </Stack>
  );
}
