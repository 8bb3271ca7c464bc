import type { FieldViolation } from "../domain/refusal.ts";
import type { FaceTemplate } from "./template.ts";

type Schema = Record<string, unknown>;

/** What a face may show of the metadata. */
const METADATA = new Set(
  `identifier number name typeCode itemCode itemVersion version issueDate validFrom validTo preparedAt node app
  businessSerial seal replaces issuer.name issuer.code issuer.division`.split(/\s+/),
);
const HOLDER = new Set(["name", "code", "codeType"]);

/**
 * Holds every source of a template to the data that there will be: members of the metadata and of holders, and items that
 * the item's data schema defines. Gives each fault with the path of its element, so that a misspelt source is found when
 * the item is registered and not as a blank on a certificate.
 */
export function sourceFaults(template: FaceTemplate, dataSchema: Schema): FieldViolation[] {
  const faults: FieldViolation[] = [];
  const check = (source: string, field: string, wanted: "text" | "list", row?: string): void => {
    const description = faultOf(row === undefined ? source : `${row}[0].${source}`, dataSchema, wanted);
    if (description !== undefined)
      faults.push({ field, description, remedy: "correct the source, or define the data item" });
  };
  for (const [index, element] of template.elements.entries()) {
    const at = `elements[${index}]`;
    if (element.type === "table") {
      check(element.source, `${at}.source`, "list");
      for (const [i, { source }] of element.columns.entries()) {
        if (source !== "#") check(source, `${at}.columns[${i}].source`, "text", element.source);
      }
    } else if ("source" in element && element.source !== undefined) check(element.source, `${at}.source`, "text");
    if (element.type !== "field") continue;
    for (const [i, part] of (element.parts ?? []).entries()) {
      if ("source" in part) check(part.source, `${at}.parts[${i}].source`, "text");
    }
  }
  return faults;
}

function faultOf(source: string, dataSchema: Schema, wanted: "text" | "list"): string | undefined {
  const [root, ...steps] = source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
  if (root === "metadata") {
    if (METADATA.has(steps.join("."))) return undefined;
    return `the metadata have no ${steps.join(".")}`;
  }
  if (root === "holders") {
    const [, member, ...rest] = steps;
    return rest.length === 0 && HOLDER.has(member ?? "")
      ? undefined
      : `holders have no ${member ?? "text of their own"}`;
  }
  let schemas: Schema[] = expand(dataSchema, dataSchema);
  for (const step of steps) {
    schemas = schemas.flatMap((schema) => stepInto(schema, step)).flatMap((schema) => expand(schema, dataSchema));
    if (schemas.length === 0) return `the data schema defines no ${source}`;
  }
  const types = new Set(schemas.flatMap(({ type }) => (type === undefined ? [] : [type].flat())));
  if (wanted === "list") return types.has("array") ? undefined : `${source} is not a list`;
  return types.size === 1 && types.has("object") ? `${source} is an object, not a text` : undefined;
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
function expand(schema: Schema, root: Schema): Schema[] {
  const referred = typeof schema.$ref === "string" ? schema.$ref.replace("#/$defs/", "") : undefined;
  const definitions = isSchema(root.$defs) ? root.$defs : {};
  const branches = [schema.allOf, schema.anyOf, schema.oneOf, schema.then, schema.else].flat();
  if (referred !== undefined) branches.push(definitions[referred]);
  return [schema, ...branches.filter(isSchema).flatMap((branch) => expand(branch, root))];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
