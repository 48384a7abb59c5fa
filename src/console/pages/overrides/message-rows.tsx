import { Badge, Table, Text } from '@mantine/core';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { ProblemList } from '../../parts/review/problem-list';
import type { ListPage } from '../../parts/use-pages';
import { ContentsView } from './contents-view';
import { EditOverride } from './edit-override';
import { type BotOfMessages, MESSAGES, overrideFor, problemsIn, type Scope } from './override';

interface MessageRowsProps {
  bot: BotOfMessages;
  scope: Scope;
  search: string | null;
  overriddenOnly: boolean;
  page: ListPage;
}

export function MessageRows({ bot, scope, search, overriddenOnly, page }: MessageRowsProps) {
  const messages = useData(MESSAGES, { botId: bot.id, search, overriddenOnly, after: page.after });
  return (
    <PageRows
      of={messages}
      connection={messages.data?.bot?.messages}
      columns={4}
      page={page}
      empty={
        <Nothing title="No messages">
          A bot with dialogs has them once it is imported; an engine elsewhere names its messages by key.
        </Nothing>
      }
      row={(message) => {
        const own = overrideFor(message, scope);
        return (
          <Table.Tr key={message.key}>
            <Table.Td maw={220}>
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {message.name}
              </Text>
              <Badge variant="default">{message.kind.replaceAll('_', ' ')}</Badge>
              <ProblemList problems={problemsIn(message, scope)} />
            </Table.Td>
            <Table.Td maw={320}>
              <ContentsView contents={message.contents} />
            </Table.Td>
            <Table.Td maw={320}>
              {own ? <ContentsView contents={own.contents} /> : <Text c="dimmed">As all channels</Text>}
            </Table.Td>
            <Table.Td>
              <EditOverride bot={bot} scope={scope} message={message} own={own} />
            </Table.Td>
          </Table.Tr>
        );
      }}
    />
  );
}
