import { curl } from '../../parts/curl';

export type Language = 'curl' | 'javascript' | 'python';

/** Code that POSTs a body to a hook, by language. */
export const CODE: Record<Language, { name: string; write(url: string, token: string, body: object): string }> = {
  curl: {
    name: 'curl',
    write: (url, token, body) =>
      curl(
        url,
        [
          ['Authorization', `bearer ${token}`],
          ['Content-Type', 'application/json'],
        ],
        JSON.stringify(body),
      ),
  },
  javascript: {
    name: 'JavaScript',
    write: (url, token, body) => `const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { Authorization: ${JSON.stringify(`bearer ${token}`)}, 'Content-Type': 'application/json' },
  body: JSON.stringify(${JSON.stringify(body)}),
});
console.log(response.status, await response.json());`,
  },
  python: {
    name: 'Python',
    // JSON goes in as a text: its words for true, false and null are none of Python's.
    write: (url, token, body) => `from urllib.request import Request, urlopen

request = Request(
    ${JSON.stringify(url)},
    data=${JSON.stringify(JSON.stringify(body))}.encode(),
    headers={"Authorization": ${JSON.stringify(`bearer ${token}`)}, "Content-Type": "application/json"},
)
print(urlopen(request).read().decode())`,
  },
};
