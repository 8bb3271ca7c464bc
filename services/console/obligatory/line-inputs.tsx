import { Button, Checkbox, Form, Input, Select } from "antd";
import { FORM } from "../form/form-texts.ts";
import { ItemInput } from "../names/item-input.tsx";
import { said, useTexts } from "../text/texts.ts";
import { LIST_CHANGES, LIST_LEVELS } from "./list-change-texts.ts";

/** A line as the form holds it, by the names of the contract's JSON. */
export interface FilledLine {
  itemCode?: string;
  target?: string;
  levels?: string[];
  departments?: string[];
  from?: string;
  until?: string;
  end?: boolean;
}

/** Lines of a change: each puts an item on the list from a day on, or ends it. */
export function LineInputs() {
  const texts = { ...useTexts(FORM), ...useTexts(LIST_CHANGES) };
  const numbered = (label: string, index: number) => `${label} ${index + 1}`;
  return (
    <Form.List name="lines">
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: row }, index) => (
            <fieldset className="columns group" key={key}>
              <Form.Item name={[row, "itemCode"]} label={numbered(texts.item, index)}>
                <ItemInput />
              </Form.Item>
              <Form.Item name={[row, "target"]} label={numbered(texts.target, index)}>
                <Input maxLength={12} autoComplete="off" />
              </Form.Item>
              <Form.Item name={[row, "levels"]} label={numbered(texts.levels, index)} extra={texts.levelsHow}>
                <Select
                  mode="multiple"
                  options={Object.entries(LIST_LEVELS).map(([value, text]) => ({ value, label: said(text) }))}
                />
              </Form.Item>
              <Form.Item name={[row, "departments"]} label={numbered(texts.departments, index)}>
                <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", " ", "、"]} />
              </Form.Item>
              <Form.Item name={[row, "from"]} label={numbered(texts.from, index)}>
                <Input type="date" />
              </Form.Item>
              <Form.Item name={[row, "until"]} label={numbered(texts.until, index)}>
                <Input type="date" />
              </Form.Item>
              <Form.Item name={[row, "end"]} valuePropName="checked" label={numbered(texts.what, index)}>
                <Checkbox>{texts.ends}</Checkbox>
              </Form.Item>
              <Form.Item label=" " colon={false}>
                <Button aria-label={texts.removeRow(numbered(texts.item, index))} onClick={() => remove(row)}>
                  {texts.remove}
                </Button>
              </Form.Item>
            </fieldset>
          ))}
          <Button onClick={() => add({})}>{texts.add(texts.line)}</Button>
        </>
      )}
    </Form.List>
  );
}
