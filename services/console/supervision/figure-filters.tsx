import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { type ReactNode, useState } from "react";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { LIST } from "../list/list-texts.ts";
import { DepartmentName, DivisionName, ItemName, MatterName } from "../names/names.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** Divisions that are offered at once: the node looks for others. */
const OFFERED = 50;
/** Stands for those that are not offered; no division has such a code. */
const MORE = "more";

/** What figures are narrowed by: all of it stands in the address. */
export function FigureFilters({ asked }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const { filters, period, level, division } = asked;
  return (
    <search className="filters">
      <label>
        {texts.from}
        <input
          type="date"
          value={period.from}
          max={period.to}
          onChange={({ target }) => filters.set("from", target.value)}
        />
      </label>
      <label>
        {texts.to}
        <input
          type="date"
          value={period.to}
          min={period.from}
          onChange={({ target }) => filters.set("to", target.value)}
        />
      </label>
      <ChooseDivision division={division} choose={(code) => filters.set("division", code)} />
      <Select
        aria-label={texts.level}
        value={level}
        onChange={(value) => filters.set("level", String(value))}
        popupMatchSelectWidth={false}
        options={[
          { value: RateLevel.UNSPECIFIED, label: texts.departments },
          { value: RateLevel.COUNTY, label: texts.counties },
          { value: RateLevel.CITY, label: texts.cities },
          { value: RateLevel.PROVINCE, label: texts.provinces },
        ]}
      />
      <Narrowed asked={asked} />
      {filters.any && <Button onClick={filters.clear}>{texts.clear}</Button>}
    </search>
  );
}

/** Divisions that can be chosen next: those directly below the chosen one, else below the reader's own. */
function ChooseDivision({ division, choose }: { division: string; choose: (code: string) => void }) {
  const texts = useTexts(SUPERVISION);
  const lists = useTexts(LIST);
  const who = useWho();
  const [search, setSearch] = useState("");
  const asked = { parentCode: division || who.division, search, pageSize: OFFERED };
  const { data } = useQuery(DivisionService.method.listDivisions, asked, { placeholderData: keepPreviousData });
  const more = data && data.nextPageToken !== "" ? [{ value: MORE, label: lists.moreByText, disabled: true }] : [];
  const below = (data?.divisions ?? []).map(({ code, name }) => ({ value: code, label: `${texts.division}：${name}` }));
  return (
    <Select
      aria-label={texts.division}
      value={division}
      onChange={choose}
      showSearch={{ filterOption: false, onSearch: (typed) => setSearch(typed.trim().slice(0, 100)) }}
      popupMatchSelectWidth={false}
      options={[
        { value: "", label: `${texts.division}：${texts.wholeReach}` },
        ...(division ? [{ value: division, label: <DivisionName code={division} /> }] : []),
        ...below,
        ...more,
      ]}
    />
  );
}

/** What was narrowed by a link of a table, each with how to take it back. */
function Narrowed({ asked: { departmentCode, itemCode, matterCode, filters } }: { asked: Asked }) {
  const texts = useTexts(SUPERVISION);
  const narrowed: { filter: string; code: string; name: ReactNode }[] = [
    { filter: "department", code: departmentCode, name: <DepartmentName code={departmentCode} /> },
    { filter: "item", code: itemCode, name: <ItemName code={itemCode} /> },
    { filter: "matter", code: matterCode, name: <MatterName code={matterCode} /> },
  ];
  return narrowed
    .filter(({ code }) => code !== "")
    .map(({ filter, code, name }) => (
      <Button key={filter} aria-label={texts.clearOne(code)} onClick={() => filters.set(filter, "")}>
        {texts.narrowed}：{name} ✕
      </Button>
    ));
}
