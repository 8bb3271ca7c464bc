import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button, Form } from "antd";
import { useEffect, useState } from "react";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { Asked } from "../form/asked.tsx";
import { FORM } from "../form/form-texts.ts";
import { useKeptDraft } from "../form/kept-draft.ts";
import { useRefusedFields } from "../form/refused-fields.ts";
import { SendBar } from "../form/send-bar.tsx";
import { CertificateInput } from "../people/accounts/certificate-input.tsx";
import { LanguageButton } from "../shell/language-button.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { ACTIVATE } from "./activate-texts.ts";
import { Activated } from "./activated.tsx";
import { nodeTime } from "./node-time.ts";
import { takeOwn } from "./own-certificate.ts";
import { ReadKey } from "./read-key.tsx";
import { SignHow } from "./sign-how.tsx";
import { SignatureInput } from "./signature-input.tsx";
import { type DownloadedStatement, type FilledAdministrator, isStatementOf, statementOf } from "./statement.ts";
import { StatementLeft } from "./statement-left.tsx";

/** What is kept of it in this window: reading the certificate key leaves the page. */
type Draft = { filled: Partial<FilledAdministrator>; statement?: DownloadedStatement | undefined };
type Filled = FilledAdministrator & { signature?: Uint8Array<ArrayBuffer> };

/** Members of a statement are told by their place in it. */
const placed = (path: string) => path.replace(/^statement\//, "");

/** The page on which a department names its administrator by its institution certificate (机构证书激活, 5.8.3). Nobody is signed in here. */
export function ActivatePage() {
  const texts = { ...useTexts(FORM), ...useTexts(ACTIVATE) };
  const [form] = Form.useForm<Filled>();
  const kept = useKeptDraft<Draft>("activation");
  const [own] = useState(takeOwn);
  const [before] = useState({ ...kept.before?.filled, ...(own?.pem && { certificatePem: own.pem }) });
  const [statement, setStatement] = useState(kept.before?.statement);
  const [isCurrent, setCurrent] = useState(statement === undefined || isStatementOf(statement, before));
  const accounts = createClient(AccountService, useTransport());
  const activating = useMutation({
    mutationFn: (asked: { statement: Uint8Array; signature: Uint8Array }) => accounts.activateAdministrator(asked),
    onSuccess: () => kept.forget(),
  });
  useRefusedFields(form, activating.error, "statement", placed);
  // What was read is kept as what was typed is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    if (own?.pem) kept.keep({ filled: before, statement });
  }, []);
  const filled = () => form.getFieldsValue(["departmentCode", "account", "name", "certificatePem"]);
  const changed = () => {
    if (statement) setCurrent(isStatementOf(statement, filled()));
    kept.keep({ filled: filled(), statement });
  };
  const download = async () => {
    const said = await form
      .validateFields(["departmentCode", "account", "name", "certificatePem"])
      .catch(() => undefined);
    if (!said) return;
    const made = statementOf(said as FilledAdministrator, await nodeTime(), Date.now());
    setStatement(made);
    setCurrent(true);
    activating.reset();
    kept.keep({ filled: filled(), statement: made });
    saveFile({ content: new TextEncoder().encode(made.text), mediaType: "application/json", fileName: made.fileName });
  };
  const account = activating.data?.account;
  if (account) return <Activated account={account} />;
  return (
    <main className="activate">
      <div className="head">
        <h1>{texts.title}</h1>
        <LanguageButton />
        <a href="/console/">{texts.toSignIn}</a>
      </div>
      <p>{texts.how}</p>
      <Form<Filled>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={before}
        onValuesChange={changed}
        onFinish={({ signature }) =>
          statement &&
          signature &&
          activating.mutate({ statement: new TextEncoder().encode(statement.text), signature })
        }
      >
        <section className="panel">
          <h2>{texts.fill}</h2>
          <div className="columns">
            <Asked name={["departmentCode"]} label={texts.department} extra={texts.departmentHow} required />
            <Asked name={["account"]} label={texts.account} extra={texts.accountHow} required />
            <Asked name={["name"]} label={texts.name} required />
          </div>
          <ReadKey isShown={own && own.pem !== ""} />
          <Form.Item
            name="certificatePem"
            label={texts.certificate}
            rules={[{ required: true, message: texts.required(texts.certificate) }]}
          >
            <CertificateInput />
          </Form.Item>
        </section>
        <section className="panel">
          <h2>{texts.save}</h2>
          <p className="quiet">{texts.saveHow}</p>
          <div className="actions">
            <Button type={statement ? "default" : "primary"} onClick={download}>
              {statement ? texts.downloadAnew : texts.download}
            </Button>
            {statement && isCurrent && <StatementLeft until={statement.until} />}
          </div>
          {!isCurrent && <p role="alert">{texts.changed}</p>}
        </section>
        <SignHow fileName={statement?.fileName} />
        <section className="panel">
          <h2>{texts.handIn}</h2>
          <Form.Item
            name="signature"
            label={texts.signature}
            rules={[{ required: true, message: statement ? texts.required(texts.signature) : texts.needsStatement }]}
          >
            <SignatureInput />
          </Form.Item>
          {activating.error && <RefusalNotice error={activating.error} />}
        </section>
        <SendBar
          name={texts.activate}
          sending={activating.isPending}
          keptAt={kept.keptAt}
          disabled={!statement || !isCurrent}
        />
      </Form>
    </main>
  );
}
