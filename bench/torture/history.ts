/**
 * What the outside world saw: every send, acceptance and receipt, in the order of one clock that ticks at each of them.
 * Clients and sink keep it; the server has no part in it.
 */
export interface History {
  sends: Send[];
  receipts: Receipt[];
}

export type Kind = 'async' | 'sync' | 'sync-without-key';

export interface Send {
  kind: Kind;
  user: string;
  text: string;
  sentAt: number;
  /** Null while no answer has come. */
  acceptedAt: number | null;
  /** What a synchronous caller was answered. */
  answers: string[];
}

/** One POST at the sink. */
export interface Receipt {
  at: number;
  user: string;
  /** The `webhook-id`. */
  id: string;
  text: string;
  sequence: number;
}

/**
 * What is wrong with a history of conversations with the counting bot, in words; nothing, if every promise was kept:
 * nothing accepted is missing or doubled, callbacks come in order once equal ids are folded, an id never changes what it
 * means, sequences have no gap, and the session counted every turn once.
 */
export function violations(history: History, parts: number): string[] {
  const found: string[] = [];
  const sends = groupBy(history.sends, (send) => send.user);
  const receipts = groupBy(history.receipts, (receipt) => receipt.user);
  for (const user of receipts.keys()) if (!sends.has(user)) found.push(`${user}: was called but never wrote`);
  for (const [user, sent] of sends) {
    const say = (what: string) => found.push(`${user}: ${what}`);
    const turns =
      sent[0]?.kind === 'async' ? turnsOfReceipts(receipts.get(user) ?? [], parts, say) : answered(sent, say);
    checkTurns(sent, turns, say);
  }
  return found;
}

/** What the session counted, by the text of the message. */
type Turns = Map<string, number>;

function turnsOfReceipts(receipts: Receipt[], parts: number, say: (what: string) => void): Turns {
  const first = new Map<string, Receipt>();
  let furthest = 0;
  for (const receipt of receipts) {
    const known = first.get(receipt.id);
    if (known && (known.text !== receipt.text || known.sequence !== receipt.sequence))
      say(`${receipt.id} was "${known.text}" #${known.sequence}, then "${receipt.text}" #${receipt.sequence}`);
    if (!known) first.set(receipt.id, receipt);
    if (receipt.sequence < furthest) say(`#${receipt.sequence} came after #${furthest}`);
    furthest = Math.max(furthest, receipt.sequence);
  }
  const folded = [...first.values()];
  folded.forEach(({ sequence, text }, index) => {
    if (sequence !== index + 1) say(`"${text}" is #${sequence} where #${index + 1} is due`);
  });
  const turns: Turns = new Map();
  folded.forEach((receipt, index) => {
    const [text = '', count, part] = receipt.text.split('|');
    if (Number(part) !== index % parts) say(`part ${part} of "${text}" came where part ${index % parts} is due`);
    const known = turns.get(text);
    if (known !== undefined && known !== Number(count)) say(`"${text}" was answered as turn ${known} and ${count}`);
    turns.set(text, Number(count));
  });
  if (folded.length !== turns.size * parts) say(`${folded.length} callbacks for ${turns.size} messages`);
  return turns;
}

function answered(sends: Send[], say: (what: string) => void): Turns {
  const turns: Turns = new Map();
  for (const send of sends) {
    if (new Set(send.answers).size > 1) say(`"${send.text}" was answered ${send.answers.join(' and ')}`);
    const [text = '', count] = (send.answers[0] ?? '').split('|');
    if (send.answers.length === 0) continue;
    if (text !== send.text) say(`"${send.text}" got the answer of "${text}"`);
    turns.set(send.text, Number(count));
  }
  return turns;
}

function checkTurns(sends: Send[], turns: Turns, say: (what: string) => void): void {
  const accepted = sends.filter((send) => send.acceptedAt !== null);
  for (const { text } of accepted) if (!turns.has(text)) say(`"${text}" was accepted and is missing`);
  const texts = new Set(sends.map((send) => send.text));
  for (const text of turns.keys()) if (!texts.has(text)) say(`"${text}" was answered and never sent`);

  const counts = [...turns.values()].sort((a, b) => a - b);
  if (new Set(counts).size !== counts.length) say(`the session lost an update: it counted ${counts.join(' ')}`);
  // Without a key nobody can tell whether an unanswered message was handled: it may or may not have counted.
  const unknown = sends.length - turns.size;
  const last = counts.at(-1) ?? 0;
  const spare = sends[0]?.kind === 'sync-without-key' ? unknown : 0;
  if (last > turns.size + spare) say(`the session counted to ${last} for ${turns.size} messages: turns were run twice`);

  const inOrder = accepted.filter((send) => turns.has(send.text)).sort((a, b) => a.sentAt - b.sentAt);
  for (const [index, later] of inOrder.entries()) {
    const overtaken = inOrder
      .slice(Math.max(0, index - WINDOW), index)
      .find((one) => (one.acceptedAt ?? 0) < later.sentAt && countOf(turns, one) > countOf(turns, later));
    if (overtaken) say(`"${later.text}" was sent after "${overtaken.text}" was accepted, and overtook it`);
  }
}

/** How many messages back overtaking is looked for: far more than are under way at once. */
const WINDOW = 50;

const countOf = (turns: Turns, send: Send): number => turns.get(send.text) ?? 0;

function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
