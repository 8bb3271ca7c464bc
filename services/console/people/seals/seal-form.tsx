import { Form, Input } from "antd";
import { Asked } from "../../form/asked.tsx";
import { FORM } from "../../form/form-texts.ts";
import { ListInputs } from "../../form/list-inputs.tsx";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useTexts } from "../../text/texts.ts";
import { CertificateInput } from "../accounts/certificate-input.tsx";
import { ElectronicSealInput } from "./electronic-seal-input.tsx";
import { type FilledSeal, placedInForm } from "./filled-seal.ts";
import { SEALS } from "./seal-texts.ts";

interface SealFormProps {
  readonly begun: Partial<FilledSeal>;
  /** Whether it is there already, so that its code stays. */
  readonly isThere: boolean;
  readonly keptAt: Date | undefined;
  readonly keep: (filled: FilledSeal) => void;
  readonly save: (filled: FilledSeal) => void;
  readonly saving: boolean;
  readonly error: unknown;
  /** That there is a seal of this code already. */
  readonly taken: boolean;
}

/** The form of a seal (6.4.1.4). No private key is taken into it. */
export function SealForm({ begun, isThere, keptAt, keep, save, saving, error, taken }: SealFormProps) {
  const texts = { ...useTexts(FORM), ...useTexts(SEALS) };
  const [form] = Form.useForm<FilledSeal>();
  useRefusedFields(form, error, "seal", placedInForm);
  const needed = (label: string) => [{ required: true, message: texts.required(label) }];
  return (
    <Form<FilledSeal>
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
            rules={needed(texts.code)}
            {...(taken && { validateStatus: "error", help: texts.taken })}
          >
            <Input disabled={isThere} maxLength={64} autoComplete="off" />
          </Form.Item>
          <Asked name={["name"]} label={texts.name} required />
        </div>
        <Form.Item
          name="pictureJson"
          label={texts.pictureJson}
          extra={texts.pictureJsonHow}
          rules={needed(texts.pictureJson)}
        >
          <Input.TextArea className="json" rows={7} maxLength={200_000} spellCheck={false} />
        </Form.Item>
        <Form.Item name="signingCertificatePem" label={texts.pem} extra={texts.pemHow} rules={needed(texts.pem)}>
          <CertificateInput />
        </Form.Item>
        <Form.Item name="electronicSeal" label={texts.electronic} extra={texts.electronicHow}>
          <ElectronicSealInput />
        </Form.Item>
        <h2>{texts.units}</h2>
        <ListInputs name="units" what={texts.units} members={[{ name: "code", label: texts.unitCode }]} />
      </section>
      {error !== null && error !== undefined && <RefusalNotice error={error} />}
      <p className="quiet">{texts.beginHow}</p>
      <SendBar name={texts.save} sending={saving} keptAt={keptAt} sticks />
    </Form>
  );
}
