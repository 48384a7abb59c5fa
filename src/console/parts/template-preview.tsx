import { Anchor, Badge, Button, Card, Code, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense, useContext } from 'react';
import { Choosing } from './choosing';
import type { Template } from './messages-in';
import { items, linkOf, type Part, rows, text } from './template-parts';

const TemplateChart = lazy(async () => ({ default: (await import('./template-chart')).TemplateChart }));

/** How a client may draw a template: its texts, its choices, its table or chart. */
export function TemplatePreview({ template }: { template: Template }) {
  const { payload } = template;
  const kind = text(payload.template_type) || template.type;
  const heading = text(payload.text) || text(payload.heading) || text(payload.title);
  return (
    <Stack gap="xs" aria-label={`Template ${kind}`} role="group">
      {heading && <Text size="sm">{heading}</Text>}
      <Body kind={kind} payload={payload} />
    </Stack>
  );
}

function Body({ kind, payload }: { kind: string; payload: Record<string, unknown> }) {
  switch (kind) {
    case 'button':
      return <Choices parts={items(payload.buttons)} />;
    case 'quick_replies':
      return <Choices parts={items(payload.quick_replies)} round />;
    case 'list':
      return (
        <Stack gap="xs">
          {items(payload.elements).map((element) => (
            <Element key={JSON.stringify(element)} element={element} />
          ))}
          <Choices parts={items(payload.buttons)} />
        </Stack>
      );
    case 'carousel':
      return (
        <ScrollArea type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, 'aria-label': 'Carousel' }}>
          <Group wrap="nowrap" align="stretch">
            {items(payload.elements).map((element) => (
              <Card key={JSON.stringify(element)} withBorder p="sm" miw={200}>
                <Element element={element} />
              </Card>
            ))}
          </Group>
        </ScrollArea>
      );
    case 'table':
    case 'mini_table':
    case 'custom_table':
      return <TableTemplate payload={payload} />;
    case 'piechart':
    case 'barchart':
    case 'linechart':
      return (
        <Suspense fallback={<Text size="sm">…</Text>}>
          <TemplateChart kind={kind} payload={payload} />
        </Suspense>
      );
    case 'image':
    case 'video':
    case 'audio':
    case 'link':
      return (
        <Anchor size="sm" href={linkOf(payload.url)} rel="noreferrer" target="_blank">
          {text(payload.title) || text(payload.url)}
        </Anchor>
      );
    default:
      return (
        <Stack gap={4}>
          <Badge variant="default">{kind}</Badge>
          <Code block tabIndex={0}>
            {JSON.stringify(payload, null, 2)}
          </Code>
        </Stack>
      );
  }
}

function Choices({ parts, round = false }: { parts: Part[]; round?: boolean }) {
  const choose = useContext(Choosing);
  if (parts.length === 0) return null;
  const look = { size: 'xs', variant: 'default', radius: round ? 'xl' : 'md' } as const;
  return (
    <Group gap={6}>
      {parts.map((part) => {
        const title = text(part.title) || text(part.value);
        const key = JSON.stringify(part);
        if (!choose)
          return (
            <Button key={key} component="span" {...look}>
              {title}
            </Button>
          );
        const isLink = text(part.url) !== '';
        return isLink ? (
          <Button key={key} component="a" href={linkOf(part.url)} rel="noreferrer" target="_blank" {...look}>
            {title}
          </Button>
        ) : (
          <Button key={key} onClick={() => choose(part)} {...look}>
            {title}
          </Button>
        );
      })}
    </Group>
  );
}

function Element({ element }: { element: Part }) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {text(element.title)}
      </Text>
      {text(element.subtitle) && <Text size="xs">{text(element.subtitle)}</Text>}
      <Choices parts={items(element.buttons)} />
    </Stack>
  );
}

function TableTemplate({ payload }: { payload: Record<string, unknown> }) {
  const { head, body } = rows(payload);
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, 'aria-label': 'Table' }}>
      <Table withTableBorder verticalSpacing={4} fz="xs">
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {body.map((cells) => (
            <Table.Tr key={JSON.stringify(cells)}>
              {cells.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                <Table.Td key={at}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
