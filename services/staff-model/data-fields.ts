/** A data item of a kind of certificate as a form asks for it (5.3). */
export interface DataField {
  /** Name within the object that holds it. */
  readonly name: string;
  readonly title: string;
  /** More about it, where its standard says more. */
  readonly description: string;
  readonly required: boolean;
  readonly kind:
    | "text"
    | "area"
    | "date"
    | "choice"
    | "integer"
    | "number"
    | "yesNo"
    | "picture"
    | "group"
    | "list"
    | "table";
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  /** Of a group its members, of a table its columns, of a list the one that is repeated. */
  readonly members?: readonly DataField[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Texts that may be longer are asked for in several lines. */
const LINE = 80;

interface Schema {
  type?: string;
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

/** The fields of a data item standard (JSON Schema), in its order. */
export function dataFields(schemaJson: string): DataField[] {
  return membersOf(JSON.parse(schemaJson) as Schema);
}

function membersOf({ properties = {}, required = [] }: Schema): DataField[] {
  return Object.entries(properties).map(([name, schema]) => fieldOf(name, schema, required.includes(name)));
}

function fieldOf(name: string, schema: Schema, required: boolean): DataField {
  const { title = name, description = "", maxLength, minimum, maximum, minItems, maxItems } = schema;
  const said = { name, title, description, required };
  const bounds = { ...given("maxLength", maxLength), ...given("minimum", minimum), ...given("maximum", maximum) };
  const items = { ...given("minItems", minItems), ...given("maxItems", maxItems) };
  if (schema.enum) return { ...said, kind: "choice", choices: schema.enum.map(String) };
  switch (schema.type) {
    case "object":
      return { ...said, kind: "group", members: membersOf(schema) };
    case "array": {
      const each = schema.items ?? {};
      if (each.type === "object") return { ...said, ...items, kind: "table", members: membersOf(each) };
      return { ...said, ...items, kind: "list", members: [fieldOf("", { title, ...each }, true)] };
    }
    case "integer":
    case "number":
      return { ...said, ...bounds, kind: schema.type };
    case "boolean":
      return { ...said, kind: "yesNo" };
    default:
      if (schema.format === "date") return { ...said, kind: "date" };
      // Pictures travel as attachments of the item's title, never within the data.
      if (description.includes("data:image/")) return { ...said, kind: "picture" };
      return { ...said, ...bounds, kind: (maxLength ?? 0) > LINE ? "area" : "text" };
  }
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}

/**
 * Where a place within what was {@link filledIn} stands among the values as people see them: rows that were left empty were not handed in, and stand there
 * still.
 */
export function placeOnScreen(values: unknown, place: readonly (string | number)[]): (string | number)[] {
  const [step, ...rest] = place;
  if (step === undefined) return [];
  const handedIn = Array.isArray(values) ? [...values.keys()].filter((at) => filledIn(values[at]) !== undefined) : [];
  const shown = typeof step === "number" ? (handedIn[step] ?? step) : step;
  return [shown, ...placeOnScreen((values as Record<string | number, unknown> | undefined)?.[shown], rest)];
}

/** What was filled in, without what was left empty: an absent item is absent, not an empty text. */
export function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn).filter((one) => one !== undefined);
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, one]) => [name, filledIn(one)] as const);
    const kept = members.filter(([, one]) => one !== undefined);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  return value === null ? undefined : value;
}
