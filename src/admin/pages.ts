interface Page<T> {
  edges: { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** The items of a list, page by page as they are asked for. */
export async function* pages<T>(next: (after: string | null) => Promise<{ page: Page<T> }>): AsyncGenerator<T> {
  let after: string | null = null;
  do {
    const { page }: { page: Page<T> } = await next(after);
    for (const { node } of page.edges) yield node;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}
