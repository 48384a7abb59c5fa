import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { TraceStep } from './trace-steps';
import classes from './waterfall.module.css';

interface WaterfallProps {
  steps: TraceStep[];
  /** Milliseconds that the width stands for. */
  totalMs: number;
  /** Where a node of a dialog is drawn. */
  placePath?: (place: NonNullable<TraceStep['place']>) => string;
}

/** What a turn went through, one row a step, with a bar for when and how long. The words say the same as the bars. */
export function Waterfall({ steps, totalMs, placePath }: WaterfallProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const wanted = /^#step-\d+$/.test(location.hash) && list.current?.querySelector<HTMLElement>(location.hash);
    if (wanted) wanted.focus();
  }, []);
  const share = (ms: number): string => `${Math.min(100, (100 * ms) / Math.max(1, totalMs))}%`;
  return (
    <ol ref={list} className={classes.rows} aria-label="What the turn went through">
      {steps.map((step) => (
        <li
          key={step.entry}
          id={placePath && `step-${step.entry}`}
          tabIndex={-1}
          className={classes.row}
          data-failed={step.failed || undefined}
        >
          <Stack gap={2}>
            <Group gap="xs" wrap="nowrap" align="start">
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {step.title}
              </Text>
              {step.failed && (
                <Badge color="red" variant="outline" size="sm" style={{ flexShrink: 0 }}>
                  Failed
                </Badge>
              )}
            </Group>
            {step.lines.map((line) => (
              <Text key={line} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
                {line}
              </Text>
            ))}
            {placePath && step.place && step.kind !== 'edge' && (
              <Anchor
                component={Link}
                href={placePath(step.place)}
                size="sm"
                aria-label={`${step.title}: show in the dialog`}
              >
                Show in the dialog
              </Anchor>
            )}
          </Stack>
          <div className={classes.track} aria-hidden>
            <div className={classes.bar} style={{ left: share(step.start), width: share(step.durationMs ?? 0) }} />
          </div>
          <Text size="xs" c="dimmed" className={classes.time}>
            {timeOf(step)}
          </Text>
        </li>
      ))}
    </ol>
  );
}

const inMs = (ms: number): string => `${Math.round(ms).toLocaleString()} ms`;

const timeOf = ({ start, durationMs }: TraceStep): string =>
  durationMs === null ? `at ${inMs(start)}` : `at ${inMs(start)}, took ${inMs(durationMs)}`;
