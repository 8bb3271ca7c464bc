import { createClient } from "@connectrpc/connect";
import { useQuery as useCall, useTransport } from "@connectrpc/connect-query";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Input } from "antd";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { type FindMattersResponse, MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** Matters that one page shows, and how long somebody has stopped typing before they are looked for, in milliseconds. */
const PAGE_SIZE = 50;
const TYPED_MS = 250;

/** Matters of the department that may use certificates: one of them is at hand. */
export function MatterList() {
  const texts = useTexts(USE);
  const filters = useFilters();
  const search = filters.get("find").trim();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useUsingMatters(search);
  const shown = data?.pages.flatMap(({ matters }) => matters);
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        <CodesToday />
      </div>
      <search className="filters">
        <FindMatter before={search} find={(text) => filters.set("find", text)} />
      </search>
      <h2 id="matters">{texts.chooseMatter}</h2>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!shown && !error && <Waiting />}
      {shown?.length === 0 && <Empty description={search ? texts.noneFound(search) : texts.noMatters} />}
      <ul className="matters" aria-labelledby="matters" aria-busy={isFetching}>
        {shown?.map((matter) => (
          <li key={matter.code}>
            <Link to={encodeURIComponent(matter.code)}>
              <strong>{matter.name}</strong>
              <span className="code quiet">{matter.code}</span>
              <span className="quiet">{isClosed(matter) ? texts.closed : texts.kinds(matter.items.length)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetching} onClick={() => fetchNextPage()}>
          {texts.moreMatters}
        </Button>
      )}
    </>
  );
}

/** The field by which a matter is looked for, as it is typed. */
function FindMatter({ before, find }: { before: string; find: (text: string) => void }) {
  const texts = useTexts(USE);
  const [typed, setTyped] = useState(before);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed alone begins the wait anew
  useEffect(() => {
    if (typed.trim() === before) return;
    const timer = setTimeout(() => find(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Input
      aria-label={texts.search}
      placeholder={texts.search}
      value={typed}
      maxLength={100}
      autoFocus
      className="find"
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}

/** Matters of the reader's department that have any kind of certificate to use; the node looks for them. */
function useUsingMatters(search: string) {
  const { departmentCode } = useWho();
  const service = createClient(MatterService, useTransport());
  return useInfiniteQuery({
    queryKey: ["using-matters", departmentCode, search],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    initialPageParam: "",
    getNextPageParam: ({ nextPageToken }: FindMattersResponse) => nextPageToken || undefined,
    // The node looks through a part of them for a page: one without any is no reason to press a button.
    async queryFn({ pageParam }): Promise<FindMattersResponse> {
      let page: FindMattersResponse;
      let pageToken = pageParam;
      do {
        page = await service.findMatters({ departmentCode, search, using: true, pageSize: PAGE_SIZE, pageToken });
        pageToken = page.nextPageToken;
      } while (page.matters.length === 0 && pageToken !== "");
      return page;
    },
  });
}

const isClosed = ({ disabled, halt }: Matter) => disabled || halt !== undefined;

/** How many codes the department has used today, of how many: who is near the limit wants to know before the queue does. */
function CodesToday() {
  const texts = useTexts(USE);
  const { data: { usageCodes } = {} } = useCall(UsageService.method.getAppUse, {});
  if (!usageCodes) return null;
  return (
    <span className="quiet">
      {texts.codesToday(usageCodes.used.toLocaleString("en-US"), usageCodes.limit.toLocaleString("en-US"))}
    </span>
  );
}
