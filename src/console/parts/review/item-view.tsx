import { Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { isTemplate, type Template } from '../messages-in';
import { StateBadge } from '../state-badge';
import { TemplatePreview } from '../template-preview';
import { DiffTable } from './diff-table';
import { ItemComments } from './item-comments';
import { CHANGES, nameOf, placeOf, problemsOf, shownValue } from './item-words';
import { ProblemList } from './problem-list';
import type { Commenting, Item, Problem } from './review-query';

type Content = Item['before'][number];

interface ItemViewProps {
  item: Item;
  problems: readonly Problem[];
  commenting: Commenting | null;
  heads: [string, string];
}

/** One thing that changes: its texts beside each other, its templates as users see them, what is wrong, what was said. */
export function ItemView({ item, problems, commenting, heads }: ItemViewProps) {
  const [line, setLine] = useState<number | null>(null);
  const { before, after, otherwise } = item;
  const place = placeOf(item);
  const name = nameOf(item);
  const variants = Math.max(before.length, after.length);
  return (
    <Paper
      withBorder
      p="sm"
      role="group"
      aria-label={[`${CHANGES[item.change].text}: ${name}`, place].filter(Boolean).join(', ')}
    >
      <Stack gap="xs">
        <Group gap="xs">
          <StateBadge label={CHANGES[item.change]} />
          <Title order={4} size="h6" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          {place && (
            <Text size="sm" c="dimmed">
              {place}
            </Text>
          )}
        </Group>
        <ProblemList problems={problemsOf(item, problems)} />
        {otherwise.length > 0 && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {item.change === 'ADDED' ? 'Until now it says what others say: ' : 'It says again what others say: '}
            <q>{otherwise.map(({ value }) => value).join(' / ')}</q>
          </Text>
        )}
        {variants === 0 && <Text size="sm">What is inside is shown to those who may export the bot.</Text>}
        {Array.from({ length: variants }, (_, at) => (
          <Variant
            // biome-ignore lint/suspicious/noArrayIndexKey: a variant is its place
            key={at}
            label={variants > 1 ? `${name}, variant ${at + 1}` : name}
            title={variants > 1 ? `Variant ${at + 1}` : null}
            before={inWords(item, before[at])}
            after={inWords(item, after[at])}
            heads={heads}
            onLine={commenting?.mayComment ? setLine : undefined}
          />
        ))}
        {commenting && (
          <ItemComments
            {...commenting}
            anchor={item.anchor}
            about={name}
            line={line}
            onLineDone={() => setLine(null)}
          />
        )}
      </Stack>
    </Paper>
  );
}

interface VariantProps {
  label: string;
  title: string | null;
  before: Content | undefined;
  after: Content | undefined;
  heads: [string, string];
  onLine: ((line: number) => void) | undefined;
}

function Variant({ label, title, before, after, heads, onLine }: VariantProps) {
  const templates = [templateOf(before), templateOf(after)] as const;
  const types = [before, after].map((content) => content?.type).filter((type) => type !== undefined);
  const isCode = types.some((type) => type !== 'TEXT');
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {title && (
          <Text size="xs" fw={600}>
            {title}
          </Text>
        )}
        {isCode && <Badge variant="default">{[...new Set(types)].join(' → ').toLowerCase()}</Badge>}
      </Group>
      {templates.some(Boolean) && (
        <SimpleGrid cols={2}>
          {templates.map((template, at) => (
            <Drawn key={heads[at]} head={heads[at] ?? ''}>
              {template ? <TemplatePreview template={template} /> : <Text size="sm">–</Text>}
            </Drawn>
          ))}
        </SimpleGrid>
      )}
      <DiffTable
        label={label}
        before={readable(before)}
        after={readable(after)}
        heads={heads}
        code={isCode}
        onLine={onLine}
      />
    </Stack>
  );
}

const inWords = (item: Item, content: Content | undefined) =>
  content && { ...content, value: shownValue(item, content.value) };

const Drawn = ({ head, children }: { head: string; children: ReactNode }) => (
  <Stack gap={4}>
    <Text size="xs" fw={600}>
      {head}, as users see it
    </Text>
    {children}
  </Stack>
);

function templateOf(content: Content | undefined): Template | null {
  if (content?.type !== 'TEMPLATE') return null;
  const value = parsed(content.value);
  return isTemplate(value) ? value : null;
}

/** A template in lines, whatever its writer made of it. */
function readable(content: Content | undefined): string {
  if (content?.type !== 'TEMPLATE') return content?.value ?? '';
  const value = parsed(content.value);
  return value === undefined ? content.value : JSON.stringify(value, null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
