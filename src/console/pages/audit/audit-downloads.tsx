import { Alert, Button, Group } from '@mantine/core';
import { useState } from 'react';

const FORMATS = [
  { format: 'csv', label: 'Download CSV' },
  { format: 'jsonl', label: 'Download JSON lines' },
] as const;

/** The whole list of the filter as a file. */
export function AuditDownloads({ filter }: { filter: Record<string, string> }) {
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function download(format: string): Promise<void> {
    setBusy(format);
    setProblem(null);
    try {
      const query = new URLSearchParams({ format, ...filter });
      const answer = await fetch(`/audit-log?${query}`, { headers: { 'x-hookswitch-console': '1' } });
      if (answer.ok) save(await answer.blob(), `audit-log.${format}`);
      else setProblem((await answer.json()).errors[0].message);
    } catch {
      setProblem('The server could not be reached. Try again.');
    } finally {
      setBusy(null);
    }
  }

  return (
    <>
      <Group>
        {FORMATS.map(({ format, label }) => (
          <Button key={format} variant="default" loading={busy === format} onClick={() => void download(format)}>
            {label}
          </Button>
        ))}
      </Group>
      {problem && (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
    </>
  );
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
