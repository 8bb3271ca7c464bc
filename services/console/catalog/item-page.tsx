import { createClient } from "@connectrpc/connect";
import { useQuery, useTransport } from "@connectrpc/connect-query";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { type CatalogItem, CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import {
  CatalogService,
  type ListCatalogItemVersionsResponse,
} from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { Basics, DataItems } from "./content-view.tsx";
import { OpenDrafts } from "./open-drafts.tsx";
import { SampleFace } from "./sample-face.tsx";
import { shownItemState } from "./states.ts";

const { getCatalogItem } = CatalogService.method;
/** Versions that are read at a time. */
const VERSIONS = 20;

/** One version of an item: the one in force, unless the address names another. */
export function ItemPage() {
  const { code = "" } = useParams();
  const [params] = useSearchParams();
  const { data, error, refetch } = useQuery(getCatalogItem, { code, version: Number(params.get("version")) || 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data?.item) return <Waiting />;
  return <Shown item={data.item} />;
}

function Shown({ item }: { item: CatalogItem }) {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const { code, version, state, publishedAt, content } = item;
  if (!content) return null;
  const address = `/catalog/drafts/new?item=${encodeURIComponent(code)}`;
  return (
    <>
      <p>
        <Link to="/catalog">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>
          {content.name} <span className="quiet code">{code}</span>
        </h1>
        <StateMark {...shownItemState(state)} />
        <span className="quiet">
          {texts.versionOf(version)} · {texts.since} {timeText(publishedAt)}
        </span>
      </div>
      {roles.includes(Role.CATALOG_KEEPER) && state === CatalogItemState.PUBLISHED && (
        <div className="actions">
          <Link className="primary" to={address}>
            {texts.change}
          </Link>
          <Link to={`${address}&retires=true`}>{texts.retire}</Link>
        </div>
      )}
      <OpenDrafts itemCode={code} />
      <div className="beside">
        <SampleFace content={content} label={`${content.name} ${texts.sample}`} />
        <div>
          <Basics content={content} />
          <Versions code={code} shown={version} />
        </div>
      </div>
      <DataItems content={content} />
    </>
  );
}

/** Versions of an item, the newest first and older ones when they are asked for, each with the day since which it is, or until which it was in force. */
function Versions({ code, shown }: { code: string; shown: number }) {
  const texts = useTexts(CATALOG);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching, isFetchNextPageError } = useVersions(code);
  const versions = (data?.pages ?? []).flatMap(({ items }) => items).filter(({ publishedAt }) => publishedAt !== "");
  const again = () => (isFetchNextPageError ? fetchNextPage() : refetch());
  return (
    <section className="panel">
      <h2>{texts.versions}</h2>
      {error && <RefusalNotice error={error} retry={again} />}
      <ul className="waits">
        {versions.map(({ version, state, publishedAt }, index) => (
          <li key={version}>
            <Link
              to={`/catalog/items/${encodeURIComponent(code)}?version=${version}`}
              {...(version === shown && { "aria-current": "page" as const })}
            >
              {texts.versionOf(version)}
            </Link>{" "}
            <StateMark {...shownItemState(state)} />{" "}
            <span className="quiet code">
              {index === 0
                ? `${texts.inForce} ${timeText(publishedAt)}`
                : `${timeText(publishedAt)} – ${timeText(versions[index - 1]?.publishedAt ?? "")}`}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetching} onClick={() => fetchNextPage()}>
          {texts.olderVersions}
        </Button>
      )}
    </section>
  );
}

function useVersions(code: string) {
  const service = createClient(CatalogService, useTransport());
  return useInfiniteQuery({
    queryKey: ["item-versions", code],
    initialPageParam: "",
    getNextPageParam: ({ nextPageToken }: ListCatalogItemVersionsResponse) => nextPageToken || undefined,
    queryFn: ({ pageParam: pageToken }) => service.listCatalogItemVersions({ code, pageSize: VERSIONS, pageToken }),
  });
}
