import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { FORM } from "../form/form-texts.ts";
import { said, useTexts } from "../text/texts.ts";
import { DATA_ITEMS, KINDS } from "./data-item-texts.ts";
import { furtherOf, sayingFurther } from "./further.ts";
import { begunRow, boundsOf, ITEM_KINDS, type ItemKind, kindOf, ofKind, saying, saysOf, textOf } from "./item-kind.ts";
import type { ItemRow } from "./item-table.ts";
import { JsonText } from "./json-text.tsx";

interface RowsProps {
  readonly rows: readonly ItemRow[];
  readonly depth: number;
  readonly change: (rows: readonly ItemRow[]) => void;
}

/** Rows of data items as fields, those of groups and tables below the row that holds them. */
export function RowsEditor({ rows, depth, change }: RowsProps) {
  const put = (index: number, ...now: ItemRow[]) => change([...rows.slice(0, index), ...now, ...rows.slice(index + 1)]);
  const swap = (index: number) => {
    const [one, other] = [rows[index], rows[index + 1]];
    if (one && other) change([...rows.slice(0, index), other, one, ...rows.slice(index + 2)]);
  };
  return rows.map((row, index) => (
    <RowEditor
      // biome-ignore lint/suspicious/noArrayIndexKey: its name is what is typed
      key={index}
      row={row}
      depth={depth}
      change={(now) => put(index, now)}
      remove={() => put(index)}
      {...(index > 0 && { up: () => swap(index - 1) })}
      {...(index < rows.length - 1 && { down: () => swap(index) })}
    />
  ));
}

interface RowProps {
  readonly row: ItemRow;
  readonly depth: number;
  readonly change: (row: ItemRow) => void;
  readonly remove: () => void;
  readonly up?: () => void;
  readonly down?: () => void;
}

function RowEditor({ row, depth, change, remove, up, down }: RowProps) {
  const texts = useTexts(DATA_ITEMS);
  const { removeRow } = useTexts(FORM);
  const [open, setOpen] = useState(false);
  const title = textOf(row, "title") || row.name || texts.unnamed;
  const kind = kindOf(row);
  const of = (label: string) => texts.of(label, title);
  const kinds = ITEM_KINDS.map((value) => ({ value: value as ItemKind, label: said(KINDS[value]) }));
  return (
    <>
      <tr>
        <td className={`depth-${Math.min(depth, 3)}`}>
          <Input
            aria-label={of(texts.title)}
            value={textOf(row, "title")}
            onChange={({ target }) => change(saying(row, "title", target.value))}
          />
        </td>
        <td>
          <Input
            aria-label={of(texts.name)}
            value={row.name}
            onChange={({ target }) => change({ ...row, name: target.value })}
          />
        </td>
        <td>
          <Select
            aria-label={of(texts.kind)}
            value={kind}
            popupMatchSelectWidth={false}
            options={kind === "other" ? [...kinds, { value: kind, label: said(KINDS.other) }] : kinds}
            onChange={(value) => value !== "other" && change(ofKind(row, value))}
          />
        </td>
        <td>
          <Checkbox
            aria-label={of(texts.required)}
            checked={row.required}
            onChange={({ target }) => change({ ...row, required: target.checked })}
          />
        </td>
        {[0, 1].map((end) => (
          <td key={end}>
            <Bound row={row} end={end} label={of(end === 0 ? texts.least : texts.most)} change={change} />
          </td>
        ))}
        <td>
          <div className="buttons">
            <Button
              aria-expanded={open}
              aria-label={open ? texts.hide(title) : texts.more(title)}
              onClick={() => setOpen(!open)}
            >
              …
            </Button>
            <Button aria-label={texts.up(title)} disabled={!up} onClick={up}>
              ↑
            </Button>
            <Button aria-label={texts.down(title)} disabled={!down} onClick={down}>
              ↓
            </Button>
            <Button aria-label={removeRow(title)} onClick={remove}>
              ✕
            </Button>
          </div>
        </td>
      </tr>
      {open && (
        <tr className="more">
          <td colSpan={7}>
            <More row={row} of={of} change={change} />
          </td>
        </tr>
      )}
      <RowsEditor rows={row.members} depth={depth + 1} change={(members) => change({ ...row, members })} />
      {(kind === "group" || kind === "table") && (
        <tr>
          <td colSpan={7} className={`depth-${Math.min(depth + 1, 3)}`}>
            <Button
              onClick={() =>
                change({ ...row, members: [...row.members, begunRow(row.members.map(({ name }) => name))] })
              }
            >
              {texts.addTo(title)}
            </Button>
          </td>
        </tr>
      )}
    </>
  );
}

function Bound(props: { row: ItemRow; end: number; label: string; change: (row: ItemRow) => void }) {
  const { row, end, label, change } = props;
  const keyword = boundsOf(row)?.[end];
  if (keyword === undefined) return null;
  const value = saysOf(row, keyword);
  return (
    <InputNumber
      aria-label={label}
      controls={false}
      value={typeof value === "number" ? value : null}
      onChange={(now) => change(saying(row, keyword, now ?? undefined))}
    />
  );
}

function More({ row, of, change }: { row: ItemRow; of: (label: string) => string; change: (row: ItemRow) => void }) {
  const texts = useTexts(DATA_ITEMS);
  const choices = kindOf(row) === "choice" ? (saysOf(row, "enum") as string[]) : undefined;
  return (
    <>
      <Input
        aria-label={of(texts.description)}
        placeholder={texts.description}
        value={textOf(row, "description")}
        onChange={({ target }) => change(saying(row, "description", target.value === "" ? undefined : target.value))}
      />
      {choices && (
        <Input.TextArea
          aria-label={of(texts.choices)}
          rows={4}
          value={choices.join("\n")}
          onChange={({ target }) => change(saying(row, "enum", target.value.split("\n")))}
        />
      )}
      <JsonText
        label={of(texts.further)}
        help={texts.furtherHow}
        value={furtherOf(row)}
        change={(further) => change(sayingFurther(row, further))}
      />
    </>
  );
}
