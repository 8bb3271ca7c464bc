import { useMutation } from "@connectrpc/connect-query";
import { Form, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ChangeKind } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { PaperKind } from "../../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { newCaseId } from "../../cases/new-case-id.ts";
import { PapersField } from "../../cases/papers-field.tsx";
import { Asked } from "../../form/asked.tsx";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { ListInputs } from "../../form/list-inputs.tsx";
import { useOpened } from "../../form/opened.ts";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { DepartmentInput } from "../../names/department-input.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { changeKindText } from "./change-step.ts";
import { CHANGES } from "./change-texts.ts";
import { changeOf, type FilledChange, filledFrom, TRANSFERRED } from "./filled-change.ts";

const { getChange, putChange } = ChangeService.method;
const KINDS = [ChangeKind.RENAME, ChangeKind.CLOSE, ChangeKind.MERGE, ChangeKind.SPLIT];

/** Begins a change of a department (更名、撤销、合并、拆分), of that which the address names. */
export function NewChange() {
  const who = useWho();
  const [params] = useSearchParams();
  const departmentCode = params.get("department") ?? who.departmentCode;
  return <ChangeForm begun={{ departmentCode, kind: ChangeKind.RENAME }} revision={0} />;
}

/** Mends a change that is a draft or was sent back. */
export function EditChange() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useOpened(getChange, { id });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.change) return <Waiting />;
  return <ChangeForm id={id} begun={filledFrom(data.change)} revision={data.change.revision} />;
}

function ChangeForm(props: { id?: string; begun: Partial<FilledChange>; revision: number }) {
  const { begun, revision } = props;
  const texts = useTexts(CHANGES);
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<FilledChange>();
  const draft = `${who.account}.change.${props.id ?? begun.departmentCode}.${revision}`;
  const kept = useKeptDraft<{ id: string; filled: FilledChange }>(draft);
  // Kept with the draft, so that one whose answer was lost is begun once.
  const [id] = useState(() => props.id ?? kept.before?.id ?? newCaseId(who.account));
  const saving = useMutation(putChange, {
    onSuccess() {
      kept.forget();
      navigate(`/people/changes/${encodeURIComponent(id)}`);
    },
  });
  useRefusedFields(form, saving.error, "change");
  const kind = Form.useWatch("kind", form) ?? begun.kind;
  return (
    <>
      <p>
        <Link to="/people/changes">{texts.back}</Link>
      </p>
      <h1>{props.id === undefined ? texts.begin : texts.edit}</h1>
      <Form<FilledChange>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={{ ...begun, ...kept.before?.filled }}
        onValuesChange={() => kept.keep({ id, filled: form.getFieldsValue(true) })}
        onFinish={() => saving.mutate({ change: changeOf(form.getFieldsValue(true), id, revision) })}
      >
        <section className="panel">
          <div className="columns">
            <Form.Item name="departmentCode" label={texts.department}>
              <DepartmentInput disabled={props.id !== undefined} />
            </Form.Item>
            <Form.Item name="kind" label={texts.kind}>
              <Select options={KINDS.map((value) => ({ value, label: changeKindText(value) }))} />
            </Form.Item>
            <Asked name={["effectiveOn"]} label={texts.effectiveOn} extra={texts.effectiveHow} type="date" required />
            {kind === ChangeKind.RENAME && <Asked name={["newName"]} label={texts.newName} required />}
            {kind === ChangeKind.MERGE && (
              <Form.Item name="successorCode" label={texts.successor}>
                <DepartmentInput />
              </Form.Item>
            )}
          </div>
          {kind === ChangeKind.SPLIT && (
            <>
              <h2>{texts.transfers}</h2>
              <p className="quiet">{texts.codesHow}</p>
              <ListInputs
                name="transfers"
                what={texts.transfer}
                members={[
                  { name: "toCode", label: texts.toCode },
                  ...TRANSFERRED.map((name) => ({ name, label: texts[name], wide: true })),
                ]}
              />
            </>
          )}
        </section>
        <section className="panel">
          <h2>{texts.papers}</h2>
          <p className="quiet">{texts.papersHow}</p>
          <PapersField draft={draft} kinds={[PaperKind.DECISION, PaperKind.OTHER]} />
        </section>
        {saving.error && <RefusalNotice error={saving.error} />}
        <SendBar name={texts.save} sending={saving.isPending} keptAt={kept.keptAt} sticks />
      </Form>
    </>
  );
}
