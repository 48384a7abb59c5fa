import { AdminError } from './admin-error.js';

/** A file of an export: its text, its bytes, or the file itself. */
export type FileContent = string | Uint8Array | Blob;

/** UTF-8, with or without a byte order mark. */
export const textOf = async (content: FileContent): Promise<string> => {
  if (typeof content === 'string') return content;
  return new TextDecoder().decode(content instanceof Uint8Array ? content : await content.arrayBuffer());
};

/** What a file of JSON holds, or what was given in its place. BAD_USER_INPUT. */
export async function jsonOf(field: string, given: unknown): Promise<unknown> {
  if (!(typeof given === 'string' || given instanceof Uint8Array || given instanceof Blob)) return given;
  const text = (await textOf(given)).replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `${field} is not JSON: ${cause instanceof Error ? cause.message : ''}`;
    throw new AdminError(message, { code: 'BAD_USER_INPUT', extensions: { field }, cause });
  }
}
