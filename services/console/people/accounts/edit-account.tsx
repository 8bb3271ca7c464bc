import { useMutation } from "@connectrpc/connect-query";
import { Form } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import type { Account } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Role } from "../../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { useKeptDraft } from "../../form/kept-draft.ts";
import { useOpened } from "../../form/opened.ts";
import { useRefusedFields } from "../../form/refused-fields.ts";
import { SendBar } from "../../form/send-bar.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { AccountInputs } from "./account-inputs.tsx";
import { ACCOUNTS } from "./account-texts.ts";

interface Filled {
  name: string;
  departmentCode: string;
  roles: Role[];
}

/** Changes an account: its owner's name, department, roles. Roles that are taken away are gone from its sessions within 5 seconds. */
export function EditAccount() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useOpened(AccountService.method.getAccount, { id });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.account) return <Waiting />;
  return <Edited account={data.account} />;
}

function Edited({ account }: { account: Account }) {
  const texts = useTexts(ACCOUNTS);
  const who = useWho();
  const navigate = useNavigate();
  const [form] = Form.useForm<Filled>();
  const { id, name, departmentCode, roles } = account;
  const page = `/people/accounts/${encodeURIComponent(id)}`;
  const kept = useKeptDraft<Filled>(`${who.account}.account.${id}`);
  const saving = useMutation(AccountService.method.putAccount, {
    onSuccess() {
      kept.forget();
      navigate(page);
    },
  });
  useRefusedFields(form, saving.error, "account");
  return (
    <>
      <p>
        <Link to={page}>{name}</Link>
      </p>
      <h1>{texts.edit}</h1>
      <Form<Filled>
        form={form}
        layout="vertical"
        scrollToFirstError={{ block: "center", focus: true }}
        initialValues={{ name, departmentCode, roles, ...kept.before }}
        onValuesChange={() => kept.keep(form.getFieldsValue(true))}
        onFinish={() => saving.mutate({ account: { ...account, ...form.getFieldsValue(true) } })}
      >
        <section className="panel">
          <AccountInputs />
        </section>
        {saving.error && <RefusalNotice error={saving.error} />}
        <SendBar name={texts.save} sending={saving.isPending} keptAt={kept.keptAt} />
      </Form>
    </>
  );
}
