import { Form, Input } from "antd";
import { useTexts } from "../text/texts.ts";
import { FORM } from "./form-texts.ts";

/** One line of a form that people fill in. */
export function Asked({
  name,
  label,
  extra,
  type = "text",
  required = false,
}: {
  name: (string | number)[];
  label: string;
  extra?: string;
  type?: string;
  required?: boolean;
}) {
  const texts = useTexts(FORM);
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={required ? [{ required: true, message: texts.required(label) }] : []}
    >
      <Input type={type} autoComplete="off" />
    </Form.Item>
  );
}
