import type { IncomingMessage } from 'node:http';

const allowed = new WeakSet<IncomingMessage>();

/** Lifts the total time limit for an authenticated upload that keeps sending, for files over slow lines. */
export const allowSlowUpload = (request: IncomingMessage): void => void allowed.add(request);

export const maySlowlyUpload = (request: IncomingMessage): boolean => allowed.has(request);
