import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef } from 'react';
import { faultOf } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { ConflictChoice } from '../../parts/conflict/conflict-choice';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { useBot } from './bot-context';
import { asSeen, outcomeOf, SET, type Variable } from './variables-query';

export interface VariableDraft {
  key: string;
  value: string;
  secured: boolean;
  /** The variable that is changed, as it was when that began; null: whichever has the key. */
  seen: Variable | null;
}

export const BLANK: VariableDraft = { key: '', value: '', secured: false, seen: null };

interface VariableFormProps {
  draft: VariableDraft;
  setDraft(draft: VariableDraft): void;
  variables: readonly Variable[];
  refresh(): void;
}

/** Sets one variable, new or not. */
export function VariableForm({ draft, setDraft, variables, refresh }: VariableFormProps) {
  const bot = useBot();
  const change = useChange(SET);
  const conflict = change.problem?.conflict;
  const value = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (draft.seen) value.current?.focus();
  }, [draft.seen]);
  const submit = async (seen = asSeen(draft.seen ?? variables.find(({ key }) => key === draft.key))) => {
    const { key, value: wanted, secured } = draft;
    const done = await change.run({ botId: bot.id, key, value: wanted, secured, ...seen });
    if (!done) return;
    setDraft(BLANK);
    told(outcomeOf([key], done.setBotVariable.waiting));
  };
  const theirs = conflict?.changed[0];
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Group align="end">
        <TextInput
          label="Key"
          required
          value={draft.key}
          error={faultOf(change.problem, 'key')}
          onChange={(event) => setDraft({ ...draft, key: event.currentTarget.value, seen: null })}
        />
        <TextInput
          label="Value"
          ref={value}
          autoComplete="off"
          type={draft.secured ? 'password' : 'text'}
          value={draft.value}
          onChange={(event) => setDraft({ ...draft, value: event.currentTarget.value })}
        />
        <Checkbox
          label="Secured"
          pb={8}
          checked={draft.secured}
          onChange={(event) => setDraft({ ...draft, secured: event.currentTarget.checked })}
        />
        <Button type="submit" variant="default" loading={change.running}>
          Set variable
        </Button>
      </Group>
      {conflict && theirs ? (
        <ConflictChoice
          conflict={conflict}
          nameOf={() => draft.key}
          mineOf={() => draft.value}
          onMine={() => {
            const current = String(theirs.current ?? '');
            void submit(theirs.secret ? { ...NOTHING, expectedMark: current } : { ...NOTHING, expectedValue: current });
          }}
          onTheirs={() => {
            setDraft(BLANK);
            change.clear();
            refresh();
          }}
          onEdit={() => {
            setDraft({ ...draft, seen: null });
            change.clear();
            refresh();
          }}
        />
      ) : (
        <ProblemNotice problem={change.problem} />
      )}
    </form>
  );
}

const NOTHING = asSeen(undefined);
