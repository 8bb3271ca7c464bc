import { useMutation } from "@connectrpc/connect-query";
import { Form } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useOpened } from "../../form/opened.ts";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { AppInputs, type FilledApp, quotaOf } from "./app-inputs.tsx";
import { APPS } from "./app-texts.ts";

/** Members that this form fills; all others of the record stay as they are. */
const FILLED = ["name", "department_code", "scopes", "quota"];

/** Changes an app: its name, department, scopes and quota. */
export function EditApp() {
  const { key = "" } = useParams();
  const { data, error, refetch } = useOpened(AppService.method.getApp, { key });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.app) return <Waiting />;
  return <Edited app={data.app} />;
}

function Edited({ app }: { app: App }) {
  const texts = useTexts(APPS);
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<FilledApp>();
  // Another content is another request: an id stands for what was sent under it.
  const [sent, setSent] = useState({ content: "", requestId: "" });
  const { key, name, departmentCode, scopes, quota } = app;
  const page = `/people/apps/${encodeURIComponent(key)}`;
  const kept = useKeptDraft<FilledApp>(`${who.account}.app.${key}`);
  const saving = useMutation(AppService.method.putApp, {
    onSuccess() {
      kept.forget();
      navigate(page);
    },
  });
  useRefusedFields(form, saving.error, "app");
  const send = (filled: FilledApp) => {
    const content = JSON.stringify(filled);
    const requestId = content === sent.content ? sent.requestId : crypto.randomUUID();
    setSent({ content, requestId });
    saving.mutate({ requestId, app: { ...filled, key, quota: quotaOf(filled) }, updateMask: { paths: FILLED } });
  };
  return (
    <>
      <p>
        <Link to={page}>{name}</Link>
      </p>
      <h1>{texts.edit}</h1>
      <Form<FilledApp>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={{ name, departmentCode, scopes, quota: { ...quota }, ...kept.before }}
        onValuesChange={() => kept.keep(form.getFieldsValue(true))}
        onFinish={() => send(form.getFieldsValue(true))}
      >
        <AppInputs />
        {saving.error && <RefusalNotice error={saving.error} />}
        <SendBar name={texts.save} sending={saving.isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}
