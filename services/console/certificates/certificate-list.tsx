import { Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { STATES, shownState } from "./state.ts";

/** Certificates, the newest first: those of this console, or all that its reader sees. */
export function CertificateList() {
  const texts = useTexts(CERTIFICATES);
  const { roles } = useWho();
  const filters = useFilters();
  const state = Number(filters.get("state")) as CertificateState;
  const columns: ColumnsType<Certificate> = [
    {
      title: texts.name,
      render: (_, { name, identifier }) => <Link to={encodeURIComponent(identifier)}>{name}</Link>,
    },
    { title: texts.holder, render: (_, { holders }) => holders.map(({ name }) => name).join("、") },
    { title: texts.number, render: (_, { number }) => <span className="code">{number}</span> },
    { title: texts.state, render: (_, row) => <StateMark {...shownState(row.state)} /> },
    { title: texts.since, render: (_, { stateSince }) => <span className="code">{timeText(stateSince)}</span> },
    { title: texts.issueDate, render: (_, { issueDate }) => <span className="code">{issueDate}</span> },
    {
      title: texts.officer,
      render: (_, { madeBy, issuedBy }) => [madeBy?.name, issuedBy?.name].filter(Boolean).join(" / "),
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, IssueService.method.makeCertificate) && (
          <Link className="primary" to="new">
            {texts.make}
          </Link>
        )}
      </div>
      <search className="filters">
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={Object.entries(STATES).map(([value, { text }]) => ({ value, label: said(text) }))}
        />
        <Select
          aria-label={texts.scope}
          value={filters.get("scope")}
          onChange={(value) => filters.set("scope", value)}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: texts.own },
            { value: "reach", label: texts.wholeReach },
          ]}
        />
      </search>
      <RecordList
        method={IssueService.method.listCertificates}
        request={{ state, wholeReach: filters.get("scope") === "reach" }}
        rowsOf={({ certificates }) => certificates}
        keyOf={({ businessSerial, appKey }) => `${appKey} ${businessSerial}`}
        columns={columns}
        label={texts.list}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
