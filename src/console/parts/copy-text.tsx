import { CheckIcon, ClipboardDocumentIcon } from '@heroicons/react/24/outline';
import { Button, CopyButton } from '@mantine/core';

/** `what` says what is copied: "Copy URL". */
export function CopyText({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          onClick={copy}
          leftSection={copied ? <CheckIcon width={14} aria-hidden /> : <ClipboardDocumentIcon width={14} aria-hidden />}
        >
          <span aria-live="polite">{copied ? 'Copied' : `Copy ${what}`}</span>
        </Button>
      )}
    </CopyButton>
  );
}
