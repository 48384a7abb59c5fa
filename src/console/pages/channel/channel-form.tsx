import { Group, PasswordInput, Radio, Stack, Switch, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { asExpected, onlyChanged, useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { DraftConflict } from '../../parts/conflict/draft-conflict';
import { DraftForm } from '../../parts/draft-form';
import { textFields } from '../../parts/text-fields';
import { AppField } from './app-field';
import { draftOf, inputOf } from './channel-draft';
import type { ChannelDetails } from './channel-query';
import { FineSettings } from './fine-settings';
import { savedNotices } from './saved-notice';

const CREATE = graphql(`
  mutation CreateChannel($input: CreateWebhookChannelInput!) {
    createWebhookChannel(input: $input) {
      message
      signingSecret
      channel {
        id
      }
    }
  }
`);

const UPDATE = graphql(`
  mutation UpdateChannel($input: UpdateWebhookChannelInput!) {
    updateWebhookChannel(input: $input) {
      message
      signingSecret
      channel {
        id
      }
    }
  }
`);

interface ChannelFormProps {
  botId: string;
  /** Null: a new one. */
  channel: ChannelDetails | null;
  onSaved(channelId: string): void;
}

/** The fields in the order in which one decides them: name, app, way of integration, enabled. */
export function ChannelForm({ botId, channel, onSaved }: ChannelFormProps) {
  const { mayBuild } = useRights();
  const draft = useDraft(`channel ${channel?.id ?? botId}`, draftOf(channel), {
    accessToken: marksIn(channel).accessToken ?? null,
  });
  const { values, set, discard } = draft;
  const create = useChange(CREATE);
  const update = useChange(UPDATE);
  const problem = create.problem ?? update.problem;
  const text = textFields(draft, problem);

  const save = async (seen: typeof draft.seen) => {
    const input = inputOf(values);
    if (!channel) return (await create.run({ input: { botId, ...input } }))?.createWebhookChannel;
    const moved = values.isDefault && !channel.isDefault ? { isDefault: true } : {};
    const { isDefault: _, ...expected } = asExpected(seen);
    return (await update.run({ input: { id: channel.id, ...onlyChanged(input, draft), ...moved, expected } }))
      ?.updateWebhookChannel;
  };
  const submit = async (seen = draft.seen) => {
    const saved = await save(seen);
    if (!saved) return;
    const signingSecret = saved.signingSecret ?? savedNotices.get(saved.channel.id)?.signingSecret ?? null;
    savedNotices.set(saved.channel.id, { message: saved.message, signingSecret });
    discard();
    onSaved(saved.channel.id);
  };

  return (
    <DraftForm
      aria-label="Configuration"
      draft={draft}
      change={{ running: create.running || update.running, problem }}
      mayChange={mayBuild}
      savesUnchanged={!channel?.rejection} // what was rejected is not asked again by mistake
      maw={640}
      onSubmit={() => submit()}
      conflict={
        problem?.conflict && (
          <DraftConflict
            conflict={problem.conflict}
            draft={draft}
            save={(seen) => void submit(seen)}
            clear={update.clear}
          />
        )
      }
    >
      <TextInput
        label="Name"
        description="Tells this channel from others in overrides, filters and publishing"
        required
        {...text('name')}
      />
      <AppField
        value={values.appClientId}
        error={faultOf(problem, 'appClientId')}
        onChange={(appClientId) => set({ appClientId })}
      />
      <Radio.Group
        label="Integration"
        description="Where the bot's replies go"
        value={values.mode}
        onChange={(mode) => set({ mode: mode === 'ASYNC' ? 'ASYNC' : 'SYNC' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="SYNC" label="Synchronous: in the response, within 15 seconds" />
          <Radio value="ASYNC" label="Asynchronous: each message is POSTed to a URL of yours" />
        </Stack>
      </Radio.Group>
      {values.mode === 'ASYNC' && (
        <>
          <TextInput
            label="POST URL"
            type="url"
            placeholder="https://receiver.example.com/replies"
            description="Required before it can be approved"
            {...text('postUrl')}
          />
          <PasswordInput
            label="Access token"
            description="Sent to the POST URL as Authorization: Bearer"
            autoComplete="off"
            placeholder={channel?.hasAccessToken ? 'Leave empty to keep the saved one' : ''}
            {...text('accessToken')}
          />
        </>
      )}
      {values.mode === 'SYNC' && (
        <Switch
          label="Enable polling for version 2"
          description="A slow reply comes in parts, with a poll id for the rest"
          checked={values.enablePolling}
          onChange={(event) => set({ enablePolling: event.currentTarget.checked })}
        />
      )}
      <Radio.Group
        label="Enable channel"
        value={values.enabled ? 'yes' : 'no'}
        onChange={(value) => set({ enabled: value === 'yes' })}
      >
        <Group mt="xs">
          <Radio value="yes" label="Yes" />
          <Radio value="no" label="No" />
        </Group>
      </Radio.Group>
      <FineSettings channel={channel} values={values} set={set} />
    </DraftForm>
  );
}
