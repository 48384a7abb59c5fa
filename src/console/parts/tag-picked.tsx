import { Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import { useChange } from '../api/use-change';
import { useData } from '../api/use-data';
import { ProblemNotice } from './problem-notice';

export const TAGS = graphql(`
  query Tags {
    tags
  }
`);

const TAG_BOTS = graphql(`
  mutation TagBots($input: TagChangeInput!) {
    tagBots(input: $input) {
      id
      tags
    }
  }
`);

const TAG_CHANNELS = graphql(`
  mutation TagChannels($input: TagChangeInput!) {
    tagChannels(input: $input) {
      id
      tags
    }
  }
`);

const TAG_APPS = graphql(`
  mutation TagApps($input: TagChangeInput!) {
    tagApps(input: $input) {
      clientId
      tags
    }
  }
`);

interface TagPickedProps {
  of: 'bots' | 'channels' | 'apps';
  ids: readonly string[];
  onDone(): void;
}

/** Gives tags to what is picked, and takes others away. */
export function TagPicked({ of, ids, onDone }: TagPickedProps) {
  const [open, setOpen] = useState(false);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const bots = useChange(TAG_BOTS);
  const channels = useChange(TAG_CHANNELS);
  const apps = useChange(TAG_APPS);
  const change = { bots, channels, apps }[of];
  const { data } = useData(TAGS, {}, { pause: !open });
  const submit = async () => {
    const input = { ids: [...ids], add, remove };
    if (!(await change.run({ input }))) return;
    setOpen(false);
    setAdd([]);
    setRemove([]);
    onDone();
  };
  return (
    <>
      <Button variant="default" disabled={ids.length === 0} onClick={() => setOpen(true)}>
        Tag {ids.length} picked
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Tags" closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Stack>
            <TagsInput label="Add" data={data?.tags ?? []} value={add} onChange={setAdd} data-autofocus />
            <TagsInput label="Take away" data={data?.tags ?? []} value={remove} onChange={setRemove} />
            <ProblemNotice problem={change.problem} />
            <Group justify="flex-end">
              <Button type="submit" loading={change.running}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
