import type { Db } from '../../store/database/database.js';
import { channelsWithCertificatesEndingBefore } from '../../store/tables/channels.js';

/** A channel in whose callbacks a certificate takes part that soon ends: the client's, or a private authority's. */
export interface EndingCertificate {
  accountId: string;
  botId: string;
  channelId: string;
  channelName: string;
  /** Milliseconds since the epoch. */
  endsAt: number;
}

/** The approved certificates, of all accounts, that are not valid any more at `at`; the first to end first. */
export async function certificatesEndingBefore(db: Db, at: number): Promise<EndingCertificate[]> {
  const channels = await channelsWithCertificatesEndingBefore(db, at);
  return channels.map(({ accountId, botId, id, name, approvedCertificateEndsAt }) => ({
    accountId,
    botId,
    channelId: id,
    channelName: name,
    endsAt: approvedCertificateEndsAt ?? at,
  }));
}
