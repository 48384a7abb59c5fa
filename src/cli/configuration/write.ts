import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document } from 'yaml';
import type { BotFiles } from '../bot-files.js';

export interface ConfigurationDocument {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: { bot?: string; definition?: BotFiles } & Record<string, unknown>;
}

/** Documents as one YAML text, with a line between them. */
export const toYaml = (documents: readonly object[]): string =>
  documents.map((document) => new Document(document).toString({ lineWidth: 0 })).join('---\n');

/**
 * Writes documents to a folder: account and apps in a file each, and a file for each bot with all that belongs to it; its dialogs
 * stand in a folder beside it. Gives the files, by their paths within the folder.
 */
export async function writeFolder(folder: string, documents: readonly ConfigurationDocument[]): Promise<string[]> {
  const names = fileNames(documents.filter(({ kind }) => kind === 'Bot').map(({ metadata }) => metadata.name));
  const files = new Map<string, string>();
  const written = new Map<string, ConfigurationDocument[]>();
  for (const document of documents) {
    const { kind, metadata, spec } = document;
    const bot = kind === 'Bot' ? metadata.name : spec.bot;
    const file = bot === undefined ? `${kind.toLowerCase()}.yaml` : `bots/${names.get(bot)}.yaml`;
    const { definition } = spec;
    const place = `${names.get(bot ?? '')}`;
    if (definition) addBotFiles(files, `bots/${place}`, definition);
    const shown = definition ? { ...document, spec: { ...spec, definition: `./${place}` } } : document;
    written.set(file, [...(written.get(file) ?? []), shown as ConfigurationDocument]);
  }
  for (const [file, all] of written) files.set(file, toYaml(all));
  for (const [file, text] of files) {
    const path = join(folder, file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  return [...files.keys()].sort();
}

function addBotFiles(
  files: Map<string, string>,
  folder: string,
  { definition, config, files: others }: BotFiles,
): void {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  files.set(`${folder}/botDefinition.json`, text(definition));
  if (config !== null) files.set(`${folder}/config.json`, text(config));
  for (const { name, content } of others) files.set(`${folder}/${name}`, content);
}

/** File names of bots: letters, digits, dots and hyphens, with a number where two would be the same. */
function fileNames(bots: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    bots.map((bot) => {
      const wanted = bot.replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'bot';
      let name = wanted;
      for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted}-${number}`;
      taken.add(name.toLowerCase());
      return [bot, name];
    }),
  );
}
