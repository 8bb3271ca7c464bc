import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Button, Form, Input, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Certificate } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { begunOrder, type FilledOrder, orderOf, placeInForm, replacingOrder } from "../../staff-model/begun-order.ts";
import { boundValues, isBound } from "../../staff-model/bound-values.ts";
import { codeTypesFor } from "../../staff-model/code-types.ts";
import { dataFields } from "../../staff-model/data-fields.ts";
import { pictureRatio } from "../../staff-model/picture-ratio.ts";
import { Asked } from "../form/asked.tsx";
import { DataInputs } from "../form/data-inputs.tsx";
import { FORM } from "../form/form-texts.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { useSentFiles } from "../form/sent-files.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { Attachments } from "./attachments.tsx";
import { CERTIFICATES } from "./certificate-texts.ts";

const { makeCertificate, replaceCertificate } = IssueService.method;

/** What is ordered of a kind, and its files. `replaces`: its next version. `beginAnew` puts an empty form in the place of this one. */
export function OrderForm({
  item,
  replaces,
  beginAnew,
}: {
  item: CatalogItem;
  replaces?: Certificate;
  beginAnew: () => void;
}) {
  const texts = useTexts(CERTIFICATES);
  const form = useTexts(FORM);
  const who = useWho();
  const navigate = useNavigate();
  const [fields] = Form.useForm<FilledOrder>();
  const draft = useKeptDraft<FilledOrder>(
    `${who.account}.${replaces ? `replace.${replaces.identifier}` : `make.${item.code}`}`,
  );
  const [begun] = useState<FilledOrder>(() => ({
    ...(replaces ? replacingOrder(replaces) : begunOrder(who.departmentCode, item.content?.holdersMin ?? 1)),
    ...draft.before,
  }));
  const files = useSentFiles(`${who.account}.${begun.draft}`);
  const { data: known } = useQuery(RegistryService.method.getDepartment, { code: who.departmentCode });
  const done = ({ certificate }: { certificate?: Certificate | undefined }) => {
    draft.forget();
    files.forget();
    navigate(`/certificates/${encodeURIComponent(certificate?.identifier ?? "")}`);
  };
  const making = useMutation(makeCertificate, { onSuccess: done });
  const replacing = useMutation(replaceCertificate, { onSuccess: done });
  const [sending, setSending] = useState(false);
  const refused = making.error ?? replacing.error;
  useRefusedFields(fields, refused, "order", undefined, placeInForm);

  const content = item.content;
  const members = useMemo(() => dataFields(content?.dataSchemaJson ?? "{}"), [content]);
  const pictures = members
    .filter(({ kind }) => kind === "picture")
    .map(({ title }) => ({ title, ratio: pictureRatio(content?.faceTemplateJson ?? "", title) }));
  const issuer = known?.department;
  /** Writes into the data what stands in the order already. */
  const follow = (values: FilledOrder) => {
    const said = { ...values, issuer: { code: values.issuerCode, name: issuer?.name, division: issuer?.division } };
    for (const { path, value } of boundValues(content?.bindings ?? [], said))
      fields.setFieldValue(["data", ...path] as never, value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the issuer is known
  useEffect(() => follow(fields.getFieldsValue(true)), [issuer]);
  // A file that was chosen belongs to the draft, though nothing was typed yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the number of files changes
  useEffect(() => {
    if (files.list.length > 0) draft.keep(fields.getFieldsValue(true));
  }, [files.list.length]);
  if (!content) return <Waiting />;
  const send = async (values: FilledOrder) => {
    setSending(true);
    // What was not taken is told at its file.
    const attachments = await files.all().catch(() => undefined);
    setSending(false);
    if (!attachments) return;
    const order = orderOf(values, item.code, attachments);
    if (replaces) replacing.mutate({ replaces: replaces.identifier, order, cause: values.cause?.trim() ?? "" });
    else making.mutate({ order });
  };
  return (
    <Form<FilledOrder>
      form={fields}
      layout="vertical"
      scrollToFirstError={{ block: "center", focus: true }}
      initialValues={begun}
      onValuesChange={(_, values) => {
        follow(values);
        draft.keep(fields.getFieldsValue(true));
      }}
      onFinish={() => send(fields.getFieldsValue(true))}
    >
      <section className="panel">
        <h2>{texts.basics}</h2>
        {replaces && <ReplaceCause />}
        <div className="columns">
          <Asked name={["businessSerial"]} label={texts.serial} extra={texts.serialHow} required />
          <Asked name={["issuerCode"]} label={texts.issuer} required />
          <Asked name={["issueDate"]} label={texts.issueDate} type="date" required />
          <Asked name={["number"]} label={texts.number} extra={replaces ? texts.numberKept : texts.numberHow} />
          <Asked name={["validFrom"]} label={texts.validFrom} type="date" />
          <Asked name={["validTo"]} label={texts.validTo} type="date" extra={texts.validToHow} />
          {replaces && <Asked name={["version"]} label={texts.version} extra={texts.versionHow} />}
        </div>
        <Form.List name="holders">
          {(rows, { add, remove }) => (
            <>
              {rows.map(({ key, name }) => (
                <div className="columns" key={key}>
                  <Asked name={[name, "name"]} label={texts.holderName} required />
                  <Form.Item
                    name={[name, "codeType"]}
                    label={texts.holderCodeType}
                    rules={[{ required: true, message: form.required(texts.holderCodeType) }]}
                  >
                    <Select options={codeTypesFor(content.holderKind)} />
                  </Form.Item>
                  <Asked name={[name, "code"]} label={texts.holderCode} required />
                  {rows.length > Math.max(1, content.holdersMin) && (
                    <Button onClick={() => remove(name)}>{form.remove}</Button>
                  )}
                </div>
              ))}
              {rows.length < content.holdersMax && <Button onClick={() => add({})}>{form.add(texts.holder)}</Button>}
            </>
          )}
        </Form.List>
      </section>
      <section className="panel">
        <h2>{texts.data}</h2>
        <DataInputs fields={members} at={["data"]} locked={([, ...path]) => isBound(content.bindings, path)} />
      </section>
      <section className="panel">
        <h2>{texts.attachments}</h2>
        {replaces && <p className="quiet">{texts.attachAnew}</p>}
        <Attachments files={files} pictures={pictures} />
      </section>
      {refused && <RefusalNotice error={refused} />}
      <SendBar
        name={replaces ? texts.replace : texts.make}
        sending={sending || making.isPending || replacing.isPending}
        keptAt={draft.keptAt}
      >
        <Button
          onClick={() => {
            draft.forget();
            files.clear();
            beginAnew();
          }}
        >
          {form.beginAnew}
        </Button>
      </SendBar>
    </Form>
  );
}

/** Why a certificate is replaced: whoever looks at either of the two is told. */
function ReplaceCause() {
  const texts = useTexts(CERTIFICATES);
  const form = useTexts(FORM);
  const needed = { required: true, whitespace: true, message: form.required(texts.replaceCause) };
  return (
    <Form.Item name={["cause"]} label={texts.replaceCause} extra={texts.replaceCauseHow} rules={[needed]}>
      <Input.TextArea rows={2} maxLength={500} showCount />
    </Form.Item>
  );
}
