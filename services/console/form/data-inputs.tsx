import { Button, Form, Input, InputNumber, Select, Switch } from "antd";
import { useTexts } from "../text/texts.ts";
import type { DataField } from "./data-fields.ts";
import { FORM } from "./form-texts.ts";

type Name = readonly (string | number)[];

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
  const { kind, title, description, required, members = [], maxItems } = field;
  if (kind === "picture") return null;
  if (kind === "group")
    return (
      <fieldset className="group">
        <legend>{title}</legend>
        <DataInputs fields={members} at={at} locked={locked} />
      </fieldset>
    );
  if (kind === "list" || kind === "table")
    return (
      <fieldset className="group">
        <legend>{title}</legend>
        <Form.List name={[...at]} initialValue={required ? [undefined] : []}>
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name }, index) => (
                <div className="row" key={key}>
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
                  <Button onClick={() => remove(name)} aria-label={texts.removeRow(`${title} ${index + 1}`)}>
                    {texts.remove}
                  </Button>
                </div>
              ))}
              <Button onClick={() => add()} disabled={maxItems !== undefined && rows.length >= maxItems}>
                {texts.add(title)}
              </Button>
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

function inputOf({ kind, maxLength, minimum, maximum, choices = [] }: DataField, disabled: boolean) {
  switch (kind) {
    case "area":
      return <Input.TextArea rows={3} disabled={disabled} {...(maxLength && { showCount: true, maxLength })} />;
    case "date":
      return <Input type="date" disabled={disabled} />;
    case "choice":
      return <Select allowClear disabled={disabled} options={choices.map((value) => ({ value, label: value }))} />;
    case "integer":
    case "number":
      return (
        <InputNumber
          disabled={disabled}
          {...(minimum !== undefined && { min: minimum })}
          {...(maximum !== undefined && { max: maximum })}
          {...(kind === "integer" && { precision: 0 })}
        />
      );
    case "yesNo":
      return <Switch disabled={disabled} />;
    default:
      return <Input disabled={disabled} {...(maxLength && { maxLength })} />;
  }
}
