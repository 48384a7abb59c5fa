import type { Vault } from '../store/vault.js';
import { DAY } from '../time.js';

/** Links to the forms of bots: whoever holds one may fill in this form, once, for the user it was sent to. */
export interface FormLinks {
  /** The turn that sends the form stands for the conversation and its user. */
  url(form: { botId: string; formRefId: string; turnId: string; now: number }): string;
  /** The turn whose form it is; what is wrong with the link otherwise. */
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

/** Signed with the key ring: the links outlive a restart and are the same in every process. `publicUrl` ends without a slash. */
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
