import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { FormEvent } from 'react';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useDraft } from '../../api/use-draft';
import { ConflictChoice } from '../../parts/conflict/conflict-choice';
import { ProblemNotice } from '../../parts/problem-notice';
import { ProblemList } from '../../parts/review/problem-list';
import { told } from '../../parts/told';
import { ContentEditor } from './content-editor';
import type { ContentDraft } from './content-types';
import { ContentsView } from './contents-view';
import { CHECK, type EditedOverride, REMOVE, SET, targetOf } from './override';

/** Between the last key and the check of what was written. */
const PAUSE_MS = 400;

/** All-channels text and this channel's beside each other. */
export function OverrideForm({ bot, scope, message, own, onDone }: EditedOverride & { onDone(): void }) {
  const { key, language } = message;
  const bare = (all: readonly ContentDraft[]) => all.map(({ type, value }): ContentDraft => ({ type, value }));
  const start = bare((own ?? message).contents);
  const draft = useDraft(`override ${bot.id} ${key} ${scope.id} ${language}`, {
    contents: start.length > 0 ? start : [{ type: 'TEXT' as const, value: '' }],
    base: bare(own?.contents ?? []), // what the override was when its change began
  });
  const { contents, base } = draft.values;
  const write = (next: ContentDraft[], seen = base) => draft.set({ contents: next, base: seen });
  const text = JSON.stringify(contents);
  const [written] = useDebouncedValue(text, PAUSE_MS);
  const checked = useData(CHECK, { botId: bot.id, contents: JSON.parse(written) });
  const problems = written === text ? (checked.data?.bot?.checkContents ?? []) : [];
  const set = useChange(SET);
  const remove = useChange(REMOVE);
  const finish = (message: string) => {
    draft.discard();
    told(message);
    onDone();
  };
  const save = async (expected = base) => {
    const input = { botId: bot.id, messageKey: key, ...targetOf(scope), language, contents, expected };
    if (await set.run({ input })) finish('The override was saved. It acts with the next publish.');
  };
  const revert = async () => {
    const done = await remove.run({ botId: bot.id, key, ...targetOf(scope), language, expected: base });
    if (done) finish('The override was removed. That acts with the next publish.');
  };
  const conflict = set.problem?.conflict ?? remove.problem?.conflict;
  const theirs = bare((conflict?.changed[0]?.current ?? []) as ContentDraft[]); // contents, as they are asked for
  const settle = (next: ContentDraft[]) => {
    write(next, theirs);
    set.clear();
    remove.clear();
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
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
              // biome-ignore lint/suspicious/noArrayIndexKey: a content is its place
              <Stack key={at} gap="xs">
                <ContentEditor
                  content={content}
                  onChange={(changed) => write(contents.with(at, changed))}
                  {...(contents.length > 1 ? { onRemove: () => write(contents.toSpliced(at, 1)) } : {})}
                />
                <ProblemList problems={problems.filter(({ variant }) => variant === at)} />
              </Stack>
            ))}
            <Group>
              <Button
                size="xs"
                variant="default"
                leftSection={<PlusIcon width={14} aria-hidden />}
                onClick={() => write([...contents, { type: 'TEXT', value: '' }])}
              >
                Add a variant
              </Button>
              {contents.length > 1 && <Text size="sm">One of them is said, at random.</Text>}
            </Group>
          </Stack>
        </SimpleGrid>
        {conflict ? (
          <ConflictChoice
            conflict={conflict}
            nameOf={() => message.name}
            mineOf={() => contents}
            onMine={() => void save(theirs)}
            onTheirs={() => settle(theirs.length > 0 ? theirs : bare(message.contents))}
            onEdit={() => settle(contents)}
          />
        ) : (
          <ProblemNotice problem={set.problem ?? remove.problem} />
        )}
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
