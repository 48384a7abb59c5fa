import { createRequire } from 'node:module';
import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { ComplexityEstimator, getComplexity as GetComplexity } from 'graphql-query-complexity';
import { badInput } from '../errors.js';
import { pageSize } from '../store/database/page.js';
import type { Context } from './context.js';
import { createExpensiveQueries } from './expensive-queries.js';

// Its ES modules import graphql's .mjs, everybody else gets graphql's CommonJS: two realms, which graphql refuses to mix.
const { fieldExtensionsEstimator, getComplexity } = createRequire(import.meta.url)('graphql-query-complexity') as {
  fieldExtensionsEstimator: () => ComplexityEstimator;
  getComplexity: typeof GetComplexity;
};

/** Tokens of a document; beyond: GRAPHQL_PARSE_FAILED. */
export const MAX_TOKENS = 10_000;
/** Fields (an alias is one more), fragments, spreads and operations of a document; beyond: BAD_USER_INPUT. Validation takes time with the square of them. */
const MAX_SELECTIONS = 500;
/** Aliases of a document that reads the schema; beyond: BAD_USER_INPUT. Each may repeat all of the schema, which has no cost of its own. */
const MAX_INTROSPECTION_ALIASES = 10;
/** Levels of a query; beyond: GRAPHQL_VALIDATION_FAILED. A page of parents, a page of children and their fields reach six. */
const MAX_DEPTH = 15;
/** Fields of the whole answer, as far as the query tells; beyond: GRAPHQL_VALIDATION_FAILED. Two nested pages of 100 with ten fields fit. */
const MAX_COST = 200_000;
/** Cost above which a query waits for its turn among the expensive ones. */
const EXPENSIVE = 10_000;
/** Cost of a field of a root type besides its answer: a statement, or a transaction. */
const ROOT_COST: Readonly<Record<string, number>> = { Query: 100, Mutation: 1_000 };
/** Items that a list without `first` is taken to have. */
const ASSUMED_ITEMS = 10;

/** BAD_USER_INPUT when a document has more fields than may be validated. What else is wrong with it is told later. */
export function assertNotTooManyFields(query: string): void {
  const document = parsed(query);
  if (!document) return;
  let count = 0;
  let aliases = 0;
  let readsSchema = false;
  const note = () => {
    count += 1;
  };
  visit(document, {
    Field({ alias, name }) {
      note();
      if (alias) aliases += 1;
      readsSchema ||= name.value === '__schema' || name.value === '__type';
    },
    FragmentSpread: note,
    InlineFragment: note,
    FragmentDefinition: note,
    OperationDefinition: note,
  });
  if (readsSchema && aliases > MAX_INTROSPECTION_ALIASES) {
    throw badInput(
      'query',
      `A query that reads the schema may have ${MAX_INTROSPECTION_ALIASES} aliases, this one has ${aliases}. Read the schema once, without aliases.`,
    );
  }
  if (count <= MAX_SELECTIONS) return;
  throw badInput(
    'query',
    `The query has ${count} fields, aliases and fragments; ${MAX_SELECTIONS} are allowed. Split it into several requests.`,
  );
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: MAX_TOKENS, noLocation: true });
  } catch {
    return null;
  }
}

/** Refuses a query that would answer too much before it runs, and lets expensive ones run a few at a time. */
export function createLimits(): ApolloServerPlugin<Context> {
  const expensive = createExpensiveQueries();
  return {
    async requestDidStart({ schema }) {
      let leave = () => {};
      return {
        async didResolveOperation({ document, request, contextValue }) {
          const cost = assertAffordable(schema, document, request.operationName, request.variables ?? {});
          if (cost > EXPENSIVE) leave = await expensive.enter(contextValue.viewer.id);
        },
        async willSendResponse() {
          leave();
        },
      };
    },
  };
}

/** The cost of a valid document's operation. GRAPHQL_VALIDATION_FAILED when it goes too deep or would answer too much. */
export function assertAffordable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Record<string, unknown>,
): number {
  const depth = depthOf(document);
  if (depth > MAX_DEPTH) throw refused(`The query is ${depth} levels deep, ${MAX_DEPTH} are allowed.`);
  const operation = getOperationAST(document, operationName);
  // Which operation, and variables that do not fit, are told by the execution, which then does not take place.
  if (!operation || getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return 0;
  const cost = costOf(schema, document, operationName, variables);
  if (cost <= MAX_COST) return cost;
  throw refused(`The query may answer ${cost} fields, ${MAX_COST} are allowed. Ask for smaller pages (first).`);
}

function costOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operationName: string | null | undefined,
  variables: Record<string, unknown>,
): number {
  try {
    return getComplexity({
      schema,
      query,
      variables,
      ...(operationName && { operationName }),
      estimators: [fieldExtensionsEstimator(), estimate],
    });
  } catch (error) {
    // It gives up on a query whose fragments unfold to too many fields.
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

/**
 * A field costs itself and its children; a list costs its children as many times as it has items. A field whose answer
 * is dearer than it looks says so itself (`complexity`).
 */
const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const own = ROOT_COST[type.name] ?? 1;
  if (field.args.some((arg) => arg.name === 'first')) return own + childComplexity * sizeOf(args.first);
  const nullable = isNonNullType(field.type) ? field.type.ofType : field.type;
  const isList = isListType(nullable) && field.name !== 'edges' && isCompositeType(getNamedType(nullable));
  return own + childComplexity * (isList ? ASSUMED_ITEMS : 1);
};

/** The list itself says what is wrong with `first`. */
const sizeOf = (first: unknown): number =>
  typeof first === 'number' && first > 0 ? pageSize({ first }) : pageSize({});

/** The levels of the deepest operation. Introspection is as deep as its own queries and does not count. */
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
