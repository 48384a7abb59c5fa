import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { AlertFormat, AlertTopic } from '../vocabulary.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { EXPECTED_FIELDS, SECRET_MARKS } from './expected.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import type { AlertSubscriptionInput } from './ports/alerts.js';

const AlertTopicEnum = enumOf<AlertTopic>('AlertTopic', 'What an account can be told of.', {
  DELIVERY_DEAD: 'Messages of a channel were given up.',
  ENDPOINT_FAILING: 'An endpoint has not taken callbacks for a minute.',
  ENDPOINT_RECOVERED: 'Such an endpoint takes callbacks again.',
  BOT_FAILING: 'Messages to a bot end in its failure response.',
  APPROVAL_REQUESTED: 'A request waits for an ADMIN.',
  APPROVAL_DECIDED: 'A request was approved or rejected.',
  SECRET_EXPIRING: 'A certificate, an API token or a replaced secret ends soon.',
  DISK_LOW: 'Messages are refused for lack of disk space.',
  JOB_FINISHED: 'A long job has ended.',
  CANARY_ENDED: 'A canary was promoted or rolled back, by somebody or by its rule.',
  AUDIT_ENTRY: 'Something was written to the audit log; each entry is an alert of its own.',
});

const AlertFormatEnum = enumOf<AlertFormat>('AlertFormat', 'The form in which alerts are sent.', {
  CLOUDEVENTS: 'A signed POST of a CloudEvent.',
  SLACK: 'A message for an incoming webhook of Slack.',
  TEAMS: 'An Adaptive Card for a workflow of Microsoft Teams.',
  EMAIL: 'An e-mail in plain text.',
});

const AlertSubscription = objectOf('AlertSubscription', 'Who is told of what.', {
  id: ID,
  name: String,
  topics: [AlertTopicEnum],
  format: AlertFormatEnum,
  target: described(String, 'A URL, or an e-mail address.'),
  secretMarks: described(GraphQLJSON, SECRET_MARKS),
  enabled: Boolean,
  lastSentAt: nullable(GraphQLDateTime),
  lastError: nullable(String, 'Of the latest attempt, if it failed.'),
});

const AlertSubscriptionPayload = objectOf('AlertSubscriptionPayload', null, {
  subscription: AlertSubscription,
  signingSecret: nullable(String, 'Of CLOUDEVENTS; readable this once.'),
});

const AlertSubscriptionInputType = inputOf('AlertSubscriptionInput', null, {
  name: String,
  topics: [AlertTopicEnum],
  format: AlertFormatEnum,
  target: String,
  enabled: nullable(Boolean),
});

@Resolver()
export class AlertResolver {
  @Query(() => [AlertSubscription], { description: 'Oldest first; for ADMINs.' })
  alertSubscriptions(@Ctx() ctx: Context) {
    return ctx.port('alerts').list(ctx.viewer);
  }

  @Mutation(() => AlertSubscriptionPayload)
  createAlertSubscription(
    @Arg('input', () => AlertSubscriptionInputType) input: AlertSubscriptionInput,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('alerts').create(ctx.viewer, input);
  }

  @Mutation(() => AlertSubscription)
  updateAlertSubscription(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => AlertSubscriptionInputType) input: AlertSubscriptionInput,
    @Arg('expected', () => GraphQLJSON, { nullable: true, description: EXPECTED_FIELDS })
    expected: Record<string, unknown> | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('alerts').update(ctx.viewer, id, { ...input, expected: expected ?? null });
  }

  @Mutation(() => Boolean, { description: 'What waits for it is not sent any more.' })
  async deleteAlertSubscription(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    await ctx.port('alerts').remove(ctx.viewer, id);
    return true;
  }

  @Mutation(() => AlertSubscription, {
    description: 'Sends a test at once and waits up to 10 seconds for what comes of it.',
  })
  testAlertSubscription(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('alerts').test(ctx.viewer, id);
  }
}
