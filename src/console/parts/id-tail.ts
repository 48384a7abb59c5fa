/** The end of an id, which tells things of one name apart. */
export const idTail = (id: string): string => `…${id.slice(-6)}`;
