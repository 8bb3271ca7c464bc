import { Checkbox, Form, InputNumber } from "antd";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { Asked } from "../form/asked.tsx";
import { FORM } from "../form/form-texts.ts";
import { ItemInput } from "../names/item-input.tsx";
import { SealInput } from "../names/seal-input.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { HaltInputs } from "./halt-inputs.tsx";
import { LinesInput } from "./lines-input.tsx";
import { OPENINGS } from "./opening-texts.ts";

/** Fields of an opening of issuing (6.2.4.2, 6.4.5.1). `console`: AppKey of the department's console. */
export function IssuingInputs({ console }: { console: string }) {
  const texts = { ...useTexts(FORM), ...useTexts(OPENINGS) };
  const { roles } = useWho();
  return (
    <>
      <div className="columns">
        <Form.Item
          name={["issuing", "itemCode"]}
          label={texts.item}
          extra={texts.itemHow}
          rules={[{ required: true, message: texts.required(texts.item) }]}
        >
          <ItemInput />
        </Form.Item>
        <Asked name={["issuing", "appKey"]} label={texts.app} extra={texts.appHow(console)} required />
        <Form.Item
          name={["issuing", "sealCode"]}
          label={texts.seal}
          extra={mayCall(roles, RegistryService.method.listSeals) ? texts.itemHow : texts.sealHow}
          rules={[{ required: true, message: texts.required(texts.seal) }]}
        >
          <SealInput />
        </Form.Item>
        <Asked name={["issuing", "opensOn"]} label={texts.from} type="date" required />
        <Asked name={["issuing", "closesOn"]} label={texts.until} type="date" extra={texts.untilHow} />
        <Form.Item name={["issuing", "controls", "issuesPerDay"]} label={texts.perDay} extra={texts.perDayHow}>
          <InputNumber min={0} max={1_000_000} precision={0} />
        </Form.Item>
        <HaltInputs at="issuing" />
      </div>
      <div className="actions">
        <Form.Item name={["issuing", "forUnits"]} valuePropName="checked" noStyle>
          <Checkbox>{texts.forUnits}</Checkbox>
        </Form.Item>
        <Form.Item name={["issuing", "samePersonMayIssue"]} valuePropName="checked" noStyle>
          <Checkbox>{texts.samePerson}</Checkbox>
        </Form.Item>
      </div>
      <div className="columns">
        <LinesInput name={["issuing", "controls", "signerAccounts"]} label={texts.signers} extra={texts.signersHow} />
        <LinesInput name={["unitCodes"]} label={texts.units} extra={texts.unitsHow} />
      </div>
    </>
  );
}
