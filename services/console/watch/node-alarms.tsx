import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Button } from "antd";
import { Urgency, WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import { useFilters } from "../list/filters.ts";
import { LIST } from "../list/list-texts.ts";
import { Paging, usePage } from "../list/paging.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { AlarmList } from "./alarm-list.tsx";
import { useEvery } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

const PAGE_SIZE = 20;
const URGENCIES: Readonly<Record<string, Urgency>> = { now: Urgency.NOW, soon: Urgency.SOON };

/** All alarms of the node, a page at a time, narrowed by how soon they need care and by a text; what it is narrowed by stands in the address. */
export function NodeAlarms() {
  const texts = { ...useTexts(LIST), ...useTexts(WATCH) };
  const filters = useFilters();
  const place = usePage(filters);
  const request = {
    pageSize: PAGE_SIZE,
    pageToken: place.token,
    urgency: URGENCIES[filters.get("urgency")] ?? Urgency.UNSPECIFIED,
    search: filters.get("search"),
  };
  const { data, error, refetch } = useQuery(WatchService.method.getNode, request, {
    refetchInterval: useEvery(),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const options = (["now", "soon"] as const).map((value) => ({ value, label: texts[value] }));
  return (
    <>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findAlarm} />
        <ChooseFilter filters={filters} name="urgency" label={texts.urgency} options={options} />
        {filters.any && <Button onClick={filters.clear}>{texts.clear}</Button>}
      </search>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data?.alarms.length === 0 && <p className="quiet">{filters.any ? texts.noneFor : texts.noAlarm}</p>}
      {data && <AlarmList alarms={data.alarms} />}
      {data && <Paging label={texts.alarms} place={place} next={data.nextPageToken} />}
    </>
  );
}
