import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { createMask, type Mask } from '../masks.js';
import type { PrivacySettings } from '../store/tables/privacy.js';
import type { AssociatedData, Vault } from '../store/vault.js';

/** What a channel keeps to itself of what is said on it. */
export interface Privacy {
  /** Null: nothing is masked. */
  mask: Mask | null;
  /** Whether `customData` is stored sealed only. */
  sealsCustomData: boolean;
  seal: Vault['seal'];
  open(cipher: string, associatedData: AssociatedData): string;
}

/** Settings that are kept ready; beyond, the ones unused for longest are read again. */
const MAX_KEPT = 1_000;

/** Makes what settings say of them, as JSON text: those of the bot and those of the channel hold together. */
export function createPrivacy(vault: Vault): (ofBot: string | null, ofChannel: string | null) => Privacy | null {
  const kept = new LRUCache<string, { privacy: Privacy | null }>(atMost(MAX_KEPT));
  return (ofBot, ofChannel) => {
    if (ofBot === null && ofChannel === null) return null;
    const key = `${ofBot}\n${ofChannel}`;
    const known = kept.get(key);
    if (known) return known.privacy;
    const settings = [ofBot, ofChannel].flatMap((text) => (text === null ? [] : [JSON.parse(text) as PrivacySettings]));
    const rules = settings.flatMap(({ masks }) => masks);
    const sealsCustomData = settings.some((one) => one.sealCustomData);
    const mask = rules.length === 0 ? null : createMask(rules);
    const privacy = mask || sealsCustomData ? { mask, sealsCustomData, seal: vault.seal, open: vault.open } : null;
    kept.set(key, { privacy });
    return privacy;
  };
}
