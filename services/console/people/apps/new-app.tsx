import { type Client, createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Alert, Form } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { AppService } from "../../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { toldOf } from "../../call/refusal.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { ShownOnce } from "../shown-once.tsx";
import { AppInputs, type FilledApp, quotaOf } from "./app-inputs.tsx";
import { APPS } from "./app-texts.ts";

/** What was sent, and under which id: sent again, its answer is given again, the secret included. */
interface Sent {
  requestId: string;
  content: string;
}
/** What is kept in the window: also what was sent, so that an answer that was lost is asked for again. */
type Kept = Partial<FilledApp> & { sent?: Sent };

/** Registers an app (6.2.4.1). Its secret is shown once, here. */
export function NewApp() {
  const texts = useTexts(APPS);
  const who = useWho();
  const [form] = Form.useForm<FilledApp>();
  const kept = useKeptDraft<Kept>(`${who.account}.app.new`);
  const [sent, setSent] = useState(kept.before?.sent);
  const apps = createClient(AppService, useTransport());
  const [begun] = useState(() => {
    const { sent: _, ...filled } = kept.before ?? {};
    return { departmentCode: who.departmentCode, scopes: [], ...filled };
  });
  const prefix = `${who.account.split("-")[0]}-`;
  const keep = (now = sent) => kept.keep({ ...form.getFieldsValue(true), ...(now && { sent: now }) });
  const registering = useMutation({
    gcTime: 0,
    async mutationFn({ key: short, secretDays, quota, ...rest }: FilledApp) {
      const key = `${prefix}${short}`;
      const asked = { app: { ...rest, key, quota: quotaOf({ ...(quota && { quota }) }) }, secretDays: secretDays ?? 0 };
      const content = JSON.stringify(asked);
      if (content === sent?.content) return apps.putApp({ ...asked, requestId: sent.requestId });
      // The call would change an app that is there already.
      if (await isRegistered(apps, key)) return undefined;
      const now = { content, requestId: crypto.randomUUID() };
      setSent(now);
      keep(now);
      return apps.putApp({ ...asked, requestId: now.requestId });
    },
    onSuccess(answer) {
      if (answer) return kept.forget();
      form.setFields([{ name: "key", errors: [texts.taken] }]);
      form.scrollToField("key", { block: "center", focus: true });
    },
  });
  useRefusedFields(form, registering.error, "app");
  const { data, error, isPending } = registering;
  if (data?.app) {
    const { key } = data.app;
    const { secret } = data;
    return (
      <>
        <h1>{data.app.name}</h1>
        <Alert type="success" showIcon role="status" title={secret ? texts.registered : texts.registeredConsole} />
        {secret && (
          <ShownOnce title={texts.newSecret(key)} secret={secret} note={texts.secretNote} hide={registering.reset} />
        )}
        <Link to={`/people/apps/${encodeURIComponent(key)}`}>{texts.toApp}</Link>
      </>
    );
  }
  return (
    <>
      <p>
        <Link to="/people/apps">{texts.back}</Link>
      </p>
      <h1>{texts.begin}</h1>
      <Form<FilledApp>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={begun}
        onValuesChange={() => keep()}
        onFinish={() => registering.mutate(form.getFieldsValue(true))}
      >
        <AppInputs prefix={prefix} />
        {error && <RefusalNotice error={error} />}
        <SendBar name={texts.register} sending={isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}

/** Whether a key is taken. Throws what keeps it from being known. */
async function isRegistered(apps: Client<typeof AppService>, key: string): Promise<boolean> {
  try {
    await apps.getApp({ key });
    return true;
  } catch (error) {
    if (toldOf(error, "en").reason === "APP_UNKNOWN") return false;
    throw error;
  }
}
