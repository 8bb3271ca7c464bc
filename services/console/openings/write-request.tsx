import { useMutation } from "@connectrpc/connect-query";
import { Form, Radio } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { consoleApp } from "../../domain/console-app.ts";
import { newCaseId } from "../cases/new-case-id.ts";
import { PapersField } from "../cases/papers-field.tsx";
import type { ChosenPaper } from "../cases/papers-input.tsx";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useOpened } from "../form/opened.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { DelegationInputs } from "./delegation-inputs.tsx";
import { type FilledRequest, filledFrom, requestOf, requestPlace, type SubjectKind } from "./filled-request.ts";
import { IssuingInputs } from "./issuing-inputs.tsx";
import { OPENINGS } from "./opening-texts.ts";
import { SandboxSteps } from "./sandbox-steps.tsx";
import { UsageInputs } from "./usage-inputs.tsx";

const { getOpeningRequest, putOpeningRequest } = OpeningRequestService.method;

/** Writes a request for an opening (6.2.4.2, 6.2.4.4, 6.4.4.2). */
export function NewRequest() {
  return <RequestForm begun={{ kind: "issuing" }} revision={0} />;
}

/** Mends a request that is a draft or was sent back. */
export function EditRequest() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useOpened(getOpeningRequest, { id });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.request) return <Waiting />;
  return <RequestForm id={id} begun={filledFrom(data.request)} revision={data.request.revision} />;
}

function RequestForm(props: { id?: string; begun: FilledRequest; revision: number }) {
  const { begun, revision } = props;
  const texts = useTexts(OPENINGS);
  const { account, departmentCode } = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<FilledRequest>();
  const draft = `${account}.opening.${props.id ?? "new"}.${revision}`;
  const kept = useKeptDraft<{ id: string; filled: FilledRequest }>(draft);
  // Kept with the draft, so that one whose answer was lost is written once.
  const [id] = useState(() => props.id ?? kept.before?.id ?? newCaseId(account));
  const saving = useMutation(putOpeningRequest, {
    onSuccess() {
      kept.forget();
      navigate(`/openings/${encodeURIComponent(id)}`);
    },
  });
  useRefusedFields(form, saving.error, "request", requestPlace);
  const kind = (Form.useWatch("kind", form) ?? begun.kind) as SubjectKind;
  const papers = (Form.useWatch("papers", form) ?? begun.papers ?? []) as ChosenPaper[];
  const report = papers.find((paper) => paper.kind === PaperKind.SANDBOX_REPORT);
  return (
    <>
      <p>
        <Link to="/openings">{texts.back}</Link>
      </p>
      <h1>{props.id === undefined ? texts.begin : texts.edit}</h1>
      <Form<FilledRequest>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={kept.before?.filled ?? begun}
        onValuesChange={() => kept.keep({ id, filled: form.getFieldsValue(true) })}
        onFinish={() =>
          saving.mutate({ request: requestOf(form.getFieldsValue(true), { id, departmentCode, revision }) })
        }
      >
        <section className="panel">
          <Form.Item name="kind" label={texts.kind}>
            <Radio.Group
              disabled={props.id !== undefined}
              options={[
                { value: "issuing", label: texts.kindIssuing },
                { value: "usage", label: texts.kindUsage },
                { value: "delegation", label: texts.kindDelegation },
              ]}
            />
          </Form.Item>
          {kind === "issuing" && <IssuingInputs console={consoleApp(account.split("-")[0] ?? "", departmentCode)} />}
          {kind === "usage" && <UsageInputs />}
          {kind === "delegation" && <DelegationInputs />}
        </section>
        <section className="panel">
          <h2>{texts.papers}</h2>
          <p className="quiet">{texts.papersHow}</p>
          <PapersField draft={draft} kinds={[PaperKind.SANDBOX_REPORT, PaperKind.OTHER]} />
        </section>
        {report && kind !== "delegation" && (
          <SandboxSteps sha256={report.sha256} departmentCode={departmentCode} purpose={kind} />
        )}
        {saving.error && <RefusalNotice error={saving.error} />}
        <SendBar name={texts.save} sending={saving.isPending} keptAt={kept.keptAt} sticks />
      </Form>
    </>
  );
}
