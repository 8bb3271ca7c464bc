import { type CatalogItem, CatalogItemState } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type {
  CatalogService,
  ListCatalogItemVersionsRequest,
} from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, itemView, newestVersion, publishedVersion } from "../items/item.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";
import type { ItemDocument } from "../stored/records.ts";

/** A version as it is shown, and until when it was in force; empty: it is, or never was. */
interface PlacedVersion {
  shown: CatalogItem;
  replacedAt: string;
}

const KEYS: Readonly<Record<string, (one: PlacedVersion) => string | number>> = {
  version: ({ shown }) => shown.version,
  published_at: ({ shown }) => shown.publishedAt,
};
const idOf = ({ shown }: PlacedVersion) => String(shown.version).padStart(10, "0");

/** 4.3.4: the versions of an item, the newest first, without their content; all, those in one state, or whose number, name or day of publication holds a text. */
export function listCatalogItemVersions({
  items,
}: CatalogContext): Handlers<typeof CatalogService>["listCatalogItemVersions"] {
  return async (request) => {
    const { code, pageSize, pageToken, orderBy } = request;
    if (!(await newestVersion(items, code))) throw itemUnknown(code);
    const published = (await publishedVersion(items, code))?.version ?? 0;
    const ask = async ({ limit, after }: { limit: number; after?: string }) => {
      const of = { index: "versions", equals: [code], descending: true, limit };
      const page = await items.query({ ...of, ...(after !== undefined && { after }) });
      const ends = await endsOf(items, page.items);
      const placed = page.items.map((one, index) => ({
        shown: itemView(one, published),
        replacedAt: ends[index] as string,
      }));
      return { ...page, items: placed.filter(({ shown }) => isWanted(shown, request)) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken && { after: pageToken }) };
    const { items: found, next = "" } = isPlain(request)
      ? await ask(wanted)
      : await orderedPart(ask, wanted, { orderBy, keys: KEYS, idOf });
    return {
      items: found.map(({ shown: { content: _content, ...version } }) => version),
      replacedAt: found.map(({ replacedAt }) => replacedAt),
      nextPageToken: next,
    };
  };
}

function isPlain({ state, search, orderBy }: ListCatalogItemVersionsRequest): boolean {
  return state === CatalogItemState.UNSPECIFIED && search === "" && orderBy === "";
}

/** When the next version was published, of versions of one item, the newest first. */
async function endsOf(items: CatalogContext["items"], versions: readonly ItemDocument[]): Promise<string[]> {
  const first = versions.find(({ publishedVersion: version }) => version !== undefined);
  if (!first) return versions.map(() => "");
  const above = { index: "published", equals: [first.code], from: first.version + 1 };
  let next = (await items.first(above))?.publishedAt ?? "";
  return versions.map(({ publishedAt }) => {
    if (publishedAt === undefined) return "";
    const end = next;
    next = publishedAt;
    return end;
  });
}

function isWanted(
  { state, version, content, publishedAt }: CatalogItem,
  wanted: Pick<ListCatalogItemVersionsRequest, "state" | "search">,
): boolean {
  if (wanted.state !== CatalogItemState.UNSPECIFIED && wanted.state !== state) return false;
  const day = publishedAt === "" ? [] : [shanghaiDay(new Date(instantOf(publishedAt)))];
  return holdsPart(wanted.search, [String(version), content?.name ?? "", ...day]);
}
