import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import { type CatalogItem, CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { ITEM_STATE_CHOICES, shownItemState } from "./states.ts";

/** A version and until when it was in force; empty: it is, or never was. */
interface Version {
  readonly item: CatalogItem;
  readonly replacedAt: string;
}

/** Versions of an item, the newest first, each with since when and until when it was in force; `shown`: the one that the page shows. */
export function ItemVersions({ code, shown }: { code: string; shown: number }) {
  const texts = useTexts(CATALOG);
  const filters = useFilters(undefined, "versions");
  const state = ITEM_STATE_CHOICES.find((one) => String(one) === filters.get("state"));
  const columns: ColumnsType<Version> = [
    {
      key: "version",
      title: texts.version,
      render: (_, { item: { version } }) => (
        <Link
          to={`/catalog/items/${encodeURIComponent(code)}?version=${version}`}
          {...(version === shown && { "aria-current": "page" as const })}
        >
          {texts.versionOf(version)}
        </Link>
      ),
    },
    { title: texts.state, render: (_, { item }) => <StateMark {...shownItemState(item.state)} /> },
    {
      key: "published_at",
      title: texts.since,
      render: (_, { item: { publishedAt } }) => <span className="code">{timeText(publishedAt)}</span>,
    },
    {
      title: texts.until,
      render: (_, { replacedAt }) => <span className="code">{timeText(replacedAt)}</span>,
    },
  ];
  return (
    <section className="panel">
      <h2>{texts.versions}</h2>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findVersion} />
        <ChooseFilter
          filters={filters}
          name="state"
          label={texts.state}
          options={ITEM_STATE_CHOICES.map((one) => ({ value: String(one), label: said(shownItemState(one).text) }))}
        />
      </search>
      <RecordList
        method={CatalogService.method.listCatalogItemVersions}
        request={{ code, search: filters.get("search"), state: state ?? CatalogItemState.UNSPECIFIED }}
        rowsOf={({ items, replacedAt }) => items.map((item, index) => ({ item, replacedAt: replacedAt[index] ?? "" }))}
        keyOf={({ item }) => String(item.version)}
        columns={columns}
        label={texts.versions}
        empty={texts.noItems}
        filters={filters}
      />
    </section>
  );
}
