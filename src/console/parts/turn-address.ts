/** The page of a turn: of those with its trace id the one of that id, else the newest. */
export function addressOfTurn({ traceId, id }: { traceId: string; id?: string | null | undefined }): string {
  const page = `/turns/${encodeURIComponent(traceId)}`;
  return id ? `${page}?turn=${encodeURIComponent(id)}` : page;
}
