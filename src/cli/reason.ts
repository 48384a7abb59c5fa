import { AdminError } from '../admin/admin.js';

/** Why a verb has failed, with the code and the field of what the API refused. */
export function reasonOf(error: unknown): string {
  if (error instanceof AdminError) return `${error.code}${error.field ? ` (${error.field})` : ''}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
