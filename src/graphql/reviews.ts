import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { Review as ReviewOf } from '../domain/review/review.js';
import type { ReviewItem as Item, ReviewChange, ReviewPart } from '../domain/review/review-item.js';
import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { BotRecord } from '../store/tables/bots.js';
import { ApprovalRequest } from './approvals.js';
import { Bot } from './bots.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { MessageContentType } from './messages.js';
import { Problem } from './problems.js';

const ReviewPartEnum = enumOf<ReviewPart>('ReviewPart', 'What an item of a review belongs to.', {
  CONFIGURATION: 'For a channel, its app, mode, POST URL and delivery settings.',
  CHANNELS: 'A channel that the version serves.',
  SETTINGS: 'Engine, language and session of the bot.',
  VARIABLE: null,
  OVERRIDE: 'What a channel, or all of them, say instead of a message.',
  MESSAGE: 'What the file of the bot says.',
  SCRIPT: null,
  DIALOG: 'The flow of a dialog.',
  NODE: 'A node of a dialog, apart from what it says and runs.',
  KNOWLEDGE: 'A question or small talk, apart from its answers.',
  OTHER: 'An event, form, language or list of content variables.',
});

const ReviewChangeEnum = enumOf<ReviewChange>('ReviewChange', 'What becomes of an item.', {
  ADDED: null,
  CHANGED: null,
  REMOVED: null,
});

const ReviewItem = objectOf('ReviewItem', 'One thing that a request, publish or rollback changes for users.', {
  anchor: described(ID, 'Names it within its review; comments refer to it.'),
  part: ReviewPartEnum,
  name: String,
  kind: nullable(String, 'Kind of a message: prompt, faq …; else what it is in the file.'),
  change: ReviewChangeEnum,
  channel: nullable(String, 'The name of the channel; null: all.'),
  channelType: nullable(String, '"webhook": every webhook channel; or a type of the file.'),
  language: nullable(String),
  before: described([MessageContentType], 'Empty: it was not there.'),
  after: described([MessageContentType], 'Empty: it will not be there.'),
  otherwise: described([MessageContentType], 'For an override, what is said where it is not there.'),
});

const ReviewItemConnection = connectionOf<Item>('ReviewItem', () => ReviewItem);

const Review = objectOf('Review', 'What changes for users, and what is wrong with what it brings.', {});

@Resolver(() => Review)
export class ReviewResolver {
  @FieldResolver(() => ReviewItemConnection, { description: 'What does not change is not among them.' })
  items(
    @Root() { items }: ReviewOf,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { domain }: Context,
  ) {
    return new ReviewItemConnection(domain.reviews.page(items, { first, after }));
  }

  @FieldResolver(() => [Problem], { description: 'Errors first.' })
  problems(@Root() review: ReviewOf) {
    return review.problems();
  }
}

@Resolver(() => ApprovalRequest)
export class RequestReviewResolver {
  @FieldResolver(() => Review, { description: 'Against what served when it was asked for.' })
  review(@Root() request: ApprovalRequestRecord, @Ctx() { domain, viewer }: Context) {
    return domain.reviews.ofRequest(viewer, request);
  }
}

@Resolver(() => Bot)
export class BotReviewResolver {
  @FieldResolver(() => Review, {
    description: 'Of a publish with these channels, or of a roll back to that version, against the live one.',
  })
  review(
    @Root() bot: BotRecord,
    @Arg('channelIds', () => [ID], { nullable: true }) channelIds: string[] | null | undefined,
    @Arg('versionNumber', () => Int, { nullable: true }) versionNumber: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    if (typeof versionNumber === 'number') return domain.reviews.ofRollback(viewer, bot, versionNumber);
    return domain.reviews.ofPublish(viewer, bot, channelIds ?? []);
  }
}
