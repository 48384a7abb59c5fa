import { strFromU8, unzipSync } from 'fflate';

/** What an export consists of. */
export interface BotFiles {
  definition: unknown;
  config: unknown;
  /** Other files, such as data tables. */
  files: { name: string; content: string }[];
}

/** Names as browsers write them, too, who call the second download of a name `config (1).json`. */
const DEFINITION = /^(bot|app)Definition[^/]*\.json$/i;
const CONFIG = /^config( ?\(\d+\))?\.json$/i;
const COMPANION = /\.(csv|json|js)$/i;
/** Bytes all files may have together, unpacked: what the server takes, with room for the rest of the request. More is refused. */
const MAX_BYTES = 60 * 1024 * 1024;

/** Reads a zip, or JSON files dropped together. Throws an Error that says what is missing, or that it is too much. */
export async function readExport(dropped: readonly File[]): Promise<BotFiles> {
  const entries = new Map<string, string>();
  let left = MAX_BYTES;
  const take = (size: number, name: string) => {
    left -= size;
    if (left < 0) throw new TooLarge(`${name} is too large: at most 60 MB, unpacked, can be imported.`);
  };
  for (const file of dropped) {
    if (file.size > MAX_BYTES) take(file.size, file.name);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (isZip(bytes)) for (const [name, content] of unzip(file.name, bytes, take)) entries.set(name, content);
    else {
      take(file.size, file.name);
      entries.set(file.name, strFromU8(bytes));
    }
  }
  const names = [...entries.keys()];
  const definitionName =
    names.find((name) => DEFINITION.test(name)) ??
    (entries.size === 1 ? names.find((name) => /\.json$/i.test(name)) : undefined);
  if (definitionName === undefined) {
    throw new Error(
      'There is no botDefinition.json or appDefinition.json. Drop the zip of an export, or its JSON files.',
    );
  }
  const configName = names.find((name) => CONFIG.test(name));
  const others = [...entries].filter(([name]) => name !== definitionName && name !== configName);
  return {
    definition: parse(definitionName, entries.get(definitionName)),
    config: configName === undefined ? null : parse(configName, entries.get(configName)),
    files: others.filter(([name]) => COMPANION.test(name)).map(([name, content]) => ({ name, content })),
  };
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b; // "PK"

/** Files by their name within the export, wherever in the archive they lie. */
function unzip(archive: string, bytes: Uint8Array, take: (size: number, name: string) => void): [string, string][] {
  try {
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        const wanted = COMPANION.test(name) && !/(^|\/)(__MACOSX\/|\.)/.test(name);
        if (wanted) take(originalSize, archive);
        return wanted;
      },
    });
    return Object.entries(files).map(([path, content]) => [path.split(/[\\/]/).at(-1) ?? path, strFromU8(content)]);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    throw new Error(`${archive} is a damaged zip. Export the bot again.`);
  }
}

class TooLarge extends Error {}

function parse(name: string, text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
