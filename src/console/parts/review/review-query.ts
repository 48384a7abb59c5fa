import { graphql } from '../../api/.generated/gql';
import type { RequestReviewQuery } from '../../api/.generated/graphql';

/** What a request changes, and what was said about it. */
export const REQUEST_REVIEW = graphql(`
  query RequestReview($id: ID!, $after: String) {
    approvalRequest(id: $id) {
      id
      review {
        items(first: 40, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              anchor
              part
              name
              kind
              change
              channel
              channelType
              language
              before {
                type
                value
              }
              after {
                type
                value
              }
              otherwise {
                type
                value
              }
            }
          }
        }
        problems {
          severity
          code
          text
          messageKey
          name
          channelId
          language
          variant
          line
          column
        }
      }
      comments {
        id
        anchor
        line
        text
        createdAt
        resolvedAt
        author {
          id
          name
        }
        resolvedBy {
          id
          name
        }
      }
    }
  }
`);

/** What a publish with these channels, or a roll back, would change against the live version. */
export const BOT_REVIEW = graphql(`
  query BotReview($id: ID!, $channelIds: [ID!], $versionNumber: Int, $after: String) {
    bot(id: $id) {
      id
      review(channelIds: $channelIds, versionNumber: $versionNumber) {
        items(first: 40, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              anchor
              part
              name
              kind
              change
              channel
              channelType
              language
              before {
                type
                value
              }
              after {
                type
                value
              }
              otherwise {
                type
                value
              }
            }
          }
        }
        problems {
          severity
          code
          text
          messageKey
          name
          channelId
          language
          variant
          line
          column
        }
      }
    }
  }
`);

type Request = NonNullable<RequestReviewQuery['approvalRequest']>;
export type Review = Request['review'];
export type Item = Review['items']['edges'][number]['node'];
export type Problem = Review['problems'][number];
export type Comment = Request['comments'][number];

/** The comments on a request, and who may add to them. */
export interface Commenting {
  requestId: string;
  comments: Comment[];
  mayComment: boolean;
  onChange(): void;
}
