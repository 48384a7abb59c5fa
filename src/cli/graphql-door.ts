/** Sends an operation and gives its `data`. Rejects with the code, the field and the message of the first error. */
export type Door = <Data>(query: string, variables: Record<string, unknown>) => Promise<Data>;

/** What the API refused; `extensions` as it gave them. */
export class ApiError extends Error {
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(message: string, extensions: Readonly<Record<string, unknown>>) {
    super(message);
    this.extensions = extensions;
  }
}

/** The GraphQL API of a server, for one API token. */
export function doorTo(url: string, token: string): Door {
  return async <Data>(query: string, variables: Record<string, unknown>) => {
    const response = await fetch(`${url.replace(/\/+$/, '')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as {
      data?: Data | null;
      errors?: { message: string; extensions?: { code?: string; field?: string } }[];
    };
    const [error] = errors ?? [];
    if (error) {
      const { code = 'ERROR', field } = error.extensions ?? {};
      throw new ApiError(`${code}${field ? ` (${field})` : ''}: ${error.message}`, error.extensions ?? {});
    }
    if (!data) throw new Error(`The server answered ${response.status}.`);
    return data;
  };
}
