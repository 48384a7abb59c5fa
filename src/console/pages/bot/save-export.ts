import { strToU8, zipSync } from 'fflate';

interface BotExport {
  definition: unknown;
  config: unknown;
  files: { name: string; content: string }[];
}

/** Hands the export to the browser as a zip. */
export function saveExport(name: string, { definition, config, files }: BotExport): void {
  const json = (value: unknown) => strToU8(JSON.stringify(value, null, 2));
  const zip = zipSync({
    'botDefinition.json': json(definition),
    'config.json': json(config),
    ...Object.fromEntries(files.map((file) => [file.name, strToU8(file.content)])),
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([new Uint8Array(zip)], { type: 'application/zip' }));
  link.download = `${name.replace(/[^\w-]+/g, '-') || 'bot'}.zip`;
  link.click();
  URL.revokeObjectURL(link.href);
}
