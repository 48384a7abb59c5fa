import { Anchor, Stack } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { ChartGrid } from './chart-grid';
import { FigureTable } from './figure-table';
import { BOT_METRICS } from './metrics-query';
import type { Range } from './use-date-range';

/** The charts of all bots together, and the totals of the busiest; each leads to its own. */
export function BotMetrics({ range }: { range: Range }) {
  const { from, to, interval } = range;
  const [params] = useSearchParams();
  const { data, problem, refresh } = useData(BOT_METRICS, { botIds: null, from, to, interval });
  const metrics = data?.botMetrics;
  if (problem && !metrics) return <ProblemNotice problem={problem} onRetry={refresh} />;
  if (!metrics) return <Waiting />;
  const toBot = (id: string) => `/dashboard?${new URLSearchParams([...params, ['bot', id]])}`;
  return (
    <Stack mt="md">
      <ChartGrid metrics={[metrics]} />
      {metrics.bots.length === 0 ? (
        <Nothing title="Nothing happened in this time" />
      ) : (
        <FigureTable
          head="Bot"
          rows={metrics.bots.map(({ bot, total }) => ({
            key: bot.id,
            name: (
              <Anchor component={Link} href={toBot(bot.id)}>
                {bot.name}
              </Anchor>
            ),
            total,
            where: { botId: bot.id },
          }))}
          range={range}
        />
      )}
    </Stack>
  );
}
