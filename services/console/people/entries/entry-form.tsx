import { Form, Input, Space } from "antd";
import { PaperKind } from "../../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PapersField } from "../../cases/papers-field.tsx";
import { Asked } from "../../form/asked.tsx";
import { FORM } from "../../form/form-texts.ts";
import { ListInputs } from "../../form/list-inputs.tsx";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { DepartmentInput } from "../../names/department-input.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useTexts } from "../../text/texts.ts";
import { ENTRIES } from "./entry-texts.ts";
import type { FilledEntry } from "./filled-entry.ts";

interface EntryFormProps {
  /** Under which it is kept. */
  readonly draft: string;
  readonly begun: Partial<FilledEntry>;
  /** Whether it is there already, so that its code stays. */
  readonly isThere: boolean;
  readonly prefix: string;
  readonly keptAt: Date | undefined;
  readonly keep: (filled: FilledEntry) => void;
  readonly save: (filled: FilledEntry) => void;
  readonly saving: boolean;
  readonly error: unknown;
  /** That the department has an entry already. */
  readonly exists: boolean;
}

/** The form of an entry (部门进驻登记表, 6.4.1.1). */
export function EntryForm(props: EntryFormProps) {
  const { draft, begun, isThere, prefix, keptAt, keep, save, saving, error, exists } = props;
  const texts = { ...useTexts(FORM), ...useTexts(ENTRIES) };
  const [form] = Form.useForm<FilledEntry>();
  useRefusedFields(form, error, "entry");
  return (
    <Form<FilledEntry>
      form={form}
      layout="vertical"
      scrollToFirstError={{ block: "center", focus: true }}
      initialValues={begun}
      onValuesChange={() => keep(form.getFieldsValue(true))}
      onFinish={() => save(form.getFieldsValue(true))}
    >
      <section className="panel">
        <div className="columns">
          <Form.Item
            name="code"
            label={texts.code}
            extra={texts.codeHow}
            rules={[{ required: true, message: texts.required(texts.code) }]}
            {...(exists && { validateStatus: "error", help: texts.exists })}
          >
            <Input disabled={isThere} maxLength={18} autoComplete="off" />
          </Form.Item>
          <Asked name={["name"]} label={texts.name} required />
          <Asked name={["division"]} label={texts.division} extra={texts.divisionHow} required />
          <Form.Item name="superiorCode" label={texts.superior} extra={texts.superiorHow}>
            <DepartmentInput />
          </Form.Item>
        </div>
        <h2>{texts.administrator}</h2>
        <div className="columns">
          <Asked name={["administrator", "name"]} label={texts.adminName} required />
          <Form.Item label={texts.account} extra={texts.accountHow} htmlFor="administrator_account" required>
            <Space.Compact block>
              <Space.Addon>{prefix}</Space.Addon>
              <Form.Item
                name={["administrator", "account"]}
                noStyle
                rules={[{ required: true, message: texts.required(texts.account) }]}
              >
                <Input maxLength={51} autoComplete="off" />
              </Form.Item>
            </Space.Compact>
          </Form.Item>
        </div>
      </section>
      <section className="panel">
        <h2>{texts.bodies}</h2>
        <ListInputs
          name="internalBodies"
          what={texts.body}
          members={[
            { name: "name", label: texts.name },
            { name: "duties", label: texts.duties },
          ]}
        />
        <h2>{texts.units}</h2>
        <ListInputs
          name="units"
          what={texts.unit}
          members={[
            { name: "name", label: texts.name },
            { name: "code", label: texts.code },
            { name: "division", label: texts.unitDivision },
          ]}
        />
        <h2>{texts.seals}</h2>
        <ListInputs
          name="seals"
          what={texts.seal}
          members={[
            { name: "name", label: texts.name },
            { name: "purpose", label: texts.purpose },
          ]}
        />
      </section>
      <section className="panel">
        <h2>{texts.papers}</h2>
        <p className="quiet">{texts.papersHow}</p>
        <PapersField draft={draft} kinds={[PaperKind.REGISTRATION_FORM, PaperKind.OTHER]} />
      </section>
      {error !== null && error !== undefined && <RefusalNotice error={error} />}
      <SendBar name={texts.save} sending={saving} keptAt={keptAt} sticks />
    </Form>
  );
}
