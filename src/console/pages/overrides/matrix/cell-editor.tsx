import { useRef } from 'react';
import classes from './matrix.module.css';

interface CellEditorProps {
  label: string;
  start: string;
  /** Null: left as it was. */
  onDone(text: string | null): void;
}

/** A text where it stands: Enter keeps it, Shift+Enter begins a line, Escape leaves it as it was. */
export function CellEditor({ label, start, onDone }: CellEditorProps) {
  const done = useRef(false);
  const finish = (text: string | null) => {
    if (done.current) return; // it loses the focus when it goes
    done.current = true;
    onDone(text);
  };
  return (
    <textarea
      // biome-ignore lint/a11y/noAutofocus: somebody has just asked to write here
      autoFocus
      aria-label={label}
      className={classes.editor}
      defaultValue={start}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') finish(null);
        else if (event.key === 'Enter' && !event.shiftKey) {
          event.preventDefault();
          finish(event.currentTarget.value);
        }
      }}
      onCopy={(event) => event.stopPropagation()}
      onPaste={(event) => event.stopPropagation()}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}
