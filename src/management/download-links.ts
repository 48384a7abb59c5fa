import { MINUTE } from '../time.js';

/** Links to exports: whoever holds one may download the zip, for a while, without a token. */
export interface DownloadLinks {
  to(
    file: { fileId: string; accountId: string; name: string },
    now: number,
  ): { downloadURL: string; store: { urlParams: string } };
  holds(link: SentLink, now: number): boolean;
}

/** Signs with the key ring. */
interface Signer {
  mac(text: string, purpose: string): string;
  verify(mac: string, text: string, purpose: string): boolean;
}

/** Fields of a link that was followed. */
export interface SentLink {
  fileId: string;
  accountId: string;
  /** Milliseconds since the epoch, as text. */
  expires: string;
  signature: string;
}

const GOOD_FOR_MS = 15 * MINUTE;
const PURPOSE = 'downloads of exports';
/** A known script puts its own host before what follows this number in the link: the path is there twice. */
const CUT_AT = '/api/8081';

/** Signed with the key ring: the same in every process. `publicUrl` ends without a slash. */
export function createDownloadLinks(signer: Signer, publicUrl: string): DownloadLinks {
  const prefix = new URL(publicUrl).pathname.replace(/\/+$/, '');
  return {
    to({ fileId, accountId, name }, now) {
      const expires = String(now + GOOD_FOR_MS);
      const signature = signer.mac(signed({ fileId, accountId, expires }), PURPOSE);
      // Not first: a known script looks for `&clientfilename=`.
      const query = new URLSearchParams({ accountId, expires, signature, clientfilename: name }).toString();
      const path = `${prefix}/api/public/exportfile/${fileId}?${query}`;
      return { downloadURL: `${publicUrl}${CUT_AT}${path}`, store: { urlParams: query } };
    },
    holds: (link, now) => signer.verify(link.signature, signed(link), PURPOSE) && Number(link.expires) > now,
  };
}

/** The ways to a download: with and without the number, and with the path of the public URL behind it. */
export const downloadPaths = (publicUrl: string): string[] => {
  const prefix = new URL(publicUrl).pathname.replace(/\/+$/, '');
  const path = '/api/public/exportfile/:fileId';
  return [...new Set([path, `${CUT_AT}${path}`, `${CUT_AT}${prefix}${path}`])];
};

const signed = ({ fileId, accountId, expires }: Omit<SentLink, 'signature'>): string =>
  JSON.stringify([fileId, accountId, expires]);
