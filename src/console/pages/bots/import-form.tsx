import { Radio, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { ImportBotInput, ImportMode } from '../../api/.generated/graphql';
import type { Problem } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { FileDrop } from '../../parts/file-drop';
import { ProblemNotice } from '../../parts/problem-notice';
import { ImportPreview } from './import-preview';
import type { Report } from './import-report';

const IMPORT = graphql(`
  mutation ImportBot($input: ImportBotInput!) {
    importBot(input: $input) {
      applied
      changes {
        action
        kind
        name
      }
      dialogs
      messages
      overrides
      bot {
        id
        name
      }
      channels {
        id
        name
        status
      }
      warnings {
        path
        message
      }
    }
  }
`);

const MODES: Record<ImportMode, string> = {
  NEW: 'As a new bot',
  INCREMENTAL: 'Add, and replace what is in both',
  FULL: 'Replace the whole definition',
};

interface ImportFormProps {
  modes: ImportMode[];
  botId: string | null;
  /** Files that were dropped before the form was there. */
  dropped?: readonly File[];
  /** The step under way, or null. */
  onStep(step: string | null): void;
  onReport(report: Report): void;
  /** What else one can do, until a file is looked at. */
  children?: ReactNode;
}

export function ImportForm({ modes, botId, dropped = [], onStep, onReport, children }: ImportFormProps) {
  const [mode, setMode] = useState<ImportMode>(modes[0] ?? 'NEW');
  const [name, setName] = useState('');
  const [unreadable, setUnreadable] = useState<Problem | null>(null);
  const [planned, setPlanned] = useState<{ input: ImportBotInput; report: Report } | null>(null);
  const { run, running, problem, clear } = useChange(IMPORT);

  const take = async (files: File[]) => {
    if (files.length === 0) return;
    clear();
    setUnreadable(null);
    onStep('Reading the files …');
    try {
      const { readExport } = await import('./read-export');
      const read = await readExport(files);
      onStep('Looking: the server checks every dialog, message and channel …');
      const input = { ...read, mode, botId, name: name.trim() || null };
      const looked = await run({ input: { ...input, dryRun: true } });
      if (looked) setPlanned({ input, report: looked.importBot });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      setUnreadable({ code: 'BAD_FILE', message, field: null });
    }
    onStep(null);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was dropped is taken once
  useEffect(() => void take([...dropped]), [dropped]);

  const doIt = async (input: ImportBotInput) => {
    const done = await run({ input });
    if (done) onReport(done.importBot);
  };

  if (planned) {
    return (
      <Stack>
        <ImportPreview
          report={planned.report}
          importing={running}
          onImport={() => void doIt(planned.input)}
          onLeave={() => {
            clear();
            setPlanned(null);
          }}
        />
        <ProblemNotice problem={problem} />
      </Stack>
    );
  }
  return (
    <Stack>
      {modes.length > 1 ? (
        <Radio.Group
          label="What becomes of what is there"
          value={mode}
          onChange={(value) => setMode(value as ImportMode)}
        >
          <Stack gap="xs" mt="xs">
            {modes.map((one) => (
              <Radio key={one} value={one} label={`${MODES[one]}; webhook channels stay as they are`} />
            ))}
          </Stack>
        </Radio.Group>
      ) : (
        <TextInput
          label="Name"
          description="Empty: the name in the file"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <FileDrop
        label="Drop an export here"
        hint="The zip, or botDefinition.json with config.json. You see what it would do before anything is changed."
        accept=".zip,.json,.csv"
        onFiles={(files) => void take(files)}
      />
      <ProblemNotice problem={unreadable ?? problem} />
      {children}
    </Stack>
  );
}
