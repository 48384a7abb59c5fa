import { Alert, Badge, Button, Group, NavLink, Paper, Stack, Text } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import type { ReliveTurnMutation } from '../../api/.generated/graphql';
import { RelivedSides } from './relived-sides';
import classes from './relived-turn.module.css';

type Relived = ReliveTurnMutation['reliveTurn'];
type Step = Relived['served'][number];

interface RelivedTurnProps {
  turn: Relived;
  /** The version that served is looked at, beside the record; else the candidate, beside the version that served. */
  isServed: boolean;
}

/** A turn that was run again: one step after the other, with what it set, asked and said there. */
export function RelivedTurn({ turn, isServed }: RelivedTurnProps) {
  const { masked, leavesRecordAt, served, candidate } = turn;
  const steps = isServed ? served : candidate;
  const marks = steps.map(({ differs }, index) => (isServed ? index === leavesRecordAt : differs));
  const [at, setAt] = useState(0);
  const step = steps[at];
  if (!step) return <Text size="sm">The turn came to no step.</Text>;
  const last = steps.length - 1;
  const nextMark = marks.indexOf(true, at + 1);
  const go = (to: number) => setAt(Math.min(last, Math.max(0, to)));
  const byKey = (event: KeyboardEvent) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const name = isServed ? 'The version that served' : nameOf(turn);
  return (
    <Stack>
      <Text size="sm">{summaryOf(turn, isServed, marks)}</Text>
      {masked && (
        <Alert color="orange" variant="outline">
          Private texts are masked in the record: it may go another way than it did.
        </Alert>
      )}
      <Group role="group" aria-label="Go through the steps" gap="xs" onKeyDown={byKey}>
        <Go isOver={at === 0} onGo={() => go(at - 1)}>
          Back
        </Go>
        <Go isOver={at === last} onGo={() => go(at + 1)} isFirst>
          Next
        </Go>
        <Go isOver={nextMark === -1} onGo={() => go(nextMark)}>
          Next difference
        </Go>
        <Go isOver={at === last} onGo={() => go(last)}>
          To the end
        </Go>
        <Text size="sm" role="status">
          Step {at + 1} of {steps.length}
        </Text>
      </Group>
      <div className={classes.sides}>
        <ol className={classes.steps} aria-label={`${name}, step by step`}>
          {steps.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps keep their places
            <li key={index}>
              <NavLink
                component="button"
                type="button"
                active={index === at}
                aria-current={index === at ? 'step' : undefined}
                label={titleOf(one)}
                rightSection={marks[index] && <Mark isServed={isServed} />}
                onClick={() => go(index)}
              />
            </li>
          ))}
        </ol>
        <Paper withBorder p="sm" role="region" aria-label={`Step ${at + 1}`}>
          <RelivedSides
            title={titleOf(step)}
            mark={marks[at] ? <Mark isServed={isServed} /> : null}
            name={name}
            step={step}
            other={isServed || !marks[at] || step.other === null ? null : (served[step.other ?? -1] ?? null)}
            isAlone={!isServed && step.other === null}
          />
        </Paper>
      </div>
    </Stack>
  );
}

interface GoProps {
  children: string;
  /** There is nowhere to go; it stays in reach, so that the focus does not fall off. */
  isOver: boolean;
  onGo(): void;
  /** It has the focus to begin with. */
  isFirst?: boolean;
}

const Go = ({ children, isOver, onGo, isFirst = false }: GoProps) => (
  <Button
    size="xs"
    variant="default"
    autoFocus={isFirst}
    data-disabled={isOver || undefined}
    aria-disabled={isOver}
    onClick={() => !isOver && onGo()}
  >
    {children}
  </Button>
);

const Mark = ({ isServed }: { isServed: boolean }) => (
  <Badge variant="default" size="sm" style={{ flexShrink: 0 }}>
    {isServed ? 'Leaves the record' : 'Differs'}
  </Badge>
);

const titleOf = ({ node, type }: Step): string =>
  node === '' ? 'Before the first node' : type === '' ? node : `${node} (${type})`;

const nameOf = ({ candidateVersion }: Relived): string =>
  candidateVersion ? `Version ${candidateVersion.number}` : 'The draft';

function summaryOf(turn: Relived, isServed: boolean, marks: readonly boolean[]): string {
  const nothing = 'Nothing was called, sent or stored.';
  if (isServed) {
    const went = turn.leavesRecordAt === null ? 'It went as it was recorded.' : 'It left what was recorded.';
    return `${went} ${nothing}`;
  }
  const differing = marks.filter((mark) => mark).length;
  const missed = turn.served.filter(({ other }) => other === null).map(({ node }) => node);
  const told = differing === 0 && missed.length === 0 ? 'It goes as with the version that served.' : '';
  const some = differing > 0 ? `${differing} of ${marks.length} steps differ from the version that served.` : '';
  const not = missed.length > 0 ? `It does not come to ${missed.join(', ')}.` : '';
  return [told, some, not, nothing].filter((text) => text !== '').join(' ');
}
