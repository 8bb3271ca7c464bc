import { Select } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { Rate, type RateMember } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { MemberChoice, SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName, ItemName } from "../names/names.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { addressWith } from "./asked.ts";
import { countText } from "./figures.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** What a rate of a department counts, and what not, each with why (3.7, 3.8): the rows behind both numbers. */
export function RateMembers() {
  const texts = useTexts(SUPERVISION);
  const filters = useFilters();
  const departmentCode = filters.get("department");
  const rate = filters.get("rate") === String(Rate.USAGE) ? Rate.USAGE : Rate.ELECTRONIC;
  const choice = Number(filters.get("choice")) as MemberChoice;
  const day = filters.get("day");
  const isUsage = rate === Rate.USAGE;
  const what = isUsage ? texts.usage : texts.electronic;
  const columns: ColumnsType<RateMember> = [
    {
      key: "name",
      title: texts.memberName,
      render: (_, { code, name }) => (isUsage ? name || code : <ItemName code={code} />),
    },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    {
      title: texts.counts,
      render: (_, { counts }) => (
        <StateMark
          text={counts ? SUPERVISION.yes : SUPERVISION.no}
          shape={counts ? "●" : "○"}
          tone={counts ? "good" : "ended"}
        />
      ),
    },
    { title: texts.why, render: (_, { why, localizedWhy }) => said([localizedWhy, why]) },
    ...(isUsage
      ? []
      : [
          {
            title: texts.inTimeOf,
            align: "right" as const,
            render: (_: unknown, { issued, issuedInTime }: RateMember) => (
              <span className="code">
                {countText(issuedInTime)} / {countText(issued)}
              </span>
            ),
          },
        ]),
  ];
  return (
    <>
      <p>
        <Link to={`/supervision${addressWith(filters, { rate: "", choice: "", day: "", search: "", sort: "" })}`}>
          {texts.back}
        </Link>
      </p>
      <h1>
        <DepartmentName code={departmentCode} /> · {what} · {day}
      </h1>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findMember} />
        <Select
          aria-label={texts.rate}
          value={rate}
          onChange={(value) => filters.set("rate", String(value))}
          popupMatchSelectWidth={false}
          options={[
            { value: Rate.ELECTRONIC, label: texts.electronic },
            { value: Rate.USAGE, label: texts.usage },
          ]}
        />
        <Select
          aria-label={texts.choice}
          value={choice}
          onChange={(value) => filters.set("choice", String(value))}
          popupMatchSelectWidth={false}
          options={[
            { value: MemberChoice.UNSPECIFIED, label: texts.allMembers },
            { value: MemberChoice.COUNTED, label: texts.counted },
            { value: MemberChoice.DECLARED, label: texts.declaredMembers },
            { value: MemberChoice.NOT_COUNTED, label: texts.notCounted },
          ]}
        />
      </search>
      <RecordList
        method={SupervisionService.method.listRateMembers}
        request={{ departmentCode, rate, choice, day, search: filters.get("search") }}
        rowsOf={({ members }) => members}
        keyOf={({ code }) => code}
        columns={columns}
        label={texts.members}
        empty={texts.noMembers}
        filters={{ ...filters, any: false }}
      />
    </>
  );
}
