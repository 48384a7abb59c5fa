import type { TokenEncryption } from '../api/.generated/graphql';

/** As a choice. */
export const TOKEN_ENCRYPTIONS: { value: TokenEncryption; label: string }[] = [
  { value: 'NONE', label: 'None: encrypted tokens are refused' },
  { value: 'OPTIONAL', label: 'Optional: both are taken' },
  { value: 'REQUIRED', label: 'Required: only encrypted tokens are taken' },
];
