import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { FormEvent } from 'react';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { ContentEditor } from './content-editor';
import type { ContentDraft } from './content-types';
import { ContentsView } from './contents-view';
import { type EditedOverride, REMOVE, SET, targetOf } from './override';

/** All-channels text and this channel's beside each other. */
export function OverrideForm({ bot, scope, message, own, onDone }: EditedOverride & { onDone(): void }) {
  const { key, language } = message;
  const start = (own ?? message).contents.map(({ type, value }): ContentDraft => ({ type, value }));
  const draft = useDraft(`override ${bot.id} ${key} ${scope.id} ${language}`, {
    contents: start.length > 0 ? start : [{ type: 'TEXT' as const, value: '' }],
  });
  const { contents } = draft.values;
  const set = useChange(SET);
  const remove = useChange(REMOVE);
  const finish = (message: string) => {
    draft.discard();
    told(message);
    onDone();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const input = { botId: bot.id, messageKey: key, ...targetOf(scope), language, contents };
    if (await set.run({ input })) finish('The override was saved. It acts with the next publish.');
  };
  const revert = async () => {
    const done = await remove.run({ botId: bot.id, key, ...targetOf(scope), language });
    if (done) finish('The override was removed. That acts with the next publish.');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Stack gap="xs">
            <Title order={3} size="h6">
              All channels ({language})
            </Title>
            <ContentsView contents={message.contents} whole />
          </Stack>
          <Stack gap="xs">
            <Title order={3} size="h6">
              {scope.name}
            </Title>
            {contents.map((content, at) => (
              <ContentEditor
                // biome-ignore lint/suspicious/noArrayIndexKey: a content is its place
                key={at}
                content={content}
                onChange={(changed) => draft.set({ contents: contents.with(at, changed) })}
                {...(contents.length > 1 ? { onRemove: () => draft.set({ contents: contents.toSpliced(at, 1) }) } : {})}
              />
            ))}
            <Group>
              <Button
                size="xs"
                variant="default"
                leftSection={<PlusIcon width={14} aria-hidden />}
                onClick={() => draft.set({ contents: [...contents, { type: 'TEXT', value: '' }] })}
              >
                Add a variant
              </Button>
              {contents.length > 1 && <Text size="sm">One of them is said, at random.</Text>}
            </Group>
          </Stack>
        </SimpleGrid>
        <ProblemNotice problem={set.problem ?? remove.problem} />
        <Group justify="flex-end">
          {own && (
            <Button variant="default" loading={remove.running} onClick={() => void revert()}>
              Remove override
            </Button>
          )}
          <Button type="submit" loading={set.running}>
            Save override
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
