import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import type { JwtAlgorithm } from '../api/.generated/graphql';
import { appSecrets } from '../api/app-secrets';
import { faultOf } from '../api/problem';
import { useChange } from '../api/use-change';
import { ProblemNotice } from './problem-notice';

const CREATE = graphql(`
  mutation CreateApp($input: CreateAppInput!) {
    createApp(input: $input) {
      clientSecret
      app {
        clientId
        name
      }
    }
  }
`);

const ALGORITHMS: JwtAlgorithm[] = ['HS256', 'HS512'];
const BLANK = { name: '', algorithm: 'HS256' as JwtAlgorithm, requireJti: false };

interface CreateAppProps {
  opened: boolean;
  onClose(): void;
  onCreated(clientId: string, secret: string): void;
}

export function CreateApp({ opened, onClose, onCreated }: CreateAppProps) {
  const [draft, setDraft] = useState(BLANK);
  const { run, running, problem } = useChange(CREATE);
  const create = async () => {
    const done = await run({ input: draft });
    if (!done) return;
    const { app, clientSecret } = done.createApp;
    appSecrets.set(app.clientId, clientSecret);
    setDraft(BLANK);
    onCreated(app.clientId, clientSecret);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="New app" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation(); // it may stand within the form of a channel
          void create();
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="Of the system that will call"
            required
            data-autofocus
            value={draft.name}
            error={faultOf(problem, 'name')}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
          <Select
            label="Signing algorithm"
            data={ALGORITHMS}
            allowDeselect={false}
            value={draft.algorithm}
            onChange={(value) => setDraft({ ...draft, algorithm: value ?? 'HS256' })}
          />
          <Checkbox
            label="Enforce jti"
            description="Each token works once and expires within the hour"
            checked={draft.requireJti}
            onChange={(event) => setDraft({ ...draft, requireJti: event.currentTarget.checked })}
          />
          <ProblemNotice problem={problem} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={running}>
              Create app
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
