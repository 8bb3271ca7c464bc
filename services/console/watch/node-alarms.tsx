import { Button } from "antd";
import { type GetNodeResponse, Urgency } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { type Filters, useFilters } from "../list/filters.ts";
import { LIST } from "../list/list-texts.ts";
import { type PagePlace, Paging, usePage } from "../list/paging.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { useTexts } from "../text/texts.ts";
import { AlarmList } from "./alarm-list.tsx";
import { WATCH } from "./watch-texts.ts";

const PAGE_SIZE = 20;
const URGENCIES: Readonly<Record<string, Urgency>> = { now: Urgency.NOW, soon: Urgency.SOON };

/** Which alarms are shown, and what the node is to be asked for them with all else: one reading serves the whole page. */
export function useWantedAlarms() {
  const filters = useFilters();
  const place = usePage(filters);
  const asked = {
    pageSize: PAGE_SIZE,
    pageToken: place.token,
    urgency: URGENCIES[filters.get("urgency")] ?? Urgency.UNSPECIFIED,
    search: filters.get("search"),
  };
  return { filters, place, asked };
}

/** All alarms of the node, a page at a time, narrowed by how soon they need care and by a text; what it is narrowed by stands in the address. */
export function NodeAlarms(props: { filters: Filters; place: PagePlace; told: GetNodeResponse }) {
  const { filters, place, told } = props;
  const texts = { ...useTexts(LIST), ...useTexts(WATCH) };
  const options = (["now", "soon"] as const).map((value) => ({ value, label: texts[value] }));
  return (
    <>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findAlarm} />
        <ChooseFilter filters={filters} name="urgency" label={texts.urgency} options={options} />
        {filters.any && <Button onClick={filters.clear}>{texts.clear}</Button>}
      </search>
      {told.alarms.length === 0 && <p className="quiet">{filters.any ? texts.noneFor : texts.noAlarm}</p>}
      <AlarmList alarms={told.alarms} />
      <Paging label={texts.alarms} place={place} next={told.nextPageToken} />
    </>
  );
}
