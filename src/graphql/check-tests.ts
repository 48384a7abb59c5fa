import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { pageOf } from '../store/database/page.js';
import type { TestOutcome } from '../store/tables/checked-tests.js';
import { VersionCheck } from './checks.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import type { TestResultView, VersionCheckView } from './ports/checks.js';

const TestOutcomeEnum = enumOf<TestOutcome>('TestOutcome', 'How a candidate passes a test.', {
  PASSED: 'It says what is expected.',
  FAILED: 'It says something else, fails, or ends the task otherwise.',
  UNKNOWN: 'It asks the outside what nobody recorded an answer to, or what was masked may have sent it another way.',
});

const TestResult = objectOf('TestResult', 'How a candidate passes a test, or one utterance of a test.', {
  id: ID,
  testId: ID,
  name: described(String, 'The name of the test.'),
  outcome: TestOutcomeEnum,
  step: described(Int, 'The message or utterance that tells, from 0.'),
  node: nullable(String),
  message: nullable(String),
  was: nullable(GraphQLJSON, 'What is expected; null where it passes.'),
  is: nullable(GraphQLJSON, 'What would be; null where it passes.'),
  trace: nullable(GraphQLJSON),
});

const TestResultConnection = connectionOf<TestResultView>('TestResult', () => TestResult);

/** The counts of a check's tests, and the check, which has their results. */
interface CheckedTestsView {
  passed: number;
  failed: number;
  unknown: number;
  check: VersionCheckView;
}

const CheckedTests = objectOf('CheckedTests', 'The tests of the bot, run with the version that is checked.', {
  passed: Int,
  failed: Int,
  unknown: Int,
});

@Resolver(() => VersionCheck)
export class TestsOfCheckResolver {
  @FieldResolver(() => CheckedTests)
  tests(@Root() check: VersionCheckView): CheckedTestsView {
    return { ...check.tests, check };
  }
}

@Resolver(() => CheckedTests)
export class CheckedTestsResolver {
  @FieldResolver(() => TestResultConnection, {
    complexity: 20,
    description: 'Failed ones first. What was said takes the permission conversation.read-content.',
  })
  async results(
    @Root() { check }: CheckedTestsView,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const results = await ctx.port('checks').testResults(ctx.viewer, check);
    return new TestResultConnection(pageOf(results, ({ id }) => id, { first, after }));
  }
}
