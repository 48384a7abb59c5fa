/** What an answer says of the endpoint. */
export type Answered = 'taken' | 'well' | 'busy' | 'limited' | 'refused' | 'failed' | 'unanswered';

/** What says that the endpoint has more to do than it bears. */
const OVERLOAD: readonly Answered[] = ['busy', 'limited', 'unanswered'];

/** Whether an answer refuses the token, the sender or the path, which may be meant for every message. */
export const isRefusal = (status: number): boolean => status === 401 || status === 403 || status === 404;

export function saidBy(status: number): Answered {
  if (status >= 200 && status < 300) return 'taken';
  if (status === 429) return 'limited';
  if (status === 503) return 'busy';
  if (isRefusal(status)) return 'refused';
  return status >= 500 ? 'failed' : 'well'; // any other 4xx is about the message
}

export const isOverload = (answered: Answered): boolean => OVERLOAD.includes(answered);
