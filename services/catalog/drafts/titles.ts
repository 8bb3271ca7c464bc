import { pointerTo } from "../../domain/json-pointer.ts";

/** Data items told at most. */
const TOLD = 50;
const DEFINITIONS = "#/$defs/";

type Schema = Readonly<Record<string, unknown>>;

/** 4.3.3: the data items of a schema, good otherwise, that have no title in Chinese, here or where they refer to, as JSON pointers into it. */
export function untitledItems(schemaJson: string): string[] {
  const root = objectIn(JSON.parse(schemaJson));
  const found: string[] = [];
  visit(root, "", root, found);
  return found.slice(0, TOLD);
}

function visit(schema: Schema, at: string, root: Schema, found: string[]): void {
  for (const [name, item] of Object.entries(objectIn(schema.properties))) {
    const place = pointerTo(`${at}/properties`, name);
    if (!/\p{Script=Han}/u.test(titleOf(objectIn(item), root))) found.push(place);
    visit(objectIn(item), place, root, found);
  }
  visitIn(schema, "items", at, root, found);
  for (const name of Object.keys(objectIn(schema.$defs)))
    visitIn(objectIn(schema.$defs), name, `${at}/$defs`, root, found);
}

function visitIn(schema: Schema, key: string, at: string, root: Schema, found: string[]): void {
  const inner = objectIn(schema[key]);
  if (Object.keys(inner).length > 0) visit(inner, pointerTo(at, key), root, found);
}

function titleOf({ title, $ref }: Schema, root: Schema): string {
  if (typeof title === "string") return title;
  if (typeof $ref !== "string" || !$ref.startsWith(DEFINITIONS)) return "";
  const { title: defined } = objectIn(objectIn(root.$defs)[$ref.slice(DEFINITIONS.length)]);
  return typeof defined === "string" ? defined : "";
}

function objectIn(value: unknown): Schema {
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}
