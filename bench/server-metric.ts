/** One value of the server's `/metrics`. */
export async function serverMetric(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const found = new RegExp(`^${name} (\\S+)`, 'm').exec(metrics);
  if (!found) throw new Error(`the server does not tell its ${name}`);
  return Number(found[1]);
}

/** In MB. */
export const residentMemory = async (url: string): Promise<number> =>
  (await serverMetric(url, 'process_resident_memory_bytes')) / 1024 ** 2;
