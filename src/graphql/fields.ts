import { ArgsType, type ClassType, Field, InputType, ObjectType } from 'type-graphql';

/** A class, a scalar, what `enumOf` gave, or one of these in an array. */
type FieldType = object;

class FieldSpec {
  constructor(
    readonly type: FieldType,
    readonly options: { nullable?: boolean; description?: string | undefined },
  ) {}
}

/** The fields of a type by name; a bare type is never null. */
type Fields = Record<string, FieldType | FieldSpec>;

export const described = (type: FieldType, description: string) => new FieldSpec(type, { description });

export const nullable = (type: FieldType, description?: string) => new FieldSpec(type, { nullable: true, description });

/** An object type: its fields are members of the same name of what a resolver gives. */
export function objectOf(name: string, description: string | null, fields: Fields): ClassType {
  const type = withFields(fields);
  ObjectType(name, description === null ? {} : { description })(type);
  return type;
}

export function inputOf(name: string, description: string | null, fields: Fields): ClassType {
  const type = withFields(fields);
  InputType(name, description === null ? {} : { description })(type);
  return type;
}

/** The arguments of a field, in one class. */
export function argumentsOf(fields: Fields): ClassType {
  const type = withFields(fields);
  ArgsType()(type);
  return type;
}

function withFields(fields: Fields): ClassType {
  const type = class {};
  for (const [key, field] of Object.entries(fields)) {
    const { type: of, options } = field instanceof FieldSpec ? field : new FieldSpec(field, {});
    Field(() => of, options)(type.prototype, key);
  }
  return type;
}
