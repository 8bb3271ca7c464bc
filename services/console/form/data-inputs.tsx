import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useRef } from "react";
import type { DataField } from "../../staff-model/data-fields.ts";
import { amountText } from "../format/money.ts";
import { useTexts } from "../text/texts.ts";
import { FORM } from "./form-texts.ts";

type Name = readonly (string | number)[];

/** What the node said of a list is taken back once a row comes or goes: a form does so only for fields that have a rule. */
const TAKEN_BACK = { validator: () => Promise.resolve() };

/** The inputs of data items, by their standard. What is wrong with a value, the node says: it alone has the rules. */
export function DataInputs({
  fields,
  at,
  locked,
}: {
  fields: readonly DataField[];
  at: Name;
  locked: (name: Name) => boolean;
}) {
  return fields.map((field) => <DataInput key={field.name} field={field} at={[...at, field.name]} locked={locked} />);
}

function DataInput({ field, at, locked }: { field: DataField; at: Name; locked: (name: Name) => boolean }) {
  const texts = useTexts(FORM);
  const list = useRef<HTMLFieldSetElement>(null);
  const { kind, title, description, required, members = [], maxItems } = field;
  if (kind === "picture") return null;
  // Columns are called alike in each row: whoever hears the screen is told in which one they are.
  const Row = kind === "table" ? "fieldset" : "div";
  if (kind === "group")
    return (
      <fieldset className="group">
        <legend>{title}</legend>
        <DataInputs fields={members} at={at} locked={locked} />
      </fieldset>
    );
  if (kind === "list" || kind === "table")
    return (
      // What the node says of the whole list leads here: it has the name by which the form looks for the field.
      <fieldset className="group" ref={list} id={at.join("_")} tabIndex={-1}>
        <legend>{title}</legend>
        <Form.List name={[...at]} initialValue={required ? [undefined] : []} rules={[TAKEN_BACK]}>
          {(rows, { add, remove }, { errors }) => (
            <>
              {rows.map(({ key, name }, index) => (
                <Row key={key} {...(kind === "table" && { "aria-label": `${title} ${index + 1}` })} className="row">
                  {kind === "table" ? (
                    members.map((member) => (
                      <Value
                        key={member.name}
                        field={member}
                        name={[name, member.name]}
                        locked={locked([...at, name, member.name])}
                      />
                    ))
                  ) : (
                    <Value
                      field={members[0] as DataField}
                      name={[name]}
                      label={`${title} ${index + 1}`}
                      locked={false}
                    />
                  )}
                  <Button
                    aria-label={texts.removeRow(`${title} ${index + 1}`)}
                    onClick={() => {
                      remove(name);
                      // Its button is gone with the row: who has no mouse goes on from the list, not from the top of the page.
                      list.current?.focus();
                    }}
                  >
                    {texts.remove}
                  </Button>
                </Row>
              ))}
              <Button onClick={() => add()} disabled={maxItems !== undefined && rows.length >= maxItems}>
                {texts.add(title)}
              </Button>
              <Form.ErrorList errors={errors} />
            </>
          )}
        </Form.List>
      </fieldset>
    );
  return <Value field={field} name={at} locked={locked(at)} help={description} />;
}

function Value({
  field,
  name,
  locked,
  label,
  help,
}: {
  field: DataField;
  name: Name;
  locked: boolean;
  label?: string;
  help?: string;
}) {
  const texts = useTexts(FORM);
  const { title, required, kind } = field;
  const rules = required && !locked ? [{ required: true, message: texts.required(title) }] : [];
  return (
    <Form.Item
      name={[...name]}
      label={label ?? title}
      rules={rules}
      extra={locked ? texts.locked : help}
      {...(kind === "yesNo" && { valuePropName: "checked" })}
    >
      {inputOf(field, locked)}
    </Form.Item>
  );
}

/** A number; of an amount also what was typed in figures and capitals, to be checked by eye. */
function NumberInput({
  field: { kind, title, minimum, maximum },
  value,
  ...given
}: {
  field: DataField;
  disabled: boolean;
  id?: string;
  value?: number;
  onChange?: (value: number | null) => void;
}) {
  const amount = amountText(title, value);
  return (
    <>
      <InputNumber
        {...given}
        value={value ?? null}
        {...(minimum !== undefined && { min: minimum })}
        {...(maximum !== undefined && { max: maximum })}
        {...(kind === "integer" && { precision: 0 })}
      />
      {amount && <div className="quiet">{amount}</div>}
    </>
  );
}

function inputOf(field: DataField, disabled: boolean) {
  const { kind, maxLength, choices = [] } = field;
  switch (kind) {
    case "area":
      return <Input.TextArea rows={3} disabled={disabled} {...(maxLength && { showCount: true, maxLength })} />;
    case "date":
      return <Input type="date" disabled={disabled} />;
    case "choice":
      return <Select allowClear disabled={disabled} options={choices.map((value) => ({ value, label: value }))} />;
    case "integer":
    case "number":
      return <NumberInput field={field} disabled={disabled} />;
    case "yesNo":
      return <Switch disabled={disabled} />;
    default:
      return <Input disabled={disabled} {...(maxLength && { maxLength })} />;
  }
}
