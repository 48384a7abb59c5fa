import { Alert, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ImportMode } from '../../api/.generated/graphql';
import { ImportForm } from './import-form';
import { ImportReport, type Report } from './import-report';
import { StartWithSample } from './start-with-sample';

interface ImportBotProps {
  opened: boolean;
  onClose(): void;
  /** Files that were dropped on the page. */
  dropped?: readonly File[];
  /** Imports into this bot instead of a new one. */
  into?: { id: string; name: string };
}

const NOTHING: readonly File[] = [];

/** From the dropped file to the report on what became of it. */
export function ImportBot({ opened, onClose, dropped = NOTHING, into }: ImportBotProps) {
  const [report, setReport] = useState<Report | null>(null);
  const [step, setStep] = useState<string | null>(null);
  const modes: ImportMode[] = into ? ['INCREMENTAL', 'FULL'] : ['NEW'];
  const close = () => {
    setReport(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={into ? `Import into “${into.name}”` : 'Import a bot'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        {step !== null && (
          <Alert role="status" variant="outline" color="gray">
            <Group gap="sm">
              <Loader size="sm" aria-hidden />
              <Text size="sm">{step}</Text>
            </Group>
          </Alert>
        )}
        {report ? (
          <ImportReport report={report} onLeave={close} />
        ) : (
          <ImportForm modes={modes} botId={into?.id ?? null} dropped={dropped} onStep={setStep} onReport={setReport}>
            {!into && (
              <Group justify="space-between" align="center">
                <Text size="sm" c="dimmed">
                  No export at hand?
                </Text>
                <StartWithSample onDone={close} />
              </Group>
            )}
          </ImportForm>
        )}
      </Stack>
    </Modal>
  );
}
