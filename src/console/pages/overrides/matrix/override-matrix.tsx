import { Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { graphql } from '../../../api/.generated/gql';
import { useChange } from '../../../api/use-change';
import { useData } from '../../../api/use-data';
import { useRights } from '../../../api/use-viewer';
import { Nothing } from '../../../parts/nothing';
import { ProblemNotice } from '../../../parts/problem-notice';
import { useFieldsInAddress } from '../../../parts/use-fields-in-address';
import { Waiting } from '../../../parts/waiting';
import { useBot } from '../../bot/bot-context';
import { COVERAGE, overriddenBy, scopesOf, targetOf } from '../override';
import {
  type Column,
  type Contents,
  columnsOf,
  contentsIn,
  type MatrixMessage,
  overrideIn,
  withContents,
} from './columns';
import { CopyColumn } from './copy-column';
import { Grid } from './grid';
import { useMatrix } from './use-matrix';

const OverrideForm = lazy(async () => ({ default: (await import('../override-form')).OverrideForm }));

const SET_MANY = graphql(`
  mutation SetOverrides($botId: ID!, $overrides: [OverrideCellInput!]!) {
    setMessageOverrides(botId: $botId, overrides: $overrides)
  }
`);

/** Everything the bot may say, by channels and languages, edited where it stands. */
export function OverrideMatrix() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const { text, set } = useFieldsInAddress(['search', 'missing', 'languages']);
  const { data, refresh } = useData(COVERAGE, { botId: bot.id });
  const scopes = scopesOf(bot.channels);
  const known = data?.bot?.messageLanguages ?? [bot.defaultLanguage];
  const languages = text.languages?.split(',').filter((one) => known.includes(one)) ?? [bot.defaultLanguage];
  const columns = columnsOf(scopes, languages);
  const lacking = scopes.find(({ id }) => id === text.missing);
  const missing = lacking ? { ...targetOf(lacking), language: languages[0] ?? bot.defaultLanguage } : null;
  const matrix = useMatrix(bot.id, { search: text.search ?? null, missing });
  const search = useDebouncedCallback((value: string) => set({ search: value.trim() }, { replace: true }), 250);
  const write = useChange(SET_MANY);
  const [opened, setOpened] = useState<{ message: MatrixMessage; column: Column } | null>(null);

  const onWrite = async (message: MatrixMessage, column: Column, contents: Contents | null) => {
    if (!column.scope) return;
    matrix.replace(withContents(message, column, contents)); // at once; what fails is put back
    const expected = contentsIn(message, column)?.map(({ type, value }) => ({ type, value })) ?? [];
    const cell = { messageKey: message.key, ...targetOf(column.scope), language: column.language, contents, expected };
    if (!(await write.run({ botId: bot.id, overrides: [cell] }))) matrix.replace(message);
    refresh();
  };
  const coverage = ({ scope, language }: Column): string => {
    const overridden = scope && data?.bot ? overriddenBy(data.bot.overrideCoverage, scope, language) : 0;
    return `${overridden} of ${data?.bot?.messages.totalCount ?? 0} overridden`;
  };
  const finish = () => {
    setOpened(null);
    matrix.reload();
    refresh();
  };
  return (
    <Stack>
      <Group align="end">
        <TextInput
          label="Search"
          placeholder="Names and texts"
          miw={240}
          defaultValue={text.search ?? ''}
          onChange={(event) => search(event.currentTarget.value)}
        />
        <Select
          label="Missing in"
          placeholder="Any"
          clearable
          clearButtonProps={{ 'aria-label': 'Missing or not' }}
          data={scopes.map(({ id, name }) => ({ value: id, label: name }))}
          value={text.missing ?? null}
          onChange={(id) => set({ missing: id ?? '' })}
        />
        <MultiSelect
          label="Languages"
          data={known}
          value={languages}
          onChange={(picked) => set({ languages: picked.join(',') })}
        />
        {mayBuild && <CopyColumn botId={bot.id} columns={columnsOf(scopes, known)} onDone={finish} />}
      </Group>
      <Text size="sm" c="dimmed">
        Arrow keys move, Enter edits and keeps, Escape leaves as it was, Delete takes an override away, Ctrl+C and
        Ctrl+V copy and paste, Ctrl+Enter opens the editor for scripts, templates and variants. Changes act with the
        next publish.
      </Text>
      <ProblemNotice problem={write.problem ?? matrix.problem} />
      {matrix.total === null ? (
        <Waiting />
      ) : matrix.total === 0 ? (
        <Nothing title="No messages" />
      ) : (
        <Grid
          columns={columns}
          messages={matrix.messages}
          total={matrix.total}
          mayWrite={mayBuild}
          coverage={coverage}
          need={matrix.need}
          onWrite={(...cell) => void onWrite(...cell)}
          onOpen={(message, column) => setOpened({ message, column })}
        />
      )}
      <Modal
        opened={opened !== null}
        onClose={() => setOpened(null)}
        size="xl"
        title={opened && `${opened.message.name} on ${opened.column.label}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened?.column.scope && (
          <Suspense fallback={<Waiting />}>
            <OverrideForm
              bot={bot}
              scope={opened.column.scope}
              message={{
                ...opened.message,
                language: opened.column.language,
                contents: contentsIn(opened.message, { ...opened.column, scope: null }) ?? [],
              }}
              own={overrideIn(opened.message, opened.column)}
              onDone={finish}
            />
          </Suspense>
        )}
      </Modal>
    </Stack>
  );
}
