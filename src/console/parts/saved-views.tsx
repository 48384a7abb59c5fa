import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { graphql } from '../api/.generated/gql';
import { useChange } from '../api/use-change';
import { useData } from '../api/use-data';
import { ProblemNotice } from './problem-notice';
import { told } from './told';

const VIEWS = graphql(`
  query SavedViews($page: String!) {
    savedViews(page: $page) {
      id
      name
      address
    }
  }
`);

const SAVE = graphql(`
  mutation SaveView($page: String!, $name: String!, $address: String!) {
    saveView(page: $page, name: $name, address: $address) {
      id
    }
  }
`);

const REMOVE = graphql(`
  mutation DeleteSavedView($id: ID!) {
    deleteSavedView(id: $id)
  }
`);

interface SavedViewsProps {
  /** The list, as the API names it. */
  page: string;
  /** Another view has been chosen: what was typed in the filter and not asked for is of the one before. */
  onChoose?(): void;
}

/** Filters and orders of a list that one has kept under a name. */
export function SavedViews({ page, onChoose }: SavedViewsProps) {
  const [location, navigate] = useLocation();
  const [params] = useSearchParams();
  const { data, refresh } = useData(VIEWS, { page });
  const save = useChange(SAVE);
  const remove = useChange(REMOVE);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const views = data?.savedViews ?? [];
  const current = views.find(({ address }) => address === params.toString());
  const keep = async () => {
    if (!(await save.run({ page, name, address: params.toString() }))) return;
    told(`The view “${name}” was kept.`);
    setOpen(false);
    setName('');
    refresh();
  };
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default">{current ? `View: ${current.name}` : 'Views'}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => {
                navigate(`${location}?${view.address}`);
                onChoose?.();
              }}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setOpen(true)}>Keep this view …</Menu.Item>
          {current && (
            <Menu.Item color="red" onClick={() => void remove.run({ id: current.id }).then(refresh)}>
              Delete “{current.name}”
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title="Keep this view"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void keep();
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              required
              data-autofocus
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <ProblemNotice problem={save.problem} />
            <Group justify="flex-end">
              <Button type="submit" loading={save.running}>
                Keep
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
