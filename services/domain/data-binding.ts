import type { DataMessage } from "./message.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";

/** A data item of a kind of certificate that says what the metadata say too. */
export interface DataBinding {
  /** JSON pointer into the data; `*` stands for all members of a list: `/owners/0/name`. */
  dataItem: string;
  /** Member of the metadata: `number`, `issueDate`, `issuer.name`, `holders[0].name`, `holders[*].code`. */
  metadata: string;
}

/** Members of the metadata that data items may be bound to. */
const BINDABLE =
  /^(?:number|issueDate|validFrom|validTo|issuer\.(?:name|code|division)|holders\[[0-9*]\]\.(?:name|code|codeType))$/;

/**
 * Holds that each bound data item is exactly what the metadata say, octet by octet: also that it is absent where they have no such member,
 * and that a list has one member for each holder, in their order. A binding that this program does not know holds for nothing. `nameOf`
 * names a member of the metadata as the caller knows it. Throws `DATA_MISMATCH` with both fields of every pair; values are not told.
 */
export function requireBound(
  bindings: readonly DataBinding[],
  message: Pick<DataMessage, "metadata" | "data">,
  nameOf: (member: string) => string,
): void {
  const pairs = bindings
    .filter((binding) => !isHeld(binding, message))
    .map(({ dataItem, metadata }) => [`/data${dataItem}`, nameOf(metadata)] as const);
  if (pairs.length === 0) return;
  const fields = pairs.flatMap(([item, member]): FieldViolation[] => [
    {
      field: item,
      description: `does not say what ${member} says`,
      remedy: `say the same as ${member}`,
      localized: `应与${member}相同，请更正其一`,
    },
    {
      field: member,
      description: `is not what ${item} says`,
      remedy: `say the same in ${item}`,
      localized: `应与${item}相同，请更正其一`,
    },
  ]);
  const told = pairs.map(([item, member]) => `${item} does not say what ${member} says`).join("; ");
  const differing = pairs.map((pair) => pair.join("=")).join(" ");
  throw new Refusal("DATA_MISMATCH", `${told}: make both the same`, { fields, metadata: { differing } });
}

function isHeld({ dataItem, metadata }: DataBinding, message: Pick<DataMessage, "metadata" | "data">): boolean {
  if (!BINDABLE.test(metadata)) return false;
  const found = valuesAt(message.data, dataItem.split("/").slice(1));
  const said = valuesAt(message.metadata, metadata.match(/[A-Za-z]+|\d|\*/g) ?? []);
  return found.length === said.length && found.every((value, index) => value === said[index]);
}

/** What stands at a path, `undefined` where nothing does; of a list with `*`, one for each of its members. */
function valuesAt(root: unknown, steps: readonly string[]): unknown[] {
  return steps.reduce<unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (step === "*") return Array.isArray(value) ? value : [undefined];
        const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, step);
        return [isThere ? (value as Record<string, unknown>)[step] : undefined];
      }),
    [root],
  );
}
