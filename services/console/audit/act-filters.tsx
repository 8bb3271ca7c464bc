import { Button } from "antd";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { DayFilter } from "../list/day-filter.tsx";
import type { Filters } from "../list/filters.ts";
import { TextFilter } from "../list/text-filter.tsx";
import { AppInput } from "../names/app-input.tsx";
import { CodeFilter } from "../names/code-filter.tsx";
import { DepartmentFilter } from "../names/department-filter.tsx";
import { PersonInput } from "../names/person-input.tsx";
import { said, useTexts } from "../text/texts.ts";
import { ACT_WORDS } from "./act-words.ts";
import { AUDIT } from "./audit-texts.ts";

/** Longest identifier that the contract takes. */
const LONGEST = 128;

/** What acts are looked for by: all of it stands in the address. */
export function ActFilters({ filters }: { filters: Filters }) {
  const texts = useTexts(AUDIT);
  return (
    <search className="filters">
      <DayFilter filters={filters} name="from" label={texts.from} />
      <DayFilter filters={filters} name="to" label={texts.to} />
      <ChooseFilter
        filters={filters}
        name="kind"
        label={texts.what}
        options={Object.entries(ACT_WORDS).map(([value, both]) => ({ value, label: said(both) }))}
      />
      <TextFilter filters={filters} name="identifier" label={texts.identifier} most={LONGEST} className="by" />
      <CodeFilter filters={filters} name="account" label={texts.whoAsked} Input={PersonInput} />
      <CodeFilter filters={filters} name="appKey" label={texts.appAsked} Input={AppInput} />
      <DepartmentFilter filters={filters} name="departmentCode" label={texts.departmentAsked} />
      {filters.any && <Button onClick={filters.clear}>{texts.clear}</Button>}
    </search>
  );
}
