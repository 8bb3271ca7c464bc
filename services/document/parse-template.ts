import type { FieldViolation } from "../domain/refusal.ts";
import { Refusal } from "../domain/refusal.ts";
import { schemaValidator } from "./ajv.ts";
import { parsePath } from "./path.ts";
import { violationsOf } from "./schema-violation.ts";
import type { SealPicture } from "./seal-picture.ts";
import type { Box, FaceElement, FaceTemplate } from "./template.ts";
import { SEAL_SCHEMA, TEMPLATE_SCHEMA } from "./template-schema.ts";

const ajv = schemaValidator({
  allErrors: true,
  strict: true,
  discriminator: true,
  strictTypes: false,
  strictRequired: false,
});
// Compiled at their first use, and kept by ajv: most processes read no template, and it takes a tenth of a start.
const templateCheck = () => ajv().compile<FaceTemplate>(TEMPLATE_SCHEMA);
const sealCheck = () => ajv().compile<SealPicture>(SEAL_SCHEMA);

/** Compiles the schemas by which templates and seal pictures are read, for who will read one soon. */
export function prepareParsing(): void {
  templateCheck();
  sealCheck();
}

/** Most pictures on a face: the largest take some tenths of a second and 16 MB each, in the core and in the agent. */
const MAX_PICTURES = 12;

/**
 * Reads a face template. Throws `INVALID_FIELD` with every fault of the form at once, each with its path
 * (`elements[3].box`) and a remedy: unknown members, sizes, boxes outside the page, not exactly one seal, bad paths, too many pictures.
 */
export function parseTemplate(json: string): FaceTemplate {
  const value = parseJson(json, "template");
  const acceptTemplate = templateCheck();
  if (!acceptTemplate(value)) throw refusal("face template", acceptTemplate.errors ?? []);
  const faults = value.elements.flatMap((element, index) => elementFaults(element, `elements[${index}]`, value.page));
  const seals = value.elements.filter((element) => element.type === "seal").length;
  if (seals !== 1) {
    faults.push({
      field: "elements",
      description: `has ${seals} seals`,
      remedy: "provide exactly one seal element",
      localized: `有${seals}个印章元素，应恰为一个，请更正`,
    });
  }
  const pictures = value.elements.filter((element) => element.type === "image").length;
  if (pictures > MAX_PICTURES) {
    const description = `has ${pictures} pictures; ${MAX_PICTURES} are allowed`;
    faults.push({
      field: "elements",
      description,
      remedy: "remove some",
      localized: `有${pictures}个图片元素，最多${MAX_PICTURES}个，请减少`,
    });
  }
  if (faults.length > 0) throw new Refusal("INVALID_FIELD", summary("face template", faults), { fields: faults });
  return value;
}

/** Reads a seal picture. Throws `INVALID_FIELD` with every fault at once. */
export function parseSealPicture(json: string): SealPicture {
  return checkSealPicture(parseJson(json, "seal picture"));
}

/** Checks a seal picture that is already an object. Throws `INVALID_FIELD` with every fault at once. */
export function checkSealPicture(value: unknown): SealPicture {
  const acceptSeal = sealCheck();
  if (!acceptSeal(value)) throw refusal("seal picture", acceptSeal.errors ?? []);
  if (value.kind === "vector") for (const [i, path] of value.paths.entries()) parsePath(path.d, `paths[${i}].d`);
  return value;
}

function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${what} is not JSON`, {
      fields: [
        {
          field: what,
          description: "is not JSON",
          remedy: "provide a JSON object",
          localized: "不是JSON，请提供JSON对象",
        },
      ],
      cause,
    });
  }
}

function refusal(what: string, errors: Parameters<typeof violationsOf>[0]): Refusal {
  const fields = violationsOf(errors, "INVALID_FIELD").map(({ field, description, remedy, localized }) => ({
    field: dotted(field) || what,
    description,
    remedy,
    localized,
  }));
  return new Refusal("INVALID_FIELD", summary(what, fields), { fields });
}

function summary(what: string, [first, ...rest]: readonly FieldViolation[]): string {
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
  return `${what}: ${first?.field} ${first?.description}${more}`;
}

/** `/elements/3/box` → `elements[3].box` */
function dotted(pointer: string): string {
  return pointer
    .replaceAll(/\/(\d+)(?=\/|$)/g, "[$1]")
    .replaceAll("/", ".")
    .replace(/^\./, "");
}

function elementFaults(element: FaceElement, at: string, page: FaceTemplate["page"]): FieldViolation[] {
  const faults: FieldViolation[] = [];
  const add = (member: string, description: string, remedy: string, localized: string): void => {
    faults.push({ field: `${at}.${member}`, description, remedy, localized });
  };
  if ("box" in element && !inside(element.box, page))
    add("box", "lies outside the page", "keep x + width within it", "超出页面，请移入页面之内");
  if ("minSize" in element && (element.minSize ?? 0) > element.size) {
    add("minSize", "is larger than size", "give a smaller one", "大于size，请改小");
  }
  if (element.type === "field") {
    if ((element.source === undefined) === (element.parts === undefined)) {
      add(
        "source",
        "must be given unless parts are",
        "give either source or parts",
        "source与parts须填写且只填写一个，请更正",
      );
    }
    for (const [i, part] of (element.parts ?? []).entries()) {
      if ("source" in part === "text" in part)
        add(
          `parts[${i}]`,
          "needs source or text",
          "give exactly one of them",
          "source与text须填写且只填写一个，请更正",
        );
    }
  }
  if (element.type === "image" && (element.source === undefined) === (element.attachment === undefined)) {
    add(
      "source",
      "must be given unless attachment is",
      "give either source or attachment",
      "source与attachment须填写且只填写一个，请更正",
    );
  }
  if (element.type === "table") {
    const width = element.columns.reduce((sum, column) => sum + column.width, 0);
    if (Math.abs(width - element.box[2]) > 0.01)
      add(
        "columns",
        `are ${width} mm wide together`,
        "fill the box's width",
        `各列合计${width}毫米，请使其等于box的宽度`,
      );
    if ((element.minRowHeight ?? 0) > element.rowHeight)
      add("minRowHeight", "is larger than rowHeight", "give a smaller one", "大于rowHeight，请改小");
    if ((element.header?.height ?? 0) + element.rowHeight > element.box[3])
      add("box", "has no room for a row", "make it higher", "放不下一行，请加高");
    for (const [i, column] of element.columns.entries()) {
      if ((column.minSize ?? 0) > column.size)
        add(`columns[${i}].minSize`, "is larger than size", "give a smaller one", "大于size，请改小");
    }
  }
  if (element.type === "path") parsePath(element.d, `${at}.d`);
  if (element.type === "rosette" && element.innerRadius >= element.radius) {
    add("innerRadius", "is not smaller than radius", "give a smaller one", "不小于radius，请改小");
  }
  if (element.type === "border" && element.depth * 2 >= Math.min(element.box[2], element.box[3])) {
    add("depth", "is too large for the box", "give a smaller one", "对box而言过大，请改小");
  }
  return faults;
}

function inside([x, y, width, height]: Box, page: FaceTemplate["page"]): boolean {
  // A hundredth of a mm of slack, since sums of decimals are not exact.
  return x + width <= page.width + 0.01 && y + height <= page.height + 0.01;
}
