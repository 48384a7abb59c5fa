import { createRequire } from 'node:module';
import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  getNamedType,
  getVariableValues,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { ComplexityEstimator, getComplexity as GetComplexity } from 'graphql-query-complexity';
import { pageSize } from '../store/database/page.js';
import type { Context } from './context.js';

// Its ES modules import graphql's .mjs, everybody else gets graphql's CommonJS: two realms, which graphql refuses to mix.
const { getComplexity } = createRequire(import.meta.url)('graphql-query-complexity') as {
  getComplexity: typeof GetComplexity;
};

/** Tokens of a document; beyond: GRAPHQL_PARSE_FAILED. */
export const MAX_TOKENS = 10_000;
/** A page of parents, a page of children and their fields reach six; this leaves room, and stops walking in circles. */
const MAX_DEPTH = 15;
/** Fields of the whole answer, as far as the query tells; a page of 100 with a nested page of 100 of ten fields fits. */
const MAX_COST = 200_000;
const ASSUMED_LIST = 10;

/** Refuses a query that goes too deep or would answer too much, before it runs: GRAPHQL_VALIDATION_FAILED. */
export const limits: ApolloServerPlugin<Context> = {
  async requestDidStart({ schema }) {
    return {
      async didResolveOperation({ document, operation, request }) {
        const depth = depthOf(document);
        if (depth > MAX_DEPTH) throw refused(`The query is ${depth} levels deep, ${MAX_DEPTH} are allowed.`);
        // Variables that do not fit are told by the execution, which then does not take place.
        const variables = getVariableValues(schema, operation?.variableDefinitions ?? [], request.variables ?? {});
        if (variables.errors) return;
        const cost = getComplexity({
          schema,
          query: document,
          variables: request.variables ?? {},
          ...(request.operationName ? { operationName: request.operationName } : {}),
          estimators: [estimate],
        });
        if (cost > MAX_COST) {
          throw refused(`The query may answer ${cost} fields, ${MAX_COST} are allowed. Ask for smaller pages (first).`);
        }
      },
    };
  },
};

/** A field costs itself and its children; a list costs its children as many times as it has items. */
const estimate: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (field.args.some((arg) => arg.name === 'first')) return 1 + childComplexity * sizeOf(args.first);
  const type = isNonNullType(field.type) ? field.type.ofType : field.type;
  const isList = isListType(type) && field.name !== 'edges' && isCompositeType(getNamedType(type));
  return 1 + childComplexity * (isList ? ASSUMED_LIST : 1);
};

/** What is wrong with `first` is told by the list itself. */
const sizeOf = (first: unknown): number =>
  typeof first === 'number' && first > 0 ? pageSize({ first }) : pageSize({});

/** Introspection is as deep as its own queries; it does not count. */
function depthOf(document: DocumentNode): number {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const known = new Map<string, number>();
  const measure = (set: SelectionSetNode | undefined): number =>
    Math.max(
      0,
      ...(set?.selections ?? []).map((selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT) return measure(selection.selectionSet);
        if (selection.kind === Kind.FIELD) {
          return selection.name.value.startsWith('__') ? 0 : 1 + measure(selection.selectionSet);
        }
        const name = selection.name.value;
        const depth = known.get(name) ?? measure(fragments.get(name)?.selectionSet);
        known.set(name, depth);
        return depth;
      }),
    );
  return Math.max(
    0,
    ...document.definitions.map((one) => (one.kind === Kind.OPERATION_DEFINITION ? measure(one.selectionSet) : 0)),
  );
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });
}
