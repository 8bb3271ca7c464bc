import type { ColumnsType } from "antd/es/table";
import type { DepartmentUse } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { secondText } from "../format/dates.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { DayFilter } from "../list/day-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { ItemName } from "../names/names.tsx";
import type { Texts } from "../text/texts.ts";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** What is done with certificates, as uses call it. */
const ACTIONS = ["listed", "verified", "extracted", "fetched", "presented"] as const;

/** All uses of certificates by the reader's department (5.9.5), the newest first: who, for whom, why and what. */
export function UseList() {
  const texts = useTexts(USE);
  const filters = useFilters();
  return (
    <>
      <h1>{texts.uses}</h1>
      <p className="quiet">{texts.usesHow}</p>
      <search className="filters">
        <DayFilter filters={filters} name="from" label={texts.from} />
        <DayFilter filters={filters} name="to" label={texts.to} />
        <ChooseFilter
          filters={filters}
          name="action"
          label={texts.done}
          options={ACTIONS.map((value) => ({ value, label: texts[value] }))}
        />
        <SearchFilter filters={filters} label={texts.searchUses} />
      </search>
      <RecordList
        method={UsageService.method.listDepartmentUses}
        request={{
          fromDay: filters.get("from"),
          toDay: filters.get("to"),
          action: filters.get("action"),
          search: filters.get("search"),
        }}
        rowsOf={({ uses }) => uses}
        keyOf={({ id }) => id}
        columns={columns(texts)}
        label={texts.uses}
        empty={texts.noUses}
        filters={filters}
      />
    </>
  );
}

function columns(texts: Texts<typeof USE>): ColumnsType<DepartmentUse> {
  return [
    { title: texts.businessId, render: (_, { businessId }) => <span className="code wrap">{businessId}</span> },
    { key: "at", title: texts.usedAt, render: (_, { at }) => <span className="code">{secondText(at)}</span> },
    { title: texts.done, render: (_, use) => <Done use={use} texts={texts} /> },
    {
      title: texts.kindsUsed,
      render: (_, { itemCodes }) =>
        itemCodes.map((code) => (
          <div key={code}>
            <ItemName code={code} />
          </div>
        )),
    },
    {
      title: texts.matterAndPurpose,
      render: (_, { matterName, matterCode, purpose }) => (
        <>
          {matterName || matterCode}
          <div className="quiet">{purpose}</div>
        </>
      ),
    },
    { title: texts.holderCode, render: (_, use) => <span className="code">{use.maskedHolderCode}</span> },
    { title: texts.officer, render: (_, { operator }) => <span className="code wrap">{operator}</span> },
  ];
}

/** What was done, with how many data items, and with which certificate by the end of its identifier. */
function Done({ use, texts }: { use: DepartmentUse; texts: Texts<typeof USE> }) {
  const { action, useCopy, fields, identifier } = use;
  const known = ACTIONS.find((one) => one === action);
  return (
    <>
      {useCopy ? texts.copied : known ? texts[known] : action} {fields.length > 0 && texts.items(fields.length)}
      {identifier !== "" && <div className="code quiet">…{identifier.slice(-24)}</div>}
    </>
  );
}
