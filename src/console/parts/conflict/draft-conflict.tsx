import type { Conflict } from '../../api/problem';
import type { Draft } from '../../api/use-draft';
import { sentence } from '../sentence';
import { ConflictChoice } from './conflict-choice';

interface DraftConflictProps<T extends object> {
  conflict: Conflict;
  draft: Draft<T>;
  /** What the viewer wrote there, where that is not the value of the field. */
  mineOf?: (field: string) => unknown;
  /** The fields of the form behind one of the server, where those are others. */
  fieldsOf?: Readonly<Record<string, readonly string[]>>;
  /** Saves, with what is seen by now. */
  save(seen: Partial<T>): void;
  /** Forgets the conflict. */
  clear(): void;
}

/** The choice where somebody else changed fields of a form meanwhile. */
export function DraftConflict<T extends object>({
  conflict,
  draft,
  mineOf,
  fieldsOf = {},
  save,
  clear,
}: DraftConflictProps<T>) {
  const written = (field: string): unknown => draft.values[field as keyof T]; // the server names fields as the form does
  const fields = conflict.changed.flatMap(({ field }) => [field, ...(fieldsOf[field] ?? [])]);
  const current = Object.fromEntries(
    conflict.changed.map(({ field, current: theirs }) => [
      field,
      theirs ?? (typeof written(field) === 'string' ? '' : null),
    ]),
  ) as Partial<T>; // by the same names
  return (
    <ConflictChoice
      conflict={conflict}
      nameOf={sentence}
      mineOf={mineOf ?? written}
      onMine={() => save(draft.acknowledge(current))}
      onTheirs={() => {
        draft.discard(fields);
        clear();
      }}
      onEdit={() => {
        draft.acknowledge(current);
        clear();
      }}
    />
  );
}
