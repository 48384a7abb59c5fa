import { Table, Text, UnstyledButton } from '@mantine/core';
import { Fragment, type KeyboardEvent, useState } from 'react';
import { type DiffRow, diffRows, folded, type Side } from './diff-rows';
import classes from './diff-table.module.css';

interface DiffTableProps {
  /** What is compared, for screen readers. */
  label: string;
  before: string;
  after: string;
  /** The names of the two sides. */
  heads?: [before: string, after: string];
  code?: boolean;
  /** Somebody wants to say something about that line of the text after the change, or before where it is removed. */
  onLine?: ((line: number) => void) | undefined;
}

/** Two texts beside each other. The arrow keys go from line to line where lines can be chosen. */
export function DiffTable({
  label,
  before,
  after,
  heads = ['Serves now', 'Would serve'],
  code,
  onLine,
}: DiffTableProps) {
  const [open, setOpen] = useState<number[]>([]);
  const runs = folded(diffRows(before, after));
  const row = (one: DiffRow, at: number) => (
    <tr key={at}>
      <Cells side={one.before} mark={one.same ? null : 'removed'} onLine={after === '' ? onLine : undefined} />
      <Cells side={one.after} mark={one.same ? null : 'added'} onLine={onLine} />
    </tr>
  );
  return (
    <Table.ScrollContainer minWidth={260} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
      <table aria-label={label} className={`${classes.table} ${code ? classes.code : ''}`} onKeyDown={byArrows}>
        {/* the first row, which decides of the widths, has cells across two columns */}
        <colgroup>
          {heads.map((head) => (
            <Fragment key={head}>
              <col className={classes.number} />
              <col />
            </Fragment>
          ))}
        </colgroup>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} colSpan={2} scope="colgroup">
                <Text size="xs" fw={600} ta="left" px={8}>
                  {head}
                </Text>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map(({ rows, isFolded }, run) =>
            isFolded && !open.includes(run) ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a run is its place
              <tr key={`run ${run}`}>
                <td colSpan={4}>
                  <UnstyledButton px={8} fz="xs" td="underline" onClick={() => setOpen([...open, run])}>
                    Show {rows.length} unchanged {rows.length === 1 ? 'line' : 'lines'}
                  </UnstyledButton>
                </td>
              </tr>
            ) : (
              rows.map((one, at) => row(one, run * 100_000 + at))
            ),
          )}
        </tbody>
      </table>
    </Table.ScrollContainer>
  );
}

interface CellsProps {
  side: Side | null;
  mark: 'removed' | 'added' | null;
  onLine: ((line: number) => void) | undefined;
}

function Cells({ side, mark, onLine }: CellsProps) {
  const tone = mark && side ? classes[mark] : '';
  const Word = mark === 'removed' ? 'del' : 'ins';
  return (
    <>
      <td className={`${classes.number} ${tone}`}>
        {side && onLine ? (
          <UnstyledButton
            className={classes.pick}
            fz="xs"
            td="underline"
            data-line
            aria-label={`Comment on line ${side.line}`}
            onClick={() => onLine(side.line)}
          >
            {side.line}
          </UnstyledButton>
        ) : (
          <Text span size="xs">
            {side?.line}
          </Text>
        )}
      </td>
      <td className={`${classes.line} ${tone}`}>
        {side?.words.map(({ text, marked }, at) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
          marked && mark ? <Word key={at}>{text}</Word> : <span key={at}>{text}</span>,
        )}
      </td>
    </>
  );
}

/** Down and up go to the next and the former line, as Tab does one control at a time. */
function byArrows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const lines = [...event.currentTarget.querySelectorAll('[data-line]')];
  const focused = document.activeElement;
  const at = focused ? lines.indexOf(focused) : -1;
  if (at === -1) return;
  event.preventDefault();
  const next = lines[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next instanceof HTMLElement) next.focus();
}
