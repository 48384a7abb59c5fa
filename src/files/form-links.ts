import type { Vault } from '../store/vault.js';
import { DAY } from '../time.js';

/** Links to the forms of bots: whoever holds one may fill in this form, once, for the user it was sent to. */
export interface FormLinks {
  /** Makes a link. The turn that sends the form identifies the conversation and its user. */
  url(form: { botId: string; formRefId: string; turnId: string; now: number }): string;
  /** The turn that sent the link, or what is wrong with it. */
  read(link: SentLink, now: number): { turnId: string } | 'FORGED' | 'EXPIRED';
}

/** Fields of a link that was followed. */
export interface SentLink {
  botId: string;
  formRefId: string;
  turn: string;
  /** Milliseconds since the epoch, as text. */
  expires: string;
  signature: string;
}

const GOOD_FOR_MS = 1 * DAY;
const PURPOSE = 'form links';

/** Makes and reads links signed with the key ring, so that they outlive a restart and hold in every process. `publicUrl` ends without a slash. */
export function createFormLinks(vault: Pick<Vault, 'mac' | 'verify'>, publicUrl: string): FormLinks {
  return {
    url({ botId, formRefId, turnId, now }) {
      const expires = String(now + GOOD_FOR_MS);
      const signature = vault.mac(signed({ botId, formRefId, turn: turnId, expires }), PURPOSE);
      const query = new URLSearchParams({ turn: turnId, expires, signature });
      return `${publicUrl}/chatbot/forms/${encodeURIComponent(botId)}/${encodeURIComponent(formRefId)}?${query}`;
    },
    read(link, now) {
      if (!vault.verify(link.signature, signed(link), PURPOSE)) return 'FORGED';
      return Number(link.expires) > now ? { turnId: link.turn } : 'EXPIRED';
    },
  };
}

const signed = ({ botId, formRefId, turn, expires }: Omit<SentLink, 'signature'>): string =>
  JSON.stringify([botId, formRefId, turn, expires]);
