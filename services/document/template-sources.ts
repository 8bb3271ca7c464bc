import type { FieldViolation } from "../domain/refusal.ts";
import { type Schema, schemasAt, typesOf } from "./schema-path.ts";
import type { FaceTemplate } from "./template.ts";

/** What a face may show of the metadata. */
const METADATA = new Set(
  `identifier number name typeCode itemCode itemVersion version issueDate validFrom validTo preparedAt node app
  businessSerial seal replaces issuer.name issuer.code issuer.division`.split(/\s+/),
);
const HOLDER = new Set(["name", "code", "codeType"]);

/**
 * Holds every source of a template to the data that there will be: members of the metadata and of holders, of whom there are `holdersMax` at
 * most, and items that the item's data schema defines. Gives each fault with the path of its element, so that a misspelt source is found when
 * the item is registered and not as a blank on a certificate.
 */
export function sourceFaults(template: FaceTemplate, dataSchema: Schema, holdersMax: number): FieldViolation[] {
  const faults: FieldViolation[] = [];
  const check = (source: string, field: string, wanted: "text" | "list", row?: string): void => {
    const description = faultOf(row === undefined ? source : `${row}[0].${source}`, { dataSchema, holdersMax }, wanted);
    if (description !== undefined)
      faults.push({
        field,
        description,
        remedy: "correct the source, or define the data item",
        localized: "来源不存在或类型不符，请更正来源，或在数据项标准中定义",
      });
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

function faultOf(
  source: string,
  { dataSchema, holdersMax }: { dataSchema: Schema; holdersMax: number },
  wanted: "text" | "list",
): string | undefined {
  const [root, ...steps] = source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
  if (root === "metadata") {
    if (METADATA.has(steps.join("."))) return undefined;
    return `the metadata have no ${steps.join(".")}`;
  }
  if (root === "holders") {
    const [index = "", member, ...rest] = steps;
    if (Number(index) >= holdersMax) return `there are ${holdersMax} holders at most, numbered from 0`;
    return rest.length === 0 && HOLDER.has(member ?? "")
      ? undefined
      : `holders have no ${member ?? "text of their own"}`;
  }
  const schemas = schemasAt(dataSchema, steps);
  if (schemas.length === 0) return `the data schema defines no ${source}`;
  const types = typesOf(schemas);
  if (wanted === "list") return types.has("array") ? undefined : `${source} is not a list`;
  return types.size === 1 && types.has("object") ? `${source} is an object, not a text` : undefined;
}
