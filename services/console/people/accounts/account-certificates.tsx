import { useMutation } from "@connectrpc/connect-query";
import { Button, Form, Table } from "antd";
import { useState } from "react";
import type { Account, BoundCertificate } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { useUnsaved } from "../../form/unsaved.ts";
import { timeText } from "../../format/dates.ts";
import { Scrolls } from "../../list/scrolls.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { ACCOUNTS } from "./account-texts.ts";
import { CertificateInput } from "./certificate-input.tsx";

const { bindCertificate, unbindCertificate } = AccountService.method;

/** The certificates by which somebody signs in (5.9.2): registered, renewed beside the old one, ended where one was lost (5.9.4). */
export function AccountCertificates({ account, changed }: { account: Account; changed: () => unknown }) {
  const texts = useTexts(ACCOUNTS);
  const { roles } = useWho();
  const [ending, setEnding] = useState<BoundCertificate>();
  const now = new Date();
  const mayEnd = mayCall(roles, unbindCertificate);
  return (
    <section className="panel">
      <h2>{texts.certificates}</h2>
      {account.certificates.length === 0 ? (
        <p className="quiet">{texts.noCertificates}</p>
      ) : (
        <Scrolls label={texts.certificates}>
          <Table<BoundCertificate>
            aria-label={texts.certificates}
            size="middle"
            pagination={false}
            rowKey={({ fingerprint }) => fingerprint}
            dataSource={account.certificates}
            columns={[
              { title: texts.subject, render: (_, { subject }) => <span className="wrap">{subject}</span> },
              { title: texts.ends, render: (_, { expires }) => <DaysLeft ends={expires} now={now} /> },
              { title: texts.bound, render: (_, { bound }) => <span className="code">{timeText(bound)}</span> },
              ...(mayEnd
                ? [
                    {
                      title: texts.unbind,
                      render: (_: unknown, certificate: BoundCertificate) => (
                        <Button danger onClick={() => setEnding(certificate)}>
                          {texts.unbind}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </Scrolls>
      )}
      {mayCall(roles, bindCertificate) && <Register id={account.id} changed={changed} />}
      {ending && (
        <End
          id={account.id}
          certificate={ending}
          changed={() => {
            setEnding(undefined);
            changed();
          }}
          cancel={() => setEnding(undefined)}
        />
      )}
    </section>
  );
}

function Register({ id, changed }: { id: string; changed: () => unknown }) {
  const texts = useTexts(ACCOUNTS);
  const [form] = Form.useForm<{ certificatePem: string }>();
  const binding = useMutation(bindCertificate, {
    onSuccess() {
      form.resetFields();
      changed();
    },
  });
  useRefusedFields(form, binding.error, "");
  const chosen = Form.useWatch("certificatePem", form) ?? "";
  useUnsaved(() => (binding.isPending || chosen.trim() === "" ? undefined : "lost"));
  return (
    <Form
      form={form}
      layout="vertical"
      onFinish={({ certificatePem = "" }) => binding.mutate({ id, certificatePem: certificatePem.trim() })}
    >
      <Form.Item name="certificatePem" label={texts.pem} extra={texts.pemHow}>
        <CertificateInput />
      </Form.Item>
      {binding.error && <RefusalNotice error={binding.error} />}
      <Button htmlType="submit" loading={binding.isPending}>
        {texts.register}
      </Button>
    </Form>
  );
}

function End(props: { id: string; certificate: BoundCertificate; changed: () => void; cancel: () => void }) {
  const { id, certificate, changed, cancel } = props;
  const texts = useTexts(ACCOUNTS);
  const { fingerprint, subject } = certificate;
  const { mutate, error, isPending } = useMutation(unbindCertificate, { onSuccess: changed });
  return (
    <AskFirst
      act={texts.unbind}
      of={subject}
      how={texts.unbindHow}
      danger
      doIt={() => mutate({ id, fingerprint })}
      doing={isPending}
      fault={error && <RefusalNotice error={error} />}
      cancel={cancel}
    />
  );
}
