import { Button, Checkbox, Form, Select } from "antd";
import { HolderKind } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type AskedFields, namesNobody } from "../../staff-model/asked-context.ts";
import { codeTypesFor } from "../../staff-model/code-types.ts";
import { deskOf } from "../../staff-page/desk.ts";
import { Asked } from "../form/asked.tsx";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { useKinds } from "./kinds.ts";
import { USE } from "./use-texts.ts";

/** What is asked for of a case whose holder says by a code who it is. */
const WITHOUT_HOLDER = ["businessId", "purpose", "stage", "outlet", "itemCodes"];

/** Asks for the context of a use (5.4.3): for whom, in which case, why. `begin` is called with what was filled in and the way on. */
export function ContextForm(props: {
  matter: Matter;
  before: AskedFields | undefined;
  keep: (fields: AskedFields) => void;
  keptAt: Date | undefined;
  begin: (fields: AskedFields, how: "find" | "scan") => void;
  pending: boolean;
  error: unknown;
}) {
  const { matter, before, keep, keptAt, begin, pending, error } = props;
  const texts = useTexts(USE);
  const { account } = useWho();
  const [fields] = Form.useForm<AskedFields>();
  useRefusedFields(fields, error, "context");
  const codes = matter.items.map(({ itemCode }) => itemCode);
  const kinds = useKinds(codes);
  const empty = {
    holder: { codeType: "001" },
    purpose: texts.purposeOf(matter.name),
    stage: texts.stageFirst,
    itemCodes: codes,
    ...deskOf(account),
  };
  const scan = () => {
    const asked = fields.getFieldsValue(true) as AskedFields;
    // Who shows a code says by it who is served; half of a person is asked for as ever.
    const validated = namesNobody(asked.holder) ? fields.validateFields(WITHOUT_HOLDER) : fields.validateFields();
    return validated.then(() => begin(asked, "scan"), focusFirst);
  };
  const focusFirst = () => {
    const [wrong] = fields.getFieldsError().filter(({ errors }) => errors.length > 0);
    if (wrong) fields.scrollToField(wrong.name, { block: "center", focus: true });
  };
  return (
    <Form<AskedFields>
      form={fields}
      layout="vertical"
      className="context"
      scrollToFirstError={{ block: "center", focus: true }}
      initialValues={before ?? empty}
      onValuesChange={() => keep(fields.getFieldsValue(true))}
      onFinish={() => begin(fields.getFieldsValue(true), "find")}
    >
      <div className="head">
        <h1>{matter.name}</h1>
        <span className="code quiet">{matter.code}</span>
      </div>
      <section className="panel">
        <h2>{texts.ask}</h2>
        <div className="columns">
          <Asked name={["holder", "name"]} label={texts.holderName} extra={texts.holderHow} required />
          <Form.Item name={["holder", "codeType"]} label={texts.holderCodeType}>
            <Select options={codeTypesFor(HolderKind.UNSPECIFIED)} />
          </Form.Item>
          <Asked name={["holder", "code"]} label={texts.holderCode} required />
          <Asked name={["businessId"]} label={texts.businessId} extra={texts.businessIdHow} required />
          <Asked name={["purpose"]} label={texts.purpose} required />
          <Asked name={["stage"]} label={texts.stage} required />
          <Asked name={["outlet"]} label={texts.outlet} extra={texts.outletHow} required />
        </div>
        <Form.Item
          name={["itemCodes"]}
          label={texts.wanted}
          // Not marked as required: a group of boxes cannot be that to who hears the screen.
          rules={[{ type: "array", min: 1, message: texts.chooseWanted }]}
        >
          <Checkbox.Group options={[...kinds.values()].map(({ code, name }) => ({ value: code, label: name }))} />
        </Form.Item>
      </section>
      {error !== null && <RefusalNotice error={error} />}
      <SendBar name={texts.find} sending={pending} keptAt={keptAt}>
        <Button onClick={scan}>{texts.scan}</Button>
      </SendBar>
      <p className="quiet">{texts.recorded}</p>
    </Form>
  );
}
