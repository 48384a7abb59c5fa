import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { counted } from '../../parts/callback-words';
import { idTail } from '../../parts/id-tail';
import { ProblemList } from '../../parts/review/problem-list';
import { hasErrors, type PickedBot, usePublishPicked, waitingRequests } from './use-publish-picked';

const FOUR_EYES = graphql(`
  query PublishPickedAccount {
    accountSettings {
      fourEyes
    }
  }
`);

/** Publishes what is picked: what is wrong with each is named before, what became of each after. */
export function PublishPicked({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const may = useMayInAccount();
  const [open, setOpen] = useState(false);
  const [comment, setComment] = useState('');
  const [despiteErrors, setDespiteErrors] = useState(false);
  const { bots, running, load, run } = usePublishPicked();
  const account = useData(FOUR_EYES, {}, { pause: !open });
  const decidesAlone = may('approval.approve') && account.data?.accountSettings.fourEyes === false;
  const isKnown = bots.every(({ bot }) => bot !== undefined);
  const isOver = bots.length > 0 && bots.every(({ result }) => result?.done);
  const close = () => {
    setOpen(false);
    if (bots.some(({ result }) => result?.done)) onDone();
  };
  const submit = (approve: boolean) => void run({ comment: comment.trim(), approve, despiteErrors });
  return (
    <>
      <Button
        variant="default"
        disabled={ids.length === 0}
        onClick={() => {
          setOpen(true);
          void load(ids);
        }}
      >
        Publish {ids.length} picked
      </Button>
      <Modal
        opened={open}
        onClose={close}
        size="lg"
        title={`Publish ${counted(bots.length, 'bot', 'bots')}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit(false);
          }}
        >
          <Stack>
            <Text size="sm">Each is published as it is saved now, on all of its enabled channels.</Text>
            <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Bots to publish">
              {bots.map((one) => (
                <PickedRow key={one.id} {...one} />
              ))}
            </Stack>
            {bots.some(hasErrors) && !isOver && (
              <Checkbox
                label="Publish bots with errors, too"
                description="Users will get something else than was written there."
                checked={despiteErrors}
                onChange={(event) => setDespiteErrors(event.currentTarget.checked)}
              />
            )}
            {!isOver && (
              <Textarea
                label="Comment"
                description="What is new; it goes with each of them."
                autosize
                minRows={2}
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
              />
            )}
            {!isOver && decidesAlone && bots.some((one) => waitingRequests(one).length > 0) && (
              <Text size="sm" c="dimmed">
                Publish and approve also approves what waits of their channels.
              </Text>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Close
              </Button>
              {!isOver && (
                <Button type="submit" loading={running} disabled={!isKnown}>
                  Publish
                </Button>
              )}
              {!isOver && decidesAlone && (
                <Button variant="default" loading={running} disabled={!isKnown} onClick={() => submit(true)}>
                  Publish and approve
                </Button>
              )}
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function PickedRow({ id, bot, result }: PickedBot) {
  const enabled = bot?.channels.filter((channel) => channel.enabled).length ?? 0;
  return (
    <Stack component="li" gap={2}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {bot?.name ?? (bot === null ? 'It is gone' : '…')}
        </Text>
        <Text size="xs" c="dimmed">
          {idTail(id)}
          {bot && ` · ${counted(enabled, 'channel', 'channels')}`}
        </Text>
      </Group>
      <Text size="sm" role="status" {...(result && !result.done && { c: 'var(--mantine-color-error)' })}>
        {result?.text}
      </Text>
      {!result?.done && bot && <ProblemList problems={bot.problems} named />}
    </Stack>
  );
}
