import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { Actor } from "../../domain/actor.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { MAX_DATA_TEXT_LENGTH, textFault } from "../../domain/text-rule.ts";
import { jsonViolations, pemFault } from "./program-texts.ts";

/** What a list gave out, to be handed back as it is. */
const GIVEN_OUT = /^id$|^page_token$/;
const OF_THE_PLATFORM: ReadonlySet<Actor["kind"]> = new Set<Actor["kind"]>(["service", "node", "agent"]);

/**
 * Holds every text of a message to the one rule of texts (`domain/text-rule.ts`): JSON and PEM by rules of their own
 * (`program-texts.ts`), ids and tokens of lists as they were given out. Throws `INVALID_FIELD` with every violation at once. Services, nodes and agents hand on what was taken before; business
 * data (a Struct) are held where their schema is known.
 */
export function checkTexts(schema: DescMessage, message: Message, caller: Actor["kind"]): void {
  if (OF_THE_PLATFORM.has(caller)) return;
  const fields = violationsIn(reflect(schema, message), "");
  const [first] = fields;
  if (first === undefined) return;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  throw new Refusal("INVALID_FIELD", `${first.field}: ${first.description}${more}`, { fields });
}

function violationsIn(message: ReflectMessage, path: string): FieldViolation[] {
  return message.fields.flatMap((field): FieldViolation[] => {
    if (!message.isSet(field) || !mayHoldTexts(field)) return [];
    const at = path === "" ? field.name : `${path}.${field.name}`;
    if (field.fieldKind === "list")
      return [...message.get(field)].flatMap((one, index) => violationsOf(field, one, `${at}[${index}]`));
    if (field.fieldKind === "map")
      return [...message.get(field)].flatMap(([key, one]) => violationsOf(field, one, `${at}[${JSON.stringify(key)}]`));
    return violationsOf(field, message.get(field), at);
  });
}

function mayHoldTexts(field: DescField): boolean {
  if (field.message) return !field.message.typeName.startsWith("google.protobuf.");
  return field.enum === undefined && !GIVEN_OUT.test(field.name);
}

function violationsOf({ name }: DescField, value: unknown, at: string): FieldViolation[] {
  if (typeof value === "string") {
    if (name.endsWith("_json")) return jsonViolations(value, at);
    const fault = name.endsWith("_pem") ? pemFault(value) : textFault(value, { max: MAX_DATA_TEXT_LENGTH });
    return fault === undefined ? [] : [{ field: at, ...fault }];
  }
  return isReflected(value) ? violationsIn(value, at) : [];
}

function isReflected(value: unknown): value is ReflectMessage {
  return typeof value === "object" && value !== null && "fields" in value && "desc" in value;
}
