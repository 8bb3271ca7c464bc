import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { ListChange } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CHANGE_STATES, shownChangeState } from "./change-state.ts";
import { ChangeStep } from "./change-step.tsx";
import { LIST_CHANGES } from "./list-change-texts.ts";

/** Changes of obligatory lists within reach, the newest first: what waits to be published, and how a list came to what it says (6.2.3.1). */
export function ChangeList() {
  const texts = useTexts(LIST_CHANGES);
  const { roles } = useWho();
  const filters = useFilters();
  const columns: ColumnsType<ListChange> = [
    {
      key: "division",
      title: texts.division,
      render: (_, { id, division }) => (
        <Link to={encodeURIComponent(id)}>
          <DivisionName code={division} /> <span className="code">{division}</span>
        </Link>
      ),
    },
    { title: texts.state, render: (_, { state }) => <StateMark {...shownChangeState(state)} /> },
    { key: "last_step", title: texts.last, render: (_, { steps }) => <ChangeStep step={steps.at(-1)} /> },
  ];
  return (
    <>
      <p>
        <Link to="/catalog/list">{texts.toList}</Link>
      </p>
      <div className="head">
        <h1>{texts.title}</h1>
        {mayCall(roles, ListService.method.prepareListChange) && (
          <Link className="primary" to="new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={CHANGE_STATES.map((state) => ({ value: String(state), label: said(shownChangeState(state).text) }))}
        />
      </search>
      <RecordList
        method={ListService.method.listListChanges}
        request={{
          state: CHANGE_STATES.find((state) => String(state) === filters.get("state")) ?? 0,
          search: filters.get("search"),
        }}
        rowsOf={({ changes }) => changes}
        keyOf={({ id }) => id}
        columns={columns}
        label={texts.title}
        empty={texts.empty}
        filters={filters}
      />
    </>
  );
}
