import { useQuery } from "@connectrpc/connect-query";
import { Button, Select } from "antd";
import type { ReactNode } from "react";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { DepartmentName, DivisionName, ItemName, MatterName } from "../names/names.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import type { Asked } from "./asked.ts";
import { SUPERVISION } from "./supervision-texts.ts";

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
  const who = useWho();
  const { data } = useQuery(DivisionService.method.listDivisions, {
    parentCode: division || who.division,
    pageSize: 1_000,
  });
  const below = (data?.divisions ?? []).map(({ code, name }) => ({ value: code, label: `${texts.division}：${name}` }));
  return (
    <Select
      aria-label={texts.division}
      value={division}
      onChange={choose}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      options={[
        { value: "", label: `${texts.division}：${texts.wholeReach}` },
        ...(division ? [{ value: division, label: <DivisionName code={division} /> }] : []),
        ...below,
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
