import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import type { Account } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { DepartmentName, DivisionName } from "../../names/names.tsx";
import { Reading } from "../../shell/reading.tsx";
import { roleText } from "../../shell/role-name.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { PEOPLE } from "../people-texts.ts";
import { AccountActions } from "./account-actions.tsx";
import { AccountCertificates } from "./account-certificates.tsx";
import { shownAccountState } from "./account-state.ts";
import { ACCOUNTS } from "./account-texts.ts";
import { PasswordPanel } from "./password-panel.tsx";

/** One account: whose it is, by which certificates its owner signs in, and what may be done with it. */
export function AccountPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery(AccountService.method.getAccount, { id }, { staleTime: 0 });
  return (
    <Reading of={data?.account} error={error} again={refetch}>
      {(account) => <Shown account={account} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ account, changed }: { account: Account; changed: () => unknown }) {
  const texts = { ...useTexts(PEOPLE), ...useTexts(ACCOUNTS) };
  const { id, name, departmentCode, division, roles } = account;
  return (
    <>
      <p>
        <Link to="/people/accounts">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{name}</h1>
        <StateMark {...shownAccountState(account)} />
      </div>
      <AccountActions account={account} changed={changed} />
      <Descriptions
        column={1}
        size="small"
        className="panel"
        items={[
          { label: texts.id, children: <span className="code wrap">{id}</span> },
          {
            label: texts.department,
            children: (
              <span className="wrap">
                <DepartmentName code={departmentCode} /> <span className="code">{departmentCode}</span>（
                <DivisionName code={division} />）
              </span>
            ),
          },
          { label: texts.roles, children: roles.map(roleText).join("、") },
        ]}
      />
      <AccountCertificates account={account} changed={changed} />
      <PasswordPanel account={account} />
    </>
  );
}
