import type { JsonValue } from "@bufbuild/protobuf";
import type { DataField } from "../../staff-model/data-fields.ts";
import { amountText } from "../format/money.ts";
import { useTexts } from "../text/texts.ts";
import type { Kind } from "./kinds.ts";
import { USE } from "./use-texts.ts";

/** A data item as people call it; by its name where the kind is not known. */
export function titleOf(kind: Kind | undefined, name: string): string {
  return kind?.fields.find((field) => field.name === name)?.title ?? name;
}

/** The value of a data item: a text as it is, rows and groups with the titles of their members. */
export function Value({ value, field }: { value: JsonValue; field?: DataField | undefined }) {
  const texts = useTexts(USE);
  if (value === null || value === "") return <span className="quiet">{texts.empty}</span>;
  if (Array.isArray(value))
    return (
      <ol className="values">
        {value.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a certificate never move
          <li key={place}>
            <Value value={one} field={field?.kind === "list" ? field.members?.[0] : field} />
          </li>
        ))}
      </ol>
    );
  if (typeof value === "object")
    return (
      <dl className="values">
        {Object.entries(value).map(([name, one]) => {
          const member = field?.members?.find((other) => other.name === name);
          return (
            <div key={name}>
              <dt>{member?.title ?? name}</dt>
              <dd>
                <Value value={one} field={member} />
              </dd>
            </div>
          );
        })}
      </dl>
    );
  return <span className="value">{amountText(field?.title ?? "", value) ?? String(value)}</span>;
}
