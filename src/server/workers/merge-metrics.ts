/**
 * The metrics of several processes as one text in the Prometheus format. Their series differ by the label `worker`, so
 * nothing is added up: what is a sum, a maximum or neither is for whoever reads them to say.
 */
export function mergeMetrics(texts: readonly string[]): string {
  const metrics = new Map<string, { head: string[]; series: string[] }>();
  for (const text of texts) {
    let metric: { head: string[]; series: string[] } | undefined;
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const [, name] = /^# HELP (\S+)/.exec(line) ?? [];
      if (name !== undefined) {
        const known = metrics.get(name);
        metric = known ?? { head: [], series: [] };
        metrics.set(name, metric);
      }
      if (!line.startsWith('#')) metric?.series.push(line);
      else if (metric && !metric.head.includes(line)) metric.head.push(line);
    }
  }
  return [...metrics.values()].map(({ head, series }) => `${[...head, ...series].join('\n')}\n`).join('\n');
}
