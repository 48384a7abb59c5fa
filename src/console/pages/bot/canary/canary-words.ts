import type { CanaryFinding, CanaryMetric, CanaryState } from '../../../api/.generated/graphql';
import type { Label } from '../../../parts/words';
import type { CanaryDetails } from './canary-query';

export const CANARY_STATES: Record<CanaryState, Label> = {
  RUNNING: { text: 'Serves a share', color: 'blue' },
  PROMOTED: { text: 'Promoted', color: 'green' },
  ROLLED_BACK: { text: 'Rolled back', color: 'red' },
};

const METRICS: Record<CanaryMetric, string> = {
  FAILED: 'Failures',
  UNIDENTIFIED: 'What was not understood',
  SLOW: 'Slowness',
};

const FINDINGS: Record<CanaryFinding, string> = {
  WORSE: 'shown to be worse',
  NO_WORSE: 'shown to be no worse',
  OPEN: 'nothing is shown yet',
};

/** "12.5 %" */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

const number = (value: number): string => (value >= 1000 ? 'over 1,000' : String(Number(value.toPrecision(2))));

/** What the evidence on one metric comes to. */
export function inWords({ metric, finding, ...of }: CanaryDetails['evidence']['metrics'][number]): string {
  const worse = `evidence of harm ${number(of.worse)} of ${number(of.worseAt)}`;
  const noWorse = `of no harm ${number(of.noWorse)} of ${number(of.noWorseAt)}`;
  return `${METRICS[metric]}: ${FINDINGS[finding]} (${worse}, ${noWorse}).`;
}

/** What ends it without anybody. */
export function ruleInWords({ rollBack, promote, minConversations, minHours }: CanaryDetails['rule']): string {
  const back = rollBack ? 'It is rolled back as soon as it is shown to be worse.' : 'Nothing rolls it back by itself.';
  const on = promote
    ? `It is promoted once it is shown to be no worse, after ${minHours} hours and ${minConversations} conversations at the earliest.`
    : 'Somebody has to promote it.';
  return `${back} ${on}`;
}
