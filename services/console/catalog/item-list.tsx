import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { shownItemState } from "./states.ts";

/** What is published, by code; the search is the node's. */
export function ItemList() {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const filters = useFilters();
  const search = filters.get("search");
  const columns: ColumnsType<CatalogItem> = [
    {
      key: "name",
      title: texts.name,
      render: (_, { code, content }) => (
        <Link to={`/catalog/items/${encodeURIComponent(code)}`}>{content?.name ?? code}</Link>
      ),
    },
    { key: "code", title: texts.code, render: (_, { code }) => <span className="code">{code}</span> },
    { title: texts.version, align: "right", render: (_, { version }) => version },
    { title: texts.state, render: (_, { state }) => <StateMark {...shownItemState(state)} /> },
    {
      key: "published_at",
      title: texts.since,
      render: (_, { publishedAt }) => <span className="code">{timeText(publishedAt)}</span>,
    },
    { key: "defining_authority", title: texts.authority, render: (_, { content }) => content?.definingAuthority },
  ];
  return (
    <>
      <div className="head">
        <h1>{texts.listTitle}</h1>
        {mayCall(roles, DraftService.method.putDraft) && roles.includes(Role.CATALOG_KEEPER) && (
          <Link className="primary" to="/catalog/drafts/new">
            {texts.begin}
          </Link>
        )}
      </div>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.search} />
      </search>
      <RecordList
        method={CatalogService.method.listCatalogItems}
        request={{ search }}
        rowsOf={({ items }) => items}
        keyOf={({ code }) => code}
        columns={columns}
        label={texts.listTitle}
        empty={texts.noItems}
        filters={filters}
      />
    </>
  );
}
