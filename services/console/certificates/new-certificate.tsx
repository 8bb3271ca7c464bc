import type { JsonObject } from "@bufbuild/protobuf";
import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Button, Form, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { type CatalogItem, CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Asked } from "../form/asked.tsx";
import { boundValues, isBound } from "../form/bound-values.ts";
import { codeTypesFor } from "../form/code-types.ts";
import { dataFields, filledIn } from "../form/data-fields.ts";
import { DataInputs } from "../form/data-inputs.tsx";
import { FORM } from "../form/form-texts.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { type ChosenFile, ChosenFiles } from "./attachments.tsx";
import { CERTIFICATES } from "./certificate-texts.ts";

/** What the form holds: the order as the contract has it, without its files. */
interface Filled {
  businessSerial: string;
  issuerCode: string;
  issueDate: string;
  number?: string;
  validFrom?: string;
  validTo?: string;
  holders: { name?: string; codeType?: string; code?: string }[];
  data?: JsonObject;
}

/** Making a certificate (制证, 5.4.2): its kind is chosen, its data are filled in by the standard of the kind, then it is made and its face is looked at. */
export function NewCertificate() {
  const texts = useTexts(CERTIFICATES);
  const [params, setParams] = useSearchParams();
  const { data, error, refetch } = useQuery(CatalogService.method.listCatalogItems, { pageSize: 200 });
  const items = (data?.items ?? []).filter(({ state }) => state === CatalogItemState.PUBLISHED);
  const chosen = items.find(({ code }) => code === params.get("item"));
  const [begun, setBegun] = useState(0);
  return (
    <>
      <h1>{texts.makeTitle}</h1>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      <div className="panel">
        <Form.Item label={texts.item} htmlFor="item" layout="vertical">
          <Select
            id="item"
            showSearch={{ optionFilterProp: "label" }}
            placeholder={texts.chooseItem}
            value={chosen?.code ?? null}
            onChange={(code: string) => setParams({ item: code }, { replace: true })}
            options={items.map(({ code, content }) => ({ value: code, label: content?.name ?? code }))}
          />
        </Form.Item>
      </div>
      {chosen && <OrderForm key={`${chosen.code} ${begun}`} item={chosen} beginAnew={() => setBegun(begun + 1)} />}
    </>
  );
}

/** `beginAnew` puts an empty form in the place of this one. */
function OrderForm({ item, beginAnew }: { item: CatalogItem; beginAnew: () => void }) {
  const texts = useTexts(CERTIFICATES);
  const form = useTexts(FORM);
  const who = useWho();
  const navigate = useNavigate();
  const [fields] = Form.useForm<Filled>();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const draft = useKeptDraft<Filled>(`${who.account}.make.${item.code}`);
  const { data: known } = useQuery(RegistryService.method.getDepartment, { code: who.departmentCode });
  const making = useMutation(IssueService.method.makeCertificate, {
    onSuccess({ certificate }) {
      draft.forget();
      navigate(`/certificates/${encodeURIComponent(certificate?.identifier ?? "")}`);
    },
  });
  useRefusedFields(fields, making.error, "order");

  const content = item.content;
  const members = useMemo(() => dataFields(content?.dataSchemaJson ?? "{}"), [content]);
  const issuer = known?.department;
  /** Writes into the data what stands in the order already. */
  const follow = (values: Filled) => {
    const said = { ...values, issuer: { code: values.issuerCode, name: issuer?.name, division: issuer?.division } };
    for (const { path, value } of boundValues(content?.bindings ?? [], said))
      fields.setFieldValue(["data", ...path] as never, value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the issuer is known
  useEffect(() => follow(fields.getFieldsValue(true)), [issuer]);
  if (!content) return <Waiting />;
  const begun: Filled = {
    businessSerial: newSerial(),
    issuerCode: who.departmentCode,
    issueDate: shanghaiDay(new Date()),
    holders: Array.from({ length: Math.max(1, content.holdersMin) }, () => ({})),
    ...draft.before,
  };
  const send = (values: Filled) => {
    const { data = {}, ...order } = filledIn(values) as Filled;
    const attachments = files.map(({ name, mediaType, content: bytes }) => ({ name, mediaType, content: bytes }));
    const holders = values.holders.map(({ name = "", code = "", codeType = "" }) => ({ name, code, codeType }));
    making.mutate({ order: { ...order, holders, itemCode: item.code, data, attachments } });
  };
  return (
    <Form<Filled>
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
        <div className="columns">
          <Asked name={["businessSerial"]} label={texts.serial} extra={texts.serialHow} required />
          <Asked name={["issuerCode"]} label={texts.issuer} required />
          <Asked name={["issueDate"]} label={texts.issueDate} type="date" required />
          <Asked name={["number"]} label={texts.number} extra={texts.numberHow} />
          <Asked name={["validFrom"]} label={texts.validFrom} type="date" />
          <Asked name={["validTo"]} label={texts.validTo} type="date" extra={texts.validToHow} />
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
        <ChosenFiles
          files={files}
          change={setFiles}
          pictures={members.filter(({ kind }) => kind === "picture").map(({ title }) => title)}
        />
      </section>
      {making.error && <RefusalNotice error={making.error} />}
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={making.isPending}>
          {texts.make}
        </Button>
        <Button
          onClick={() => {
            draft.forget();
            beginAnew();
          }}
        >
          {form.beginAnew}
        </Button>
        <span className="quiet" role="status">
          {draft.keptAt ? form.keptAt(timeText(draft.keptAt.toISOString())) : form.keptWhere}
        </span>
      </div>
    </Form>
  );
}

/** A serial that nobody has to invent: the day, and enough chance that no two meet. */
function newSerial(): string {
  return `${shanghaiDay(new Date())}-${crypto.randomUUID().slice(0, 8)}`;
}
