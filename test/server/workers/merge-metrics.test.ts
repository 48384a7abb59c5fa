import { describe, expect, it } from 'vitest';
import { mergeMetrics } from '../../../src/server/workers/merge-metrics.js';

const text = (worker: number, value: number) =>
  `# HELP turns_total Turns ended
# TYPE turns_total counter
turns_total{outcome="answered",worker="${worker}"} ${value}

# HELP seconds How long
# TYPE seconds histogram
seconds_bucket{le="1",worker="${worker}"} ${value}
seconds_count{worker="${worker}"} ${value}
`;

describe('the metrics of several workers', () => {
  it('have the series of each below one description of the metric, also of one that a single worker has', () => {
    expect(mergeMetrics([text(1, 5), text(2, 7), '# HELP extra One\n# TYPE extra gauge\nextra 1\n'])).toBe(
      `# HELP turns_total Turns ended
# TYPE turns_total counter
turns_total{outcome="answered",worker="1"} 5
turns_total{outcome="answered",worker="2"} 7

# HELP seconds How long
# TYPE seconds histogram
seconds_bucket{le="1",worker="1"} 5
seconds_count{worker="1"} 5
seconds_bucket{le="1",worker="2"} 7
seconds_count{worker="2"} 7

# HELP extra One
# TYPE extra gauge
extra 1
`,
    );
  });
});
