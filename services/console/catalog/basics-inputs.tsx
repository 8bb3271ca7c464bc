import { Checkbox, Form, Input, InputNumber, Select } from "antd";
import { said, useTexts } from "../text/texts.ts";
import { CATALOG, HOLDER_KINDS, LEVELS } from "./catalog-texts.ts";
import { DRAFT } from "./draft-texts.ts";
import { ValidityInput } from "./validity-input.tsx";

/** Fields of the basic elements (基本要素, 4.3.3). What is wrong with one the node says: it alone has the rules. */
export function BasicsInputs() {
  const texts = { ...useTexts(CATALOG), ...useTexts(DRAFT) };
  const choices = (of: Readonly<Record<string, readonly [string, string]>>) =>
    Object.entries(of).map(([value, text]) => ({ value, label: said(text) }));
  return (
    <section className="panel">
      <h2>{texts.basics}</h2>
      <div className="columns">
        <Form.Item name="name" label={texts.name}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="typeCode" label={texts.typeCode}>
          <Input maxLength={21} autoComplete="off" />
        </Form.Item>
        <Form.Item name="definingAuthority" label={texts.authority}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="holderKind" label={texts.holderKind}>
          <Select options={choices(HOLDER_KINDS)} />
        </Form.Item>
        <Form.Item name="holdersMin" label={texts.holdersMin}>
          <InputNumber min={1} max={10} precision={0} />
        </Form.Item>
        <Form.Item name="holdersMax" label={texts.holdersMax}>
          <InputNumber min={1} max={10} precision={0} />
        </Form.Item>
        <Form.Item name="validityRuleJson" label={texts.validity}>
          <ValidityInput />
        </Form.Item>
      </div>
      <Form.Item name="issuingLevels" label={texts.levels}>
        <Checkbox.Group options={choices(LEVELS)} />
      </Form.Item>
      <Form.Item name="issuingBodies" label={texts.bodies} extra={texts.bodiesHow}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </section>
  );
}
