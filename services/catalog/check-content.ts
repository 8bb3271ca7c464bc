import type { CatalogItemContent } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { compileDataSchema } from "../document/data-schema.ts";
import { parseSealPicture, parseTemplate } from "../document/parse-template.ts";
import { sourceFaults } from "../document/template-sources.ts";
import { type FieldViolation, Refusal } from "../domain/refusal.ts";
import { typeCodeFault } from "../domain/type-code.ts";
import { parseValidityRule } from "../domain/validity-rule.ts";

/**
 * 4.3.3: checks the content of a catalog item as a whole and refuses it with every fault at once: type code, validity
 * rule, schema of the data items, face template, and an example that the schema must accept.
 */
export function checkContent(content: CatalogItemContent): void {
  const faults: FieldViolation[] = [];
  const check = (field: string, run: () => void): void => {
    try {
      run();
    } catch (error) {
      faults.push(...violationsIn(error, `content.${field}`));
    }
  };
  const typeFault = typeCodeFault(content.typeCode);
  if (typeFault !== undefined) {
    faults.push({ field: "content.type_code", description: typeFault, remedy: "see GB/T 36904" });
  }
  if (content.holdersMin > content.holdersMax) {
    faults.push({ field: "content.holders_min", description: "is more than holders_max", remedy: "turn them round" });
  }
  check("validity_rule_json", () => parseValidityRule(JSON.parse(content.validityRuleJson), "validity_rule_json"));
  check("face_template_json", () => {
    const template = parseTemplate(content.faceTemplateJson);
    // A schema that is not JSON is told below; a face cannot be held to it.
    const schema = jsonObject(content.dataSchemaJson);
    const fields = schema === undefined ? [] : sourceFaults(template, schema);
    if (fields.length > 0) throw new Refusal("INVALID_FIELD", "the face shows what the data do not have", { fields });
  });
  check("data_schema_json", () => {
    const dataFaults = compileDataSchema(content.dataSchemaJson);
    check("example_json", () => {
      for (const fault of dataFaults(JSON.parse(content.exampleJson))) {
        faults.push({ ...fault, field: `content.example_json${fault.field}` });
      }
    });
  });
  if (faults.length === 0) return;
  const first = faults[0] as FieldViolation;
  throw new Refusal(
    "DATA_INVALID",
    `the content has ${faults.length} fault(s), first ${first.field}: ${first.description}`,
    {
      fields: faults,
    },
  );
}

function jsonObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses a seal picture that faces could not show. */
export function checkSealPicture(json: string): void {
  try {
    parseSealPicture(json);
  } catch (error) {
    throw new Refusal("INVALID_FIELD", "the seal picture cannot be drawn", {
      fields: violationsIn(error, "seal.picture_json"),
    });
  }
}

function violationsIn(error: unknown, field: string): FieldViolation[] {
  if (error instanceof SyntaxError) {
    return [{ field, description: `not JSON: ${error.message}`, remedy: "send well-formed JSON" }];
  }
  if (!(error instanceof Refusal)) throw error;
  if (error.fields.length === 0) return [{ field, description: error.message }];
  return error.fields.map((fault) => ({ ...fault, field: `${field}.${fault.field}` }));
}
