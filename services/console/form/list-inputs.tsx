import { Button, Form, Input } from "antd";
import { useTexts } from "../text/texts.ts";
import { FORM } from "./form-texts.ts";

/** A field of each row of a list. */
export interface ListMember {
  readonly name: string;
  readonly label: string;
  /** A text of several lines. */
  readonly wide?: boolean;
}

/** Fields of a list: a row for each, added and taken away. `what`: what one of them is called. */
export function ListInputs({ name, what, members }: { name: string; what: string; members: readonly ListMember[] }) {
  const texts = useTexts(FORM);
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: row }, index) => (
            <div className="row" key={key}>
              {members.map((member) => (
                <Form.Item key={member.name} name={[row, member.name]} label={`${member.label} ${index + 1}`}>
                  {member.wide ? <Input.TextArea className="json" rows={2} /> : <Input autoComplete="off" />}
                </Form.Item>
              ))}
              <Form.Item label=" " colon={false}>
                <Button aria-label={texts.removeRow(`${what} ${index + 1}`)} onClick={() => remove(row)}>
                  {texts.remove}
                </Button>
              </Form.Item>
            </div>
          ))}
          <Button onClick={() => add({})}>{texts.add(what)}</Button>
        </>
      )}
    </Form.List>
  );
}
