import { counted } from './callback-words';
import { told } from './told';

/** Does one thing to each that is picked, and says to how many; stops at the first that fails, and gives false then. */
export async function oneByOne(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  { noun, done }: { noun: string; done: string },
): Promise<boolean> {
  for (const id of ids) if (!(await act(id))) return false;
  told(`${counted(ids.length, `${noun} was`, `${noun}s were`)} ${done}.`);
  return true;
}
