import { Button, Group, Modal, MultiSelect, Select, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../../api/.generated/gql';
import { useChange } from '../../../api/use-change';
import { counted } from '../../../parts/callback-words';
import { ProblemNotice } from '../../../parts/problem-notice';
import { told } from '../../../parts/told';
import { targetOf } from '../override';
import type { Column } from './columns';

const COPY = graphql(`
  mutation CopyOverrides($botId: ID!, $from: OverrideScopeInput!, $to: [OverrideScopeInput!]!, $replace: Boolean) {
    copyMessageOverrides(botId: $botId, from: $from, to: $to, replace: $replace)
  }
`);

interface CopyColumnProps {
  botId: string;
  columns: Column[];
  onDone(): void;
}

/** What one channel says instead, others say too. */
export function CopyColumn({ botId, columns, onDone }: CopyColumnProps) {
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string[]>([]);
  const [replace, setReplace] = useState(false);
  const { run, running, problem } = useChange(COPY);
  const own = columns.filter(({ scope }) => scope !== null);
  const choices = own.map(({ id, label, language }) => ({ value: id, label: `${label} (${language})` }));
  const scopeOf = (id: string | null) => {
    const column = own.find((one) => one.id === id);
    return column?.scope ? [{ ...targetOf(column.scope), language: column.language }] : [];
  };
  const copy = async () => {
    const [source] = scopeOf(from);
    if (!source) return;
    const done = await run({ botId, from: source, to: to.flatMap(scopeOf), replace });
    if (!done) return;
    told(
      `${counted(done.copyMessageOverrides, 'override was', 'overrides were')} copied. They act with the next publish.`,
    );
    setOpen(false);
    onDone();
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Copy a column …
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title="Copy a column"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void copy();
          }}
        >
          <Stack>
            <Select label="From" required data={choices} value={from} onChange={setFrom} />
            <MultiSelect
              label="To"
              required
              data={choices.filter(({ value }) => value !== from)}
              value={to}
              onChange={setTo}
            />
            <Switch
              label="Replace what is there already"
              checked={replace}
              onChange={(event) => setReplace(event.currentTarget.checked)}
            />
            <ProblemNotice problem={problem} />
            <Group justify="flex-end">
              <Button type="submit" loading={running} disabled={from === null || to.length === 0}>
                Copy
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
