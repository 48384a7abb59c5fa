import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { badInput } from '../errors.js';

const OPTIONS = {
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  // The tests look whether the schemas are schemas: compiling what says so costs ten times what they cost.
  meta: false,
  validateSchema: false,
};

/** Compiles a schema once; the check names the first field that is wrong, as the caller wrote it. */
export function createCheck<T>(schema: object): (value: unknown, rename?: (field: string) => string) => T {
  const ajv = new Ajv(OPTIONS);
  const validate: ValidateFunction<T> = ajv.compile<T>(schema);
  return (value, rename = (field) => field) => {
    if (validate(value)) return value;
    const [error] = validate.errors ?? [];
    if (!error) throw badInput('body', 'The body is not valid.');
    const field = rename(fieldOf(error));
    throw badInput(field, `Invalid Request Payload: ${field} ${explain(error)}.`);
  };
}

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword !== 'required') return path;
  const missing = String(error.params.missingProperty);
  return path === '' ? missing : `${path}.${missing}`;
}

function explain(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return 'is required';
    case 'type':
      return `must be of type ${[error.params.type].flat().join(' or ')}`;
    default:
      return error.message ?? 'is not valid';
  }
}
