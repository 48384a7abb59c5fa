import { createHash } from 'node:crypto';
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import { AppError, type Shortage } from '../errors.js';
import type { Events } from '../events.js';
import type { FormLinks } from '../files/form-links.js';
import { rowId } from '../ids.js';
import type { Receipt } from '../inbox/answer.js';
import type { Inbox } from '../inbox/inbox.js';
import type { OpenForm, SentForms } from '../inbox/sent-forms.js';
import { readBody, toText } from '../request-body.js';
import type { Route } from '../routing/routes.js';
import type { Clock } from '../time.js';
import { assertRoom } from './assert-room.js';
import { type Answer, answering, type EndpointRequest, paramsOf } from './endpoint.js';
import { type FilledForm, fieldsOf, readFields } from './form-fields.js';
import { formPage, noticePage, PAGE_HEADERS, thanksPage } from './form-page.js';
import type { RateLimits } from './rate-limits.js';
import { hookErrorsOf, NotFunctional } from './render-error.js';

export interface FormDeps {
  formLinks: FormLinks;
  sentForms: SentForms;
  inbox: Inbox;
  limits: Pick<RateLimits, 'channel'>;
  clock: Clock;
  events: Events;
  maxBodyBytes: number;
  /** How long a synchronous channel's page waits for the bot. */
  maxWaitMs: number;
  shortage(): Shortage | null;
}

/** Why a form is not shown. */
const NOTICES = {
  FORGED: { status: 404, title: 'This link does not work', text: 'Open the whole link, just as it was sent to you.' },
  EXPIRED: {
    status: 410,
    title: 'This form has expired',
    text: 'Go back to the conversation and ask for the form again.',
  },
  SENT: { status: 410, title: 'Already sent', text: 'Your answers have been sent; a form can be sent once.' },
  CLOSED: {
    status: 403,
    title: 'Not available now',
    text: 'This form takes no answers at the moment. Try again later.',
  },
} as const;
type Notice = keyof typeof NOTICES;

/** `/chatbot/forms/{botId}/{formRefId}?turn&expires&signature`: the pages behind the form links of bots (docs/dialogs.md). */
export function formRoutes(deps: FormDeps): Router {
  const path = '/chatbot/forms/:botId/:formRefId';
  return new Router()
    .get(
      path,
      page(deps, async (ctx) => {
        const opened = await openForm(deps, ctx);
        if (typeof opened === 'string') return notice(ctx, opened);
        if (opened.used) return notice(ctx, 'SENT');
        ctx.status = 200;
        ctx.body = pageOf(opened);
      }),
    )
    .post(
      path,
      page(deps, async (ctx, request) => {
        assertRoom(deps);
        const opened = await openForm(deps, ctx);
        if (typeof opened === 'string') return notice(ctx, opened);
        if (!ctx.is('urlencoded'))
          throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the form as application/x-www-form-urlencoded.');
        const sent = new URLSearchParams(toText(await readBody(ctx.req, deps.maxBodyBytes)));
        const filled = readFields(fieldsOf(opened.form), sent);
        if (filled.faults.size > 0) {
          ctx.status = 400;
          ctx.body = pageOf(opened, filled);
          return;
        }
        const receipt = await send(deps, opened, filled, request);
        if (receipt === 'SENT') return notice(ctx, receipt);
        ctx.status = 200;
        ctx.body = answerOf(receipt, opened.route);
      }),
    );
}

/** One page: whatever is refused is refused in words, with the status of the hooks. */
function page(deps: FormDeps, answer: Answer): Middleware {
  const refuse = (ctx: Context, error: unknown, traceId: string) => {
    const { status, errors, retryAfterSeconds } = hookErrorsOf(error);
    if (retryAfterSeconds !== null) ctx.set('Retry-After', String(retryAfterSeconds));
    if (!ctx.req.complete) ctx.set('Connection', 'close'); // the rest of the body is not read
    if (error instanceof NotFunctional) notice(ctx, 'CLOSED');
    else {
      ctx.status = status;
      ctx.body = noticePage('That did not work', `${errors[0]?.msg ?? ''}\nNothing has been sent.`);
    }
    return { status, reason: errors.map(({ reason }) => reason).join(','), traceId };
  };
  const withHeaders: Answer = (ctx, request) => {
    ctx.set(PAGE_HEADERS);
    return answer(ctx, request);
  };
  return answering(deps, withHeaders, refuse);
}

function notice(ctx: Context, name: Notice): void {
  const { status, title, text } = NOTICES[name];
  ctx.status = status;
  ctx.body = noticePage(title, text);
}

const pageOf = ({ form, route }: OpenForm, filled?: FilledForm): string =>
  formPage({ title: form.label, botName: route.botName, fields: fieldsOf(form), ...(filled && { filled }) });

async function openForm(deps: FormDeps, ctx: Context): Promise<OpenForm | Notice> {
  const { botId, formRefId = '' } = paramsOf(ctx);
  const query = new URLSearchParams(ctx.querystring);
  const part = (name: string) => query.get(name) ?? '';
  const link = { botId, formRefId, turn: part('turn'), expires: part('expires'), signature: part('signature') };
  const read = deps.formLinks.read(link, deps.clock.now());
  if (typeof read === 'string') return read;
  const sent = await deps.sentForms.turnOf(read.turnId, botId);
  if (!sent) return 'EXPIRED';
  const { route } = sent;
  if (route.blockers.length > 0 || route.versionId === null) throw new NotFunctional(route.blockers);
  deps.limits.channel.take(route.channelId);
  return (await deps.sentForms.open(sent, formRefId)) ?? 'EXPIRED';
}

/** The data goes in as any message of its user does, and its answer where theirs go. */
async function send(
  deps: FormDeps,
  { form, route, input, key }: OpenForm,
  { data }: FilledForm,
  request: EndpointRequest,
): Promise<Receipt | 'SENT'> {
  const formData = { formId: form.refId, data, meta: {} };
  const { form: version, user, groupId, replyFrom, preferredChannel, test } = input;
  const turnId = rowId('tn');
  request.turnId = turnId;
  try {
    return await deps.inbox.accept({
      turnId,
      channelId: route.channelId,
      traceId: request.traceId,
      receivedAt: deps.clock.now(),
      input: {
        form: version,
        mode: route.mode,
        message: { type: 'formData', ...formData },
        user,
        groupId,
        replyFrom,
        payload: { message: { formData }, from: { id: user.id } },
        newSession: false,
        ...(preferredChannel && { preferredChannel }),
        ...(test && { test }),
        detached: route.mode === 'SYNC', // what was sent counts, though its page may be closed
      },
      idempotency: { key, bodyHash: createHash('sha256').update(JSON.stringify(data)).digest('base64url') },
      ...(route.mode === 'SYNC' && { wait: { until: 'END', waitMs: deps.maxWaitMs } }),
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return 'SENT'; // with other answers
    throw error;
  }
}

/** The page after sending. On a synchronous channel it alone shows what the bot says. */
function answerOf(receipt: Receipt, { botName }: Route): string {
  switch (receipt.status) {
    case 'accepted':
      return thanksPage(botName, []);
    case 'pending':
      return thanksPage(botName, ['The answer takes a while. Reload this page to see it.']);
    case 'answered':
    case 'paused':
      return thanksPage(
        botName,
        receipt.outcome.replies.flatMap((reply) => (reply.type === 'text' ? [reply.text] : [])),
      );
  }
}
