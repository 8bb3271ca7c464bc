import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DepartmentName } from "../names/names.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { StepLine } from "./draft-steps.tsx";
import { DRAFT } from "./draft-texts.ts";
import { DRAFT_STATE_CHOICES, shownDraftState } from "./states.ts";

const MINE = "mine";

/** Drafts within reach: all, those of one state, or those that wait for whoever looks. */
export function DraftList() {
  const texts = { ...useTexts(CATALOG), ...useTexts(DRAFT) };
  const filters = useFilters();
  const chosen = filters.get("state");
  const state = DRAFT_STATE_CHOICES.find(({ value }) => value === chosen)?.state;
  const by =
    chosen === MINE
      ? { case: "waitsForMe" as const, value: true }
      : state
        ? { case: "state" as const, value: state }
        : { case: undefined };
  const columns: ColumnsType<ItemDraft> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { id, name, itemCode }) => (
        <Link to={`/catalog/drafts/${encodeURIComponent(id)}`}>{name || itemCode}</Link>
      ),
    },
    { key: "item_code", title: texts.code, render: (_, { itemCode }) => <span className="code">{itemCode}</span> },
    {
      title: texts.version,
      render: (_, { baseVersion }) => (baseVersion === 0 ? texts.new : texts.changeOf(baseVersion)),
    },
    { title: texts.state, render: (_, draft) => <StateMark {...shownDraftState(draft.state)} /> },
    {
      key: "department_code",
      title: texts.department,
      render: (_, { departmentCode }) => <DepartmentName code={departmentCode} />,
    },
    { key: "last_step", title: texts.last, render: (_, { steps }) => <StepLine step={steps.at(-1)} /> },
  ];
  return (
    <>
      <h1>{texts.drafts}</h1>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.search} />
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={[
            { value: MINE, label: texts.waitsForMe },
            ...DRAFT_STATE_CHOICES.map((one) => ({ value: one.value, label: said(shownDraftState(one.state).text) })),
          ]}
        />
      </search>
      <RecordList
        method={DraftService.method.listDrafts}
        request={{ by, search: filters.get("search") }}
        rowsOf={({ drafts }) => drafts}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.drafts}
        empty={texts.noDrafts}
        filters={filters}
      />
    </>
  );
}
