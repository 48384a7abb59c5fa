/** Runs one GraphQL document; returns `data`, throws with the server's message. */
export type Api = <T>(document: string, variables?: Record<string, unknown>) => Promise<T>;

export function createApi(url: string, token: string): Api {
  return async <T>(query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data?: T; errors?: { message: string }[] };
    const [error] = answer.errors ?? [];
    if (error || !answer.data) throw new Error(error?.message ?? `The server answered ${response.status}.`);
    return answer.data;
  };
}
