import { said, useTexts } from "../text/texts.ts";
import { DATA_ITEMS, KINDS } from "./data-item-texts.ts";
import "./data-items.css";
import { furtherOf } from "./further.ts";
import { boundsOf, kindOf, saysOf, textOf } from "./item-kind.ts";
import { type ItemRow, tableOf } from "./item-table.ts";

/** The data items of a standard, as a table to read. What no column shows stands in the last one. */
export function DataItemsTable({ schemaJson, label }: { schemaJson: string; label: string }) {
  const texts = useTexts(DATA_ITEMS);
  const rows = rowsIn(schemaJson);
  if (!rows) return <pre className="code wrap">{schemaJson}</pre>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by the keyboard
    <section className="wide" tabIndex={0} aria-label={label}>
      <table className="items">
        <thead>
          <tr>
            {[texts.title, texts.name, texts.kind, texts.required, texts.bounds, texts.further].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Rows rows={rows} depth={0} />
        </tbody>
      </table>
    </section>
  );
}

function Rows({ rows, depth }: { rows: readonly ItemRow[]; depth: number }) {
  const texts = useTexts(DATA_ITEMS);
  return rows.map((row) => <FragmentRow key={row.name} row={row} depth={depth} yes={texts.yes} no={texts.no} />);
}

function FragmentRow({ row, depth, yes, no }: { row: ItemRow; depth: number; yes: string; no: string }) {
  const kind = kindOf(row);
  const choices = saysOf(row, "enum");
  return (
    <>
      <tr>
        <th scope="row" className={`depth-${Math.min(depth, 3)}`}>
          {textOf(row, "title") || row.name}
        </th>
        <td className="code">{row.name}</td>
        <td>{said(KINDS[kind])}</td>
        <td>{row.required ? yes : no}</td>
        <td className="code">{kind === "choice" ? (choices as string[]).join("、") : boundsText(row)}</td>
        <td className="quiet">{[textOf(row, "description"), furtherText(row)].filter(Boolean).join(" ")}</td>
      </tr>
      <Rows rows={row.members} depth={depth + 1} />
    </>
  );
}

function boundsText(row: ItemRow): string {
  const [least, most] = (boundsOf(row) ?? []).map((keyword) => saysOf(row, keyword));
  if (least === undefined && most === undefined) return "";
  return least === undefined ? `≤ ${most}` : most === undefined ? `≥ ${least}` : `${least} – ${most}`;
}

function furtherText(row: ItemRow): string {
  const text = JSON.stringify(furtherOf(row));
  return text === "{}" ||
    text === '{"items":{"additionalProperties":false}}' ||
    text === '{"additionalProperties":false}'
    ? ""
    : text;
}

function rowsIn(schemaJson: string): readonly ItemRow[] | undefined {
  try {
    return tableOf(JSON.parse(schemaJson)).rows;
  } catch {
    return undefined;
  }
}
