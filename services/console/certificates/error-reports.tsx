import { Button, Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { Link } from "react-router";
import { type ErrorReport, ErrorReportState } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { mayCall } from "../shell/allowed.ts";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { AnswerReport } from "./answer-report.tsx";
import { REPORTS } from "./report-texts.ts";

const { listErrorReports, answerErrorReport } = ErrorReportService.method;
const OPEN: ShownState = { text: REPORTS.open, shape: "◔", tone: "waiting" };
const ANSWERED: ShownState = { text: REPORTS.answered, shape: "●", tone: "good" };

/** What holders report of certificates within reach (报错): those that wait, or those that were answered. */
export function ErrorReports() {
  const texts = useTexts(REPORTS);
  const { roles } = useWho();
  const filters = useFilters({ state: String(ErrorReportState.OPEN) });
  const state = Number(filters.get("state")) as ErrorReportState;
  const [asked, ask] = useState<ErrorReport>();
  const answered = state === ErrorReportState.ANSWERED;
  const mayAnswer = !answered && mayCall(roles, answerErrorReport);
  const columns: ColumnsType<ErrorReport> = [
    {
      key: "certificate_name",
      title: texts.certificate,
      render: (_, { identifier, certificateName }) => (
        <Link to={`/certificates/${encodeURIComponent(identifier)}`}>{certificateName}</Link>
      ),
    },
    { title: texts.field, render: (_, { field }) => field || texts.whole },
    { title: texts.text, dataIndex: "text" },
    {
      key: "reported_at",
      title: texts.reportedAt,
      render: (_, { reportedAt }) => <span className="code">{timeText(reportedAt)}</span>,
    },
    { title: texts.state, render: (_, row) => <StateMark {...(row.answeredAt ? ANSWERED : OPEN)} /> },
    ...(answered ? [{ title: texts.answer, render: (_: unknown, row: ErrorReport) => row.answer }] : []),
    ...(mayAnswer
      ? [
          {
            title: "",
            render: (_: unknown, row: ErrorReport) => <Button onClick={() => ask(row)}>{texts.give}</Button>,
          },
        ]
      : []),
  ];
  return (
    <>
      <h1>{texts.title}</h1>
      <p className="quiet">{texts.how}</p>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <Select
          aria-label={texts.state}
          value={filters.get("state")}
          onChange={(value) => filters.set("state", value)}
          popupMatchSelectWidth={false}
          options={[
            { value: String(ErrorReportState.OPEN), label: texts.open },
            { value: String(ErrorReportState.ANSWERED), label: texts.answered },
          ]}
        />
      </search>
      <RecordList
        method={listErrorReports}
        request={{ state, search: filters.get("search") }}
        rowsOf={({ reports }) => reports}
        keyOf={({ reportId }) => reportId}
        columns={columns}
        label={texts.list}
        empty={texts.none}
        filters={filters}
      />
      {asked && <AnswerReport report={asked} close={() => ask(undefined)} />}
    </>
  );
}
