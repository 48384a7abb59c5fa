import { Anchor, Group, Paper, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { faultOf, type Problem } from '../../api/problem';
import { useData } from '../../api/use-data';
import { CheckCounts } from '../../parts/check-counts';
import { shortTime } from '../../parts/short-time';
import { useBot } from './bot-context';

const EVIDENCE = graphql(`
  query PublishEvidence($botId: ID!) {
    accountSettings {
      publishCondition {
        maxFailing
        maxDifferent
      }
    }
    versionChecks(botId: $botId, first: 20) {
      edges {
        node {
          id
          status
          turns
          alike
          accepted
          different
          failing
          unknown
          tests {
            passed
            failed
            unknown
          }
          createdAt
          version {
            id
          }
        }
      }
    }
  }
`);

export interface Evidence {
  checkId: string | null;
  checkReason: string;
}

interface PublishEvidenceProps {
  value: Evidence;
  problem: Problem | null;
  onChange(change: Partial<Evidence>): void;
}

/** The check that a publish rests on, and what the account asks of it. */
export function PublishEvidence({ value, problem, onChange }: PublishEvidenceProps) {
  const bot = useBot();
  const { data } = useData(EVIDENCE, { botId: bot.id });
  const condition = data?.accountSettings.publishCondition;
  const checks = (data?.versionChecks.edges ?? []).flatMap(({ node }) =>
    node.status === 'DONE' && !node.version ? [node] : [],
  );
  const chosen = checks.find(({ id }) => id === value.checkId);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h5">
          Check against what happened
        </Title>
        {condition && (
          <Text size="sm">
            The account asks for a check of the draft as it is now: at most {condition.maxFailing} failing turns and{' '}
            {Math.round(condition.maxDifferent * 1000) / 10} % different ones, which does not count accepted
            differences. Or for a written reason.
          </Text>
        )}
        <Group align="end">
          <Select
            label="Check"
            placeholder={checks.length === 0 ? 'The draft is not checked yet' : 'None'}
            clearable
            clearButtonProps={{ 'aria-label': 'No check' }}
            disabled={checks.length === 0}
            miw={260}
            data={checks.map(({ id, createdAt }) => ({ value: id, label: `Of ${shortTime(createdAt)}` }))}
            value={chosen?.id ?? null}
            error={faultOf(problem, 'checkId')}
            onChange={(checkId) => onChange({ checkId })}
          />
          <Anchor component={Link} href={`/bots/${bot.id}/checks`} size="sm" underline="always">
            Check the draft
          </Anchor>
        </Group>
        {chosen && <CheckCounts check={chosen} />}
        {condition && (
          <Textarea
            label="Reason without such a check"
            description="Needed where no check meets what the account asks for; the admin reads it."
            autosize
            minRows={2}
            value={value.checkReason}
            error={faultOf(problem, 'checkReason')}
            onChange={(event) => onChange({ checkReason: event.currentTarget.value })}
          />
        )}
      </Stack>
    </Paper>
  );
}
