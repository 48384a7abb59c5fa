import { strToU8, zipSync } from 'fflate';
import { exportOf, message } from '../engines/dialog/bot-builder.js';

export const GREETING = 'Hello from every channel';

/** The export of a bot that greets, with a placeholder of a webhook channel, as a zip to drop. */
export function greeterZip(name: string): { name: string; mimeType: string; buffer: Buffer } {
  const definition = exportOf(
    { hello: { welcome: message(GREETING) } },
    {
      localeData: { en: { name } },
      channels: [{ displayName: 'Front desk', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
    },
  );
  const json = (value: unknown) => strToU8(JSON.stringify(value));
  const zip = zipSync({ 'botDefinition.json': json(definition), 'config.json': json({ name, envVariables: [] }) });
  return { name: 'greeter.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
}
