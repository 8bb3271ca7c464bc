import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { bindingFaults } from "../../document/bound-items.ts";
import { compileDataSchema } from "../../document/data-schema.ts";
import { parseSealPicture, parseTemplate } from "../../document/parse-template.ts";
import { sourceFaults } from "../../document/template-sources.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { socialCreditCodeFault } from "../../domain/social-credit-code.ts";
import { typeCodeFault } from "../../domain/type-code.ts";
import { parseValidityRule } from "../../domain/validity-rule.ts";

/** How readers of JSON name the whole of it. */
const WHOLE: ReadonlySet<string> = new Set(["template", "face template", "seal picture", "validity_rule"]);

/**
 * 4.3.3: checks the content of a catalog item as a whole and refuses it with every fault at once: type code, validity
 * rule, schema of the data items, face template, bindings, seal pictures, and an example that the schema must accept.
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
    const remedy = "copy the 21 characters: the defining body's social credit code and three digits (GB/T 36904)";
    const localized = "证照类型代码应为定义机构的统一社会信用代码加三位数字（GB/T 36904），请核对";
    faults.push({ field: "content.type_code", description: typeFault, remedy, localized });
  }
  if (content.holdersMin > content.holdersMax) {
    const told = { remedy: "turn them round", localized: "最少人数大于最多人数，请对调或更正" };
    faults.push({ field: "content.holders_min", description: "is more than holders_max", ...told });
  }
  check("validity_rule_json", () => parseValidityRule(JSON.parse(content.validityRuleJson)));
  let schema: Record<string, unknown> | undefined;
  check("data_schema_json", () => {
    const dataFaults = compileDataSchema(content.dataSchemaJson);
    schema = JSON.parse(content.dataSchemaJson);
    check("example_json", () => {
      for (const fault of dataFaults(JSON.parse(content.exampleJson))) {
        faults.push({ ...fault, field: `content.example_json${fault.field.replace(/^\/data/, "")}` });
      }
    });
  });
  check("face_template_json", () => {
    const template = parseTemplate(content.faceTemplateJson);
    // What a schema says that is none itself is told above; a face cannot be held to it.
    if (schema === undefined) return;
    const fields = sourceFaults(template, schema, content.holdersMax);
    if (fields.length > 0) throw new Refusal("INVALID_FIELD", "the face shows what the data do not have", { fields });
    const bound = bindingFaults(content.bindings, { dataSchema: schema, template, holdersMax: content.holdersMax });
    faults.push(...bound.map((fault) => ({ ...fault, field: `content.${fault.field}` })));
  });
  content.sealSamples.forEach(({ pictureJson }, index) => {
    check(`seal_samples[${index}].picture_json`, () => parseSealPicture(pictureJson));
  });
  const keeperFault = content.keeperCode === "" ? undefined : socialCreditCodeFault(content.keeperCode);
  if (keeperFault !== undefined) {
    const told = { remedy: "check the code and its last character", localized: "统一社会信用代码错误，请核对" };
    faults.push({ field: "content.keeper_code", description: keeperFault, ...told });
  }
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
  if (!(error instanceof Refusal)) throw error;
  if (error.fields.length === 0)
    return [{ field, description: error.message, remedy: "correct it", localized: "不符合要求，请更正" }];
  return error.fields.map((fault) => ({ ...fault, field: field + pointerOf(fault.field) }));
}

/** A path into a template (`elements[3].box`) or schema as a JSON pointer; what names the whole is none. */
export function pointerOf(path: string): string {
  if (path === "/" || WHOLE.has(path)) return "";
  if (path.startsWith("/")) return path;
  return `/${path.replaceAll(/\[(\d+)\]/g, ".$1").replaceAll(".", "/")}`;
}
