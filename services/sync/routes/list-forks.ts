import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { fittingPart, holdsPart } from "../../store/fitting-page.ts";
import type { SyncContext } from "../context.ts";
import type { ForkSide } from "../forks/fork-record.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 4.6.2: certificates of which a second record under the same identifier came, and about which nobody has decided yet. */
export function listForks(context: SyncContext): Handlers<typeof StandingService>["listForks"] {
  return async ({ pageSize, pageToken, search, orderBy }) => {
    requireAtProvince(context);
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const page = await context.forks.list(limit, after, orderBy.startsWith("-"));
      return { ...page, items: page.items.filter(({ _id, node }) => holdsPart(search, [_id, node])) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken };
    const { items, next = "" } = await fittingPart(ask, wanted);
    const forks = items.map(({ _id: identifier, node, since, kept, other }) => ({
      ...{ identifier, node, since },
      records: [kept, other].map(sideMessage),
    }));
    return { forks, nextPageToken: next };
  };
}

/** Throws `UNIMPLEMENTED` at other nodes: they are told by the province. */
export function requireAtProvince({ compare }: SyncContext): void {
  if (!compare) throw new Refusal("UNIMPLEMENTED", "certificates with a second record are known at the province");
}

/** One of two records, as the contract has it. */
export function sideMessage({ sha256, issuedAt, messageSha256, state, recordRevision }: ForkSide) {
  return { sha256, issuedAt, messageSha256, state, revision: BigInt(recordRevision) };
}
