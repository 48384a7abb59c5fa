import { strToU8, zipSync } from 'fflate';
import { exportOf, message } from '../engines/dialog/bot-builder.js';

export const GREETING = 'Hello from every channel';

/** The files of the export of a bot that greets, with a placeholder of a webhook channel. */
export function greeterExport(name: string, greeting = GREETING) {
  const definition = exportOf(
    { hello: { welcome: message(greeting) } },
    {
      localeData: { en: { name } },
      channels: [{ displayName: 'Front desk', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
    },
  );
  return { definition, config: { name, envVariables: [] } };
}

/** The same as a zip to drop. */
export function greeterZip(name: string, greeting = GREETING): { name: string; mimeType: string; buffer: Buffer } {
  const { definition, config } = greeterExport(name, greeting);
  const json = (value: unknown) => strToU8(JSON.stringify(value));
  const zip = zipSync({ 'botDefinition.json': json(definition), 'config.json': json(config) });
  return { name: 'greeter.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
}
