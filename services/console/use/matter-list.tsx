import { createClient } from "@connectrpc/connect";
import { useQuery as useCall, useTransport } from "@connectrpc/connect-query";
import { useQuery } from "@tanstack/react-query";
import { Empty, Input } from "antd";
import { Link } from "react-router";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** Matters of a department that are looked at, and how many of them one call brings. */
const MOST_MATTERS = 5_000;
const PAGE_SIZE = 200;

/** Matters of the department that may use certificates: one of them is at hand. */
export function MatterList() {
  const texts = useTexts(USE);
  const filters = useFilters();
  const { data, error, refetch } = useUsingMatters();
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  const wanted = filters.get("find").trim();
  const shown = data.matters.filter(({ name, code }) => `${name} ${code}`.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        <CodesToday />
      </div>
      <search className="filters">
        <Input
          aria-label={texts.search}
          placeholder={texts.search}
          defaultValue={wanted}
          autoFocus
          className="find"
          onChange={({ target }) => filters.set("find", target.value)}
        />
      </search>
      <h2 id="matters">{texts.chooseMatter}</h2>
      {data.more && <p role="status">{texts.tooMany(MOST_MATTERS)}</p>}
      {shown.length === 0 && <Empty description={wanted ? texts.noneFound(wanted) : texts.noMatters} />}
      <ul className="matters" aria-labelledby="matters">
        {shown.map((matter) => (
          <li key={matter.code}>
            <Link to={encodeURIComponent(matter.code)}>
              <strong>{matter.name}</strong>
              <span className="code quiet">{matter.code}</span>
              <span className="quiet">{isClosed(matter) ? texts.closed : texts.kinds(matter.items.length)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Matters of the reader's department that have any kind of certificate to use. */
function useUsingMatters() {
  const { departmentCode } = useWho();
  const matters = createClient(MatterService, useTransport());
  return useQuery({
    queryKey: ["using-matters", departmentCode],
    staleTime: 60_000,
    async queryFn() {
      const found: Matter[] = [];
      let [pageToken, looked] = ["", 0];
      do {
        const page = await matters.findMatters({ departmentCode, pageSize: PAGE_SIZE, pageToken });
        found.push(...page.matters.filter(({ items }) => items.length > 0));
        looked += page.matters.length;
        pageToken = page.nextPageToken;
      } while (pageToken !== "" && looked < MOST_MATTERS);
      return { matters: found, more: pageToken !== "" };
    },
  });
}

const isClosed = ({ disabled, halt }: Matter) => disabled || halt !== undefined;

/** How many codes the department has used today, of how many: who is near the limit wants to know before the queue does. */
function CodesToday() {
  const texts = useTexts(USE);
  const { data: { usageCodes } = {} } = useCall(UsageService.method.getAppUse, {});
  if (!usageCodes) return null;
  return <span className="quiet">{texts.codesToday(String(usageCodes.used), String(usageCodes.limit))}</span>;
}
