import type { IncomingMessage } from 'node:http';

const allowed = new WeakSet<IncomingMessage>();

/** Lets a request of a known caller take as long as it likes, while it goes on: for files on slow lines. */
export const allowSlowUpload = (request: IncomingMessage): void => void allowed.add(request);

export const maySlowlyUpload = (request: IncomingMessage): boolean => allowed.has(request);
