import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { notifyV2 } from '../../schema/notify-v2.js';
import { webhookV1 } from '../../schema/webhook-v1.js';
import { webhookV2 } from '../../schema/webhook-v2.js';

it.each(Object.entries({ webhookV1, webhookV2, notifyV2 }))(
  '%s is a JSON Schema: the server takes it on trust',
  (_name, schema) => {
    expect(new Ajv({ allowUnionTypes: true }).validateSchema(schema, true)).toBe(true);
  },
);
