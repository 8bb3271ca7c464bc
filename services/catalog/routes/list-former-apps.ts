import {
  type FormerAppsService,
  FormerRowKind,
  type ListFormerAppsRequest,
} from "../../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { FormerRows } from "../apps/former-rows.ts";
import type { CatalogContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;
const KINDS = [FormerRowKind.APP, FormerRowKind.REFUSED_TOKENS, FormerRowKind.ANSWER] as const;

/** Lists what was stored of apps before the identity service kept them, as it is stored. */
export function listFormerApps({ former }: CatalogContext): Handlers<typeof FormerAppsService>["listFormerApps"] {
  return async (request) => {
    let [place, after] = placeIn(request);
    const limit = request.pageSize || DEFAULT_PAGE_SIZE;
    const rows: Awaited<ReturnType<FormerRows["page"]>>["rows"] = [];
    while (place < KINDS.length && rows.length < limit) {
      const page = await former.page(KINDS[place] as FormerRowKind, limit - rows.length, after);
      rows.push(...page.rows);
      if (page.next === undefined) place += 1;
      after = page.next ?? "";
    }
    return { rows, nextPageToken: place < KINDS.length ? JSON.stringify([place, after]) : "" };
  };
}

function placeIn({ pageToken }: ListFormerAppsRequest): [number, string] {
  if (pageToken === "") return [0, ""];
  try {
    const [place, after] = JSON.parse(pageToken) as unknown[];
    if (Number.isSafeInteger(place) && KINDS[place as number] !== undefined && typeof after === "string")
      return [place as number, after];
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
