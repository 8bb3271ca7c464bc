import { Button, Input } from "antd";
import { useId } from "react";
import { useTexts } from "../text/texts.ts";
import { DATA_ITEMS } from "./data-item-texts.ts";
import "./data-items.css";
import { asText, type EditedStandard, faultsOf, openedStandard } from "./edited-standard.ts";
import { furtherOfTable, tableSayingFurther } from "./further.ts";
import { begunRow } from "./item-kind.ts";
import { isObject } from "./item-table.ts";
import { JsonText } from "./json-text.tsx";
import { RowsEditor } from "./rows-editor.tsx";

/** Edits a data item standard as a table of fields, or as the text of its schema: both ways, and nothing of it is lost. */
export function StandardEditor({
  value,
  onChange,
}: {
  value?: EditedStandard;
  onChange?: (edited: EditedStandard) => void;
}) {
  const texts = useTexts(DATA_ITEMS);
  const id = useId();
  if (!value) return null;
  const change = (edited: EditedStandard) => onChange?.(edited);
  if ("text" in value) {
    const opened = openedStandard(value.text);
    return (
      <>
        <label htmlFor={id}>{texts.text}</label>
        <Input.TextArea
          id={id}
          className="json"
          rows={16}
          value={value.text}
          onChange={({ target }) => change({ text: target.value })}
        />
        {"text" in opened && <p role="alert">{texts.notJson}</p>}
        <Button disabled={"text" in opened} onClick={() => change(opened)}>
          {texts.asTable}
        </Button>
      </>
    );
  }
  const { table } = value;
  const faults = faultsOf(value);
  const names = table.rows.map(({ name }) => name);
  return (
    <>
      <div className="wide">
        <table className="items">
          <thead>
            <tr>
              {[texts.title, texts.name, texts.kind, texts.required, texts.least, texts.most, texts.further].map(
                (title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            <RowsEditor rows={table.rows} depth={0} change={(rows) => change({ table: { ...table, rows } })} />
          </tbody>
        </table>
      </div>
      {faults.length > 0 && <p role="alert">{texts.sameNames(faults.join("、"))}</p>}
      <div className="actions">
        <Button onClick={() => change({ table: { ...table, rows: [...table.rows, begunRow(names)] } })}>
          {texts.add}
        </Button>
        <Button onClick={() => change(asText(value))} disabled={faults.length > 0}>
          {texts.asText}
        </Button>
      </div>
      <JsonText
        label={texts.further}
        help={texts.furtherHow}
        value={furtherOfTable(table)}
        change={(further) => isObject(further) && change({ table: tableSayingFurther(table, further) })}
      />
    </>
  );
}
