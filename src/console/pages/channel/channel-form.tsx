import { Button, Fieldset, Group, PasswordInput, Radio, Stack, Switch, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { ProblemNotice } from '../../parts/problem-notice';
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
  const { values, set, dirty, discard } = useDraft(`channel ${channel?.id ?? botId}`, draftOf(channel));
  const create = useChange(CREATE);
  const update = useChange(UPDATE);
  const problem = create.problem ?? update.problem;

  const save = async () => {
    const input = inputOf(values);
    if (!channel) return (await create.run({ input: { botId, ...input } }))?.createWebhookChannel;
    const moved = values.isDefault && !channel.isDefault ? { isDefault: true } : {};
    return (await update.run({ input: { id: channel.id, ...input, ...moved } }))?.updateWebhookChannel;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await save();
    if (!saved) return;
    const signingSecret = saved.signingSecret ?? null;
    savedNotices.set(saved.channel.id, { message: saved.message, signingSecret });
    discard();
    onSaved(saved.channel.id);
  };

  return (
    <form onSubmit={(event) => void submit(event)} aria-label="Configuration">
      <Fieldset variant="unstyled" disabled={!mayBuild}>
        <Stack maw={640}>
          <TextInput
            label="Name"
            description="Tells this channel from others in overrides, filters and publishing"
            required
            value={values.name}
            error={faultOf(problem, 'name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
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
                value={values.postUrl}
                error={faultOf(problem, 'postUrl')}
                onChange={(event) => set({ postUrl: event.currentTarget.value })}
              />
              <PasswordInput
                label="Access token"
                description="Sent to the POST URL as Authorization: Bearer"
                autoComplete="off"
                placeholder={channel?.hasAccessToken ? 'Leave empty to keep the saved one' : ''}
                value={values.accessToken}
                error={faultOf(problem, 'accessToken')}
                onChange={(event) => set({ accessToken: event.currentTarget.value })}
              />
            </>
          )}
          <Switch
            label="Enable polling for version 2"
            description="A slow reply comes in parts, with a poll id for the rest"
            checked={values.enablePolling}
            onChange={(event) => set({ enablePolling: event.currentTarget.checked })}
          />
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
          <ProblemNotice problem={problem} />
          {mayBuild && (
            <Group>
              <Button type="submit" loading={create.running || update.running}>
                Save
              </Button>
              {dirty && (
                <Button variant="default" onClick={discard}>
                  Discard changes
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}
