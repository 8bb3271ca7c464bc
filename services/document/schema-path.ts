/** A JSON Schema, or a part of one. */
export type Schema = Record<string, unknown>;

/**
 * All that a data schema says of the item at a path: of members by their names, of members of lists by number or `*`. Empty where it defines
 * no such item.
 */
export function schemasAt(dataSchema: Schema, steps: readonly string[]): Schema[] {
  return steps.reduce(
    (schemas, step) =>
      schemas.flatMap((schema) => stepInto(schema, step)).flatMap((schema) => whole(schema, dataSchema)),
    whole(dataSchema, dataSchema),
  );
}

/** All that schemas, and what they are made of, say of a member or of the members of a list; each still to be taken with what it is made of. */
export function schemasIn(schemas: readonly Schema[], step: string, root: Schema): Schema[] {
  return schemas.flatMap((schema) => whole(schema, root)).flatMap((schema) => stepInto(schema, step));
}

/** The schemas all of which, or one of which (`any`), data must keep to beside a schema itself. What is under a condition is neither. */
export function schemasThat(schema: Schema, root: Schema, which: "all" | "any"): Schema[] {
  if (which === "any") return [schema.anyOf, schema.oneOf].flat().filter(isSchema);
  return [schema.allOf, referredBy(schema, root)].flat().filter(isSchema);
}

/** The types that schemas name. */
export function typesOf(schemas: readonly Schema[]): Set<unknown> {
  return new Set(schemas.flatMap(({ type }) => (type === undefined ? [] : [type].flat())));
}

function stepInto(schema: Schema, step: string): Schema[] {
  if (/^\d|^\*/.test(step)) {
    const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    return [...prefix, schema.items].filter(isSchema);
  }
  const { properties } = schema;
  if (!isSchema(properties) || !Object.hasOwn(properties, step)) return [];
  return [properties[step]].filter(isSchema);
}

/** A schema and all that it is made of: what it refers to and its branches. References do not lead back (schema-guard). */
export function whole(schema: Schema, root: Schema): Schema[] {
  const { allOf, anyOf, oneOf, then, else: otherwise } = schema;
  const branches = [allOf, anyOf, oneOf, then, otherwise, referredBy(schema, root)].flat();
  return [schema, ...branches.filter(isSchema).flatMap((branch) => whole(branch, root))];
}

function referredBy({ $ref }: Schema, { $defs }: Schema): unknown {
  if (typeof $ref !== "string" || !isSchema($defs)) return undefined;
  return $defs[$ref.replace("#/$defs/", "")];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
