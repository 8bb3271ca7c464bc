import { Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { Link } from "react-router";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { SORT, useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { FindCertificate, useLooked } from "./find-certificate.tsx";
import { IssueChosen } from "./issue-chosen.tsx";
import { ISSUE } from "./issue-texts.ts";
import { REPORTS } from "./report-texts.ts";
import { STATES, shownState } from "./state.ts";

const OLDEST = "oldest";

/** Certificates by time or by serial: those of this console, or all that its reader sees. */
export function CertificateList() {
  const texts = useTexts(CERTIFICATES);
  const issueTexts = useTexts(ISSUE);
  const nameOf = ({ name, number }: Certificate) => issueTexts.choose(`${name} · ${number}`);
  const { roles } = useWho();
  const filters = useFilters();
  const state = Number(filters.get("state")) as CertificateState;
  const [chosen, choose] = useState<ReadonlyMap<string, Certificate>>(new Map());
  const wholeReach = filters.get("scope") === "reach";
  const oldestFirst = filters.get("order") === OLDEST;
  const { looked, holder, setHolder, narrowed } = useLooked(filters);
  // A text without what it is came from how serials of this console begin.
  const serialPrefix = wholeReach || looked.search !== "" ? "" : filters.get("search");
  const hasOwnOrder = serialPrefix !== "" || looked.search !== "" || filters.get(SORT) !== "";
  // What another app has made this console does not issue.
  const mayIssue =
    state === CertificateState.MADE && !wholeReach && mayCall(roles, IssueService.method.issueCertificate);
  const columns: ColumnsType<Certificate> = [
    {
      title: texts.name,
      render: (_, { name, identifier }) => <Link to={encodeURIComponent(identifier)}>{name}</Link>,
    },
    { title: texts.holder, render: (_, { holders }) => holders.map(({ name }) => name).join("、") },
    { key: "number", title: texts.number, render: (_, { number }) => <span className="code">{number}</span> },
    { title: texts.state, render: (_, row) => <StateMark {...shownState(row.state)} /> },
    {
      key: "state_since",
      title: texts.since,
      render: (_, { stateSince }) => <span className="code">{timeText(stateSince)}</span>,
    },
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
        {mayCall(roles, ErrorReportService.method.listErrorReports) && <Link to="reports">{said(REPORTS.title)}</Link>}
        {mayCall(roles, IssueService.method.makeCertificate) && (
          <Link className="primary" to="new">
            {texts.make}
          </Link>
        )}
      </div>
      <search className="filters">
        <FindCertificate
          key={`${filters.get("scope")} ${filters.get("by")}`}
          {...{ filters, holder, setHolder }}
          byPart={!wholeReach}
        />
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={Object.entries(STATES).map(([value, { text }]) => ({ value, label: said(text) }))}
        />
        <Select
          aria-label={texts.scope}
          value={filters.get("scope")}
          onChange={(scope) => filters.setAll({ scope, search: "", by: "" })}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: texts.own },
            { value: "reach", label: texts.wholeReach },
          ]}
        />
        {!hasOwnOrder && (
          <Select
            aria-label={texts.order}
            value={filters.get("order")}
            onChange={(value) => filters.set("order", value)}
            popupMatchSelectWidth={false}
            options={[
              { value: "", label: texts.newestFirst },
              { value: OLDEST, label: texts.oldestFirst },
            ]}
          />
        )}
      </search>
      {mayIssue && <IssueChosen chosen={[...chosen.values()]} />}
      <RecordList
        method={IssueService.method.listCertificates}
        request={{ state, wholeReach, oldestFirst, serialPrefix, ...looked }}
        rowsOf={({ certificates }) => certificates}
        keyOf={({ businessSerial, appKey }) => `${appKey} ${businessSerial}`}
        columns={columns}
        label={texts.list}
        empty={texts.empty}
        filters={narrowed}
        {...(mayIssue && { choice: { chosen, choose, nameOf, nameOfAll: issueTexts.chooseAll } })}
      />
    </>
  );
}
