import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Account } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { RecordList } from "../../list/record-list.tsx";
import { SearchFilter } from "../../list/search-filter.tsx";
import { DepartmentFilter } from "../../names/department-filter.tsx";
import { DepartmentName } from "../../names/names.tsx";
import { mayCall } from "../../shell/allowed.ts";
import { roleText } from "../../shell/role-name.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useWho } from "../../shell/who.tsx";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { PEOPLE } from "../people-texts.ts";
import { lastEnd, shownAccountState } from "./account-state.ts";
import { ACCOUNTS } from "./account-texts.ts";

const { listAccounts, putAccount, importAccounts } = AccountService.method;

/** Accounts within reach (6.2.4.1), of one department or of all. */
export function AccountList() {
  const texts = { ...useTexts(PEOPLE), ...useTexts(ACCOUNTS) };
  const { roles } = useWho();
  const filters = useFilters();
  const departmentCode = filters.get("department");
  const now = new Date();
  const columns: ColumnsType<Account> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { id, name }) => <Link to={`/people/accounts/${encodeURIComponent(id)}`}>{name}</Link>,
    },
    { key: "id", title: texts.id, render: (_, { id }) => <span className="code">{id}</span> },
    { title: texts.roles, render: (_, account) => account.roles.map(roleText).join("、") },
    { title: texts.state, render: (_, account) => <StateMark {...shownAccountState(account)} /> },
    {
      key: "ends",
      title: texts.ends,
      render: (_, { certificates }) => {
        const ends = lastEnd(certificates);
        return ends ? <DaysLeft ends={ends} now={now} /> : texts.none;
      },
    },
    {
      key: "department_code",
      title: texts.department,
      render: (_, account) => <DepartmentName code={account.departmentCode} />,
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, importAccounts) && <Link to="/people/accounts/import">{texts.many}</Link>}
        {mayCall(roles, putAccount) && (
          <Link className="primary" to="/people/accounts/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <DepartmentFilter filters={filters} label={texts.department} />
      </search>
      <RecordList
        method={listAccounts}
        request={{ departmentCode, search: filters.get("search") }}
        rowsOf={({ accounts }) => accounts}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
