import { Form, Input } from "antd";

/** Asks for a list, one a line. */
export function LinesInput({ name, label, extra }: { name: string[]; label: string; extra: string }) {
  return (
    <Form.Item name={name} label={label} extra={extra}>
      <Input.TextArea rows={2} spellCheck={false} autoComplete="off" />
    </Form.Item>
  );
}
