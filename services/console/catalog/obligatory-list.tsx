import { Button, Input } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { type EffectiveListEntry, type ListCause, ListCauseKind } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName, ItemName, useDivisionName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { OBLIGATORY } from "./list-texts.ts";

/** What the departments of a division have to issue on a day (应开通目录, 3.6): its own choice and what bodies above designate, each item with every cause. */
export function ObligatoryList() {
  const texts = { ...useTexts(CATALOG), ...useTexts(OBLIGATORY) };
  const who = useWho();
  const filters = useFilters();
  const division = filters.get("division") || who.division;
  const day = filters.get("day") || shanghaiDay(new Date());
  const columns: ColumnsType<EffectiveListEntry> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { itemCode }) => (
        <Link to={`/catalog/items/${encodeURIComponent(itemCode)}`}>
          <ItemName code={itemCode} />
        </Link>
      ),
    },
    { key: "item_code", title: texts.code, render: (_, { itemCode }) => <span className="code">{itemCode}</span> },
    {
      title: texts.causes,
      render: (_, { causes }) => (
        <ul className="waits">
          {causes.map((cause) => (
            <li key={`${cause.kind} ${cause.division} ${cause.from}`}>
              <CauseText cause={cause} /> <span className="quiet code">{texts.since(cause.from, cause.until)}</span>
            </li>
          ))}
        </ul>
      ),
    },
    {
      title: texts.departments,
      render: (_, { departments }) => departments.map((code) => <DepartmentName key={code} code={code} />),
    },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(who.roles, ListService.method.listListChanges) && <Link to="changes">{texts.changes}</Link>}
      </div>
      <form
        className="filters"
        key={`${division} ${day}`}
        onSubmit={(event) => {
          event.preventDefault();
          const filled = new FormData(event.currentTarget);
          const typed = (name: string) => String(filled.get(name) ?? "").trim();
          filters.setAll({ division: typed("division"), day: typed("day") });
        }}
      >
        <Input name="division" aria-label={texts.division} defaultValue={division} maxLength={12} className="short" />
        <Input name="day" aria-label={texts.day} type="date" defaultValue={day} className="short" />
        <Button htmlType="submit">{texts.show}</Button>
      </form>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findItem} />
      </search>
      <RecordList
        method={ListService.method.getEffectiveList}
        request={{ division, day, search: filters.get("search") }}
        rowsOf={({ entries }) => entries}
        keyOf={({ itemCode }) => itemCode}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}

function CauseText({ cause: { kind, division } }: { cause: ListCause }) {
  const texts = useTexts(OBLIGATORY);
  const name = useDivisionName(division);
  if (kind === ListCauseKind.CARRIED_OVER) return texts.carriedOver;
  return kind === ListCauseKind.OWN ? texts.own(name) : texts.designated(name);
}
