import { graphql } from '../../api/.generated/gql';
import type { BotVariablesQuery } from '../../api/.generated/graphql';

export const VARIABLES = graphql(`
  query BotVariables($id: ID!) {
    bot(id: $id) {
      id
      variables {
        key
        secured
        filled
        value
        waiting
        servingValue
        secretMark
      }
    }
  }
`);

export const SET = graphql(`
  mutation SetBotVariable(
    $botId: ID!
    $key: String!
    $value: String!
    $secured: Boolean
    $expectedValue: String
    $expectedMark: String
  ) {
    setBotVariable(
      botId: $botId
      key: $key
      value: $value
      secured: $secured
      expectedValue: $expectedValue
      expectedMark: $expectedMark
    ) {
      key
      waiting
    }
  }
`);

export type Variable = NonNullable<BotVariablesQuery['bot']>['variables'][number];

/** A variable as its reader sees it, to be sent along with a change. */
export const asSeen = (variable: Pick<Variable, 'value' | 'secretMark'> | undefined) => ({
  expectedValue: variable?.value ?? '',
  expectedMark: variable?.secretMark ?? '',
});

/** What became of variables that were saved. */
export const outcomeOf = (keys: readonly string[], waiting: boolean): string => {
  const [names, one] = [keys.join(', '), keys.length === 1];
  return waiting
    ? `${names} ${one ? 'waits' : 'wait'}: publish the bot to put ${one ? 'it' : 'them'} before an admin.`
    : `${names} ${one ? 'has its value' : 'have their values'}, from now on.`;
};
