import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Form } from "antd";
import { Link, useNavigate } from "react-router";
import {
  AccountRowSchema,
  ImportOutcome,
  type RowFault,
} from "../../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Role } from "../../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { fieldPath } from "../../../staff-model/field-path.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { AccountInputs } from "./account-inputs.tsx";
import { ACCOUNTS } from "./account-texts.ts";
import { CertificateInput } from "./certificate-input.tsx";
import { faultText } from "./fault-text.ts";

interface Filled {
  id: string;
  name: string;
  departmentCode: string;
  roles: Role[];
  certificatePem: string;
}

/** What became of it: opened, or what is wrong with it. */
type Opened = { id: string } | { faults: readonly Pick<RowFault, "field" | "description" | "remedy" | "localized">[] };

/** Opens an account with its certificate, both or neither. An account that is there already is never changed by it. */
export function NewAccount() {
  const texts = useTexts(ACCOUNTS);
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<Filled>();
  const kept = useKeptDraft<Filled>(`${who.account}.account.new`);
  const accounts = createClient(AccountService, useTransport());
  const prefix = `${who.account.split("-")[0]}-`;
  const opening = useMutation({
    async mutationFn({ id, certificatePem, ...rest }: Filled): Promise<Opened> {
      const account = { ...rest, id: `${prefix}${id}` };
      const rows = [create(AccountRowSchema, { account, certificatePem: certificatePem.trim() })];
      const tried = await accounts.importAccounts({ rows, dryRun: true });
      // As it is already: the answer to the click before was lost.
      if (tried.accounts[0]?.outcome === ImportOutcome.UNCHANGED) return account;
      if (tried.accounts[0]?.outcome === ImportOutcome.CHANGED) return { faults: [taken()] };
      const { faults } = tried.faults.length > 0 ? tried : await accounts.importAccounts({ rows });
      return faults.length > 0 ? { faults } : account;
    },
    onSuccess(opened) {
      if ("id" in opened) {
        kept.forget();
        navigate(`/people/accounts/${encodeURIComponent(opened.id)}`);
        return;
      }
      const told = opened.faults.map((fault) => ({
        name: fieldPath(fault.field.replace(/^rows\[0\]\./, ""), "account"),
        errors: [faultText(fault)],
      }));
      form.setFields(told as never);
      const [first] = told;
      if (first) form.scrollToField(first.name as never, { block: "center", focus: true });
    },
  });
  return (
    <>
      <p>
        <Link to="/people/accounts">{texts.back}</Link>
      </p>
      <h1>{texts.begin}</h1>
      <Form<Filled>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={{ departmentCode: who.departmentCode, roles: [], certificatePem: "", ...kept.before }}
        onValuesChange={() => kept.keep(form.getFieldsValue(true))}
        onFinish={() => opening.mutate(form.getFieldsValue(true))}
      >
        <section className="panel">
          <AccountInputs prefix={prefix} />
          <Form.Item name="certificatePem" label={texts.pem} extra={texts.pemHow}>
            <CertificateInput />
          </Form.Item>
          <p className="quiet">{texts.openHow}</p>
        </section>
        {opening.error && <RefusalNotice error={opening.error} />}
        <SendBar name={texts.open} sending={opening.isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}

/** That there is such an account: a fault of this form, since the node would take it for a change. */
function taken() {
  const [localized, description] = ACCOUNTS.taken;
  return { field: "account.id", description, remedy: "", localized };
}
