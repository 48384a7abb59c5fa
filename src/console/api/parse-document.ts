import { gql } from 'urql';

/** In the place of the generated `graphql`, which only tells the types of a document. */
export const graphql = (source: string) => gql(source);
