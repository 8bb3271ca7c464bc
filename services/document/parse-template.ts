import { Ajv2020 } from "ajv/dist/2020.js";
import type { FieldViolation } from "../domain/refusal.ts";
import { Refusal } from "../domain/refusal.ts";
import { parsePath } from "./path.ts";
import { violationsOf } from "./schema-violation.ts";
import type { SealPicture } from "./seal-picture.ts";
import type { Box, FaceElement, FaceTemplate } from "./template.ts";
import { SEAL_SCHEMA, TEMPLATE_SCHEMA } from "./template-schema.ts";

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  discriminator: true,
  strictTypes: false,
  strictRequired: false,
});
const acceptTemplate = ajv.compile<FaceTemplate>(TEMPLATE_SCHEMA);
const acceptSeal = ajv.compile<SealPicture>(SEAL_SCHEMA);

/** Most pictures on a face: the largest take some tenths of a second and 16 MB each, in the core and in the agent. */
const MAX_PICTURES = 12;

/**
 * Reads a face template. Throws `INVALID_FIELD` with every fault of the form at once, each with its path
 * (`elements[3].box`) and a remedy: unknown members, sizes, boxes outside the page, not exactly one seal, bad paths, too many pictures.
 */
export function parseTemplate(json: string): FaceTemplate {
  const value = parseJson(json, "template");
  if (!acceptTemplate(value)) throw refusal("face template", acceptTemplate.errors ?? []);
  const faults = value.elements.flatMap((element, index) => elementFaults(element, `elements[${index}]`, value.page));
  const seals = value.elements.filter((element) => element.type === "seal").length;
  if (seals !== 1) {
    faults.push({ field: "elements", description: `has ${seals} seals`, remedy: "provide exactly one seal element" });
  }
  const pictures = value.elements.filter((element) => element.type === "image").length;
  if (pictures > MAX_PICTURES) {
    const description = `has ${pictures} pictures; ${MAX_PICTURES} are allowed`;
    faults.push({ field: "elements", description, remedy: "remove some" });
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
  if (!acceptSeal(value)) throw refusal("seal picture", acceptSeal.errors ?? []);
  if (value.kind === "vector") for (const [i, path] of value.paths.entries()) parsePath(path.d, `paths[${i}].d`);
  return value;
}

function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${what} is not JSON`, {
      fields: [{ field: what, description: "is not JSON", remedy: "provide a JSON object" }],
      cause,
    });
  }
}

function refusal(what: string, errors: Parameters<typeof violationsOf>[0]): Refusal {
  const fields = violationsOf(errors, "INVALID_FIELD").map(({ field, description, remedy }) => ({
    field: dotted(field) || what,
    description,
    ...(remedy !== undefined && { remedy }),
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
  const add = (member: string, description: string, remedy: string): void => {
    faults.push({ field: `${at}.${member}`, description, remedy });
  };
  if ("box" in element && !inside(element.box, page)) add("box", "lies outside the page", "keep x + width within it");
  if ("minSize" in element && (element.minSize ?? 0) > element.size) {
    add("minSize", "is larger than size", "give a smaller one");
  }
  if (element.type === "field") {
    if ((element.source === undefined) === (element.parts === undefined)) {
      add("source", "must be given unless parts are", "give either source or parts");
    }
    for (const [i, part] of (element.parts ?? []).entries()) {
      if ("source" in part === "text" in part) add(`parts[${i}]`, "needs source or text", "give exactly one of them");
    }
  }
  if (element.type === "image" && (element.source === undefined) === (element.attachment === undefined)) {
    add("source", "must be given unless attachment is", "give either source or attachment");
  }
  if (element.type === "table") {
    const width = element.columns.reduce((sum, column) => sum + column.width, 0);
    if (Math.abs(width - element.box[2]) > 0.01)
      add("columns", `are ${width} mm wide together`, "fill the box's width");
    if ((element.minRowHeight ?? 0) > element.rowHeight)
      add("minRowHeight", "is larger than rowHeight", "give a smaller one");
    if ((element.header?.height ?? 0) + element.rowHeight > element.box[3])
      add("box", "has no room for a row", "make it higher");
    for (const [i, column] of element.columns.entries()) {
      if ((column.minSize ?? 0) > column.size)
        add(`columns[${i}].minSize`, "is larger than size", "give a smaller one");
    }
  }
  if (element.type === "path") parsePath(element.d, `${at}.d`);
  if (element.type === "rosette" && element.innerRadius >= element.radius) {
    add("innerRadius", "is not smaller than radius", "give a smaller one");
  }
  if (element.type === "border" && element.depth * 2 >= Math.min(element.box[2], element.box[3])) {
    add("depth", "is too large for the box", "give a smaller one");
  }
  return faults;
}

function inside([x, y, width, height]: Box, page: FaceTemplate["page"]): boolean {
  // A hundredth of a mm of slack, since sums of decimals are not exact.
  return x + width <= page.width + 0.01 && y + height <= page.height + 0.01;
}
