import { z } from 'zod';
import { badInput } from '../../../errors.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import type { OverrideSnapshot } from '../../../store/tables/message-overrides.js';
import { BURST_MODES, ENGINE_KINDS, TEMPLATE_ENCODINGS, TEXT_FORMS } from '../../../vocabulary.js';
import { deliveryEntry, writeDelivery } from './delivery.js';
import { overrideEntry, writeOverrides } from './overrides.js';

/**
 * What the file format has no place for, under a key of our own in config.json: other tools leave it alone. Overrides
 * name their channel; ids, addresses and secrets are not in it.
 */
const extras = z.object({
  /** The bot's own, which may be another than the definition's. */
  name: z.string().optional(),
  description: z.string().nullish(),
  engine: z.enum(ENGINE_KINDS).optional(),
  engineSettings: z.record(z.string(), z.unknown()).nullish(),
  defaultLanguage: z.string().optional(),
  sessionTimeoutMinutes: z.number().int().positive().optional(),
  channels: z
    .array(
      z.object({
        name: z.string(),
        isDefault: z.boolean().optional(),
        templateEncoding: z.enum(TEMPLATE_ENCODINGS).optional(),
        textForm: z.enum(TEXT_FORMS).optional(),
        burst: z.enum(BURST_MODES).optional(),
        /** Absent: the defaults. */
        deliverySettings: deliveryEntry.optional(),
      }),
    )
    .default([]),
  overrides: z.array(overrideEntry).default([]),
});
export type Extras = z.infer<typeof extras>;

export const EXTRAS_KEY = 'hookswitch';

/** Reads the extras of an exported file. BAD_USER_INPUT (`config`) when they are invalid. */
export function readExtras(config: Record<string, unknown> | null): Extras {
  const result = extras.safeParse(config?.[EXTRAS_KEY] ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badInput(
    'config',
    `config.${EXTRAS_KEY}.${issue?.path.join('.')}: ${issue?.message}. Leave the key out, or mend it.`,
  );
}

export function writeExtras(
  bot: BotRecord,
  channels: readonly ChannelRecord[],
  overrides: readonly OverrideSnapshot[],
): Extras {
  return {
    name: bot.name,
    description: bot.description,
    engine: bot.engine,
    engineSettings: bot.engineSettings,
    defaultLanguage: bot.defaultLanguage,
    sessionTimeoutMinutes: bot.sessionTimeoutMinutes,
    channels: channels.map(({ name, isDefault, templateEncoding, textForm, burst, deliverySettings }) => ({
      name,
      isDefault,
      templateEncoding,
      textForm,
      burst,
      ...writeDelivery(deliverySettings),
    })),
    overrides: writeOverrides(channels, overrides),
  };
}
