// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be drawn in parts; the roles say what they are
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active cell
import { Text } from '@mantine/core';
import { type ClipboardEvent, type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { CellContents } from './cell-contents';
import { CellEditor } from './cell-editor';
import { type Column, type Contents, contentsIn, isPlain, type MatrixMessage } from './columns';
import classes from './matrix.module.css';
import { moved, type Place } from './moved';
import { COLUMN, HEAD, ROW, reveal, useWindow } from './use-window';

interface GridProps {
  columns: Column[];
  messages: readonly MatrixMessage[];
  total: number;
  mayWrite: boolean;
  coverage(column: Column): string;
  need(count: number): void;
  /** Null: there is to be no override. */
  onWrite(message: MatrixMessage, column: Column, contents: Contents | null): void;
  /** What is no plain text is edited apart. */
  onOpen(message: MatrixMessage, column: Column): void;
}

/** Contents on the clipboard, beside their text. */
const CONTENTS = 'application/x-hookswitch-contents';
const SIZES = { '--row': `${ROW}px`, '--column': `${COLUMN}px`, '--head': `${HEAD}px` } as CSSProperties;
const idOf = ({ row, column }: Place) => `cell-${row}-${column}`;

/** Messages by channels and languages, of which only what is seen is drawn. The keyboard moves in it as in a spreadsheet. */
export function Grid({ columns, messages, total, mayWrite, coverage, need, onWrite, onOpen }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const seen = useWindow(box, { rows: total, columns: columns.length });
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<{ start: string } | null>(null);
  const { end } = seen.rows;
  useEffect(() => need(end), [need, end]);

  const message = messages[active.row];
  const column = columns[active.column];
  const isOwn = Boolean(mayWrite && message && column?.scope);
  const go = (place: Place) => {
    setActive(place);
    if (box.current) reveal(box.current, place);
  };

  function edit(typed: string | null) {
    if (!isOwn || !message || !column) return;
    const contents = contentsIn(message, column);
    if (isPlain(contents)) setEditing({ start: typed ?? contents?.[0]?.value ?? '' });
    else onOpen(message, column);
  }

  function finish(text: string | null) {
    setEditing(null);
    box.current?.focus();
    if (text === null || !message || !column) return;
    const before = contentsIn(message, column)?.[0]?.value ?? '';
    if (text === before) return;
    onWrite(message, column, text.trim() === '' ? null : [{ type: 'TEXT', value: text }]);
  }

  function onKeyDown(event: KeyboardEvent) {
    const place = moved(active, event, { rows: total, columns: columns.length });
    if (place) go(place);
    else if (event.key === 'Enter' && event.ctrlKey && isOwn && message && column) onOpen(message, column);
    else if (event.key === 'Enter' || event.key === 'F2') edit(null);
    else if (event.key === 'Delete' && isOwn && message && column && contentsIn(message, column))
      onWrite(message, column, null);
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey && isOwn)
      edit(event.key);
    else return;
    event.preventDefault();
  }

  function onCopy(event: ClipboardEvent) {
    const contents = message && column ? contentsIn(message, column) : null;
    if (!contents) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', contents.map(({ value }) => value).join('\n'));
    event.clipboardData.setData(CONTENTS, JSON.stringify(contents));
  }

  function onPaste(event: ClipboardEvent) {
    if (!isOwn || !message || !column) return;
    event.preventDefault();
    const whole = event.clipboardData.getData(CONTENTS);
    const text = event.clipboardData.getData('text/plain');
    const contents: Contents = whole ? JSON.parse(whole) : [{ type: 'TEXT', value: text }];
    if (text.trim() !== '')
      onWrite(
        message,
        column,
        contents.map(({ type, value }) => ({ type, value })),
      );
  }

  const shown = columns.slice(seen.columns.first, seen.columns.end);
  const gap = <div style={{ flex: `0 0 ${seen.columns.first * COLUMN}px` }} />;
  const width = (columns.length + 1) * COLUMN;
  const rows = Array.from({ length: seen.rows.end - seen.rows.first }, (_, index) => seen.rows.first + index);
  return (
    <div
      ref={box}
      className={classes.box}
      style={SIZES}
      role="grid"
      aria-label="Messages by channels and languages"
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={message ? idOf(active) : undefined}
      aria-readonly={!mayWrite}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
      onPaste={onPaste}
    >
      <div role="rowgroup">
        <div role="row" className={classes.head} style={{ width }} aria-rowindex={1}>
          <div role="columnheader" className={classes.first} aria-colindex={1}>
            Message
          </div>
          {gap}
          {shown.map((one, index) => (
            <div
              key={one.id}
              role="columnheader"
              className={classes.title}
              aria-colindex={seen.columns.first + index + 2}
            >
              {one.label}
              <Text size="xs" c="dimmed">
                {one.language}
                {one.scope && `, ${coverage(one)}`}
              </Text>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.body} style={{ height: total * ROW, width }}>
        {rows.map((row) => {
          const one = messages[row];
          return (
            <div key={row} role="row" className={classes.row} style={{ top: row * ROW }} aria-rowindex={row + 2}>
              <div role="rowheader" className={classes.first} aria-colindex={1}>
                <span className={classes.clamp}>{one?.name ?? '…'}</span>
              </div>
              {gap}
              {shown.map((of, index) => {
                const place = { row, column: seen.columns.first + index };
                const isActive = active.row === row && active.column === place.column;
                const contents = one ? contentsIn(one, of) : null;
                const isEdited = isActive && editing !== null;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard
                  <div
                    key={of.id}
                    id={idOf(place)}
                    role="gridcell"
                    tabIndex={-1}
                    className={[classes.cell, isActive && classes.active, isEdited && classes.editing]
                      .filter(Boolean)
                      .join(' ')}
                    aria-colindex={place.column + 2}
                    aria-selected={isActive}
                    aria-readonly={of.scope === null || !mayWrite}
                    onClick={() => {
                      if (isEdited) return;
                      go(place);
                      box.current?.focus();
                    }}
                    onDoubleClick={() => edit(null)}
                  >
                    {isEdited ? (
                      <CellEditor
                        label={`${one?.name} for ${of.label} (${of.language})`}
                        start={editing.start}
                        onDone={finish}
                      />
                    ) : one && contents ? (
                      <CellContents message={one} column={of} contents={contents} />
                    ) : (
                      <Text span c="dimmed">
                        –
                      </Text>
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
