import { isObject } from '../../definition/json.js';
import type { BotFiles, FileSecrets } from '../definitions.js';

/** The credentials of stored files that new files leave empty in the same place: they stay as they are. */
export function carriedSecrets(stored: { files: BotFiles; secrets: FileSecrets } | null, files: BotFiles): FileSecrets {
  if (stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored.secrets).filter(([pointer]) => {
      const before = textAt(stored.files, pointer);
      return before !== null && before === textAt(files, pointer);
    }),
  );
}

/** The text at a JSON pointer; null for none. */
function textAt(root: unknown, pointer: string): string | null {
  let at = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at) ? at[Number(key)] : isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return typeof at === 'string' ? at : null;
}
