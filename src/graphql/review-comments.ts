import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { ReviewCommentRecord } from '../store/tables/review-comments.js';
import { ApprovalRequest } from './approvals.js';
import type { Context } from './context.js';
import { nullable, objectOf } from './fields.js';
import { User } from './users.js';

const ReviewComment = objectOf('ReviewComment', 'What somebody wrote beside what a request changes.', {
  id: ID,
  anchor: nullable(ID, 'The item of the review it is about; null: the whole request.'),
  line: nullable(Int, 'Of the text after the change, or before where the item is removed; from 1.'),
  text: String,
  createdAt: GraphQLDateTime,
  resolvedAt: nullable(GraphQLDateTime, 'Null: still open.'),
});

@Resolver(() => ReviewComment)
export class ReviewCommentResolver {
  @FieldResolver(() => User, { nullable: true })
  author(@Root() comment: ReviewCommentRecord, @Ctx() { loaders }: Context) {
    return loaders.user.load(comment.authorId);
  }

  @FieldResolver(() => User, { nullable: true })
  resolvedBy(@Root() comment: ReviewCommentRecord, @Ctx() { loaders }: Context) {
    return comment.resolvedBy === null ? null : loaders.user.load(comment.resolvedBy);
  }

  @Mutation(() => ReviewComment)
  commentOnRequest(
    @Arg('requestId', () => ID) requestId: string,
    @Arg('text', () => String) text: string,
    @Arg('anchor', () => ID, { nullable: true }) anchor: string | null | undefined,
    @Arg('line', () => Int, { nullable: true }) line: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.reviewComments.add(viewer, { requestId, text, anchor, line });
  }

  @Mutation(() => ReviewComment, { description: 'resolved false: opens it again.' })
  resolveReviewComment(
    @Arg('commentId', () => ID) commentId: string,
    @Arg('resolved', () => Boolean, { nullable: true }) resolved: boolean | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.reviewComments.resolve(viewer, commentId, resolved ?? true);
  }
}

@Resolver(() => ApprovalRequest)
export class RequestCommentsResolver {
  @FieldResolver(() => [ReviewComment], { description: 'Oldest first.' })
  comments(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return loaders.commentsOfRequest.load(request.id);
  }
}
