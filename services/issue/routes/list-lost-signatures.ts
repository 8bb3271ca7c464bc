import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { LostSignature } from "../agents/lost-rows.ts";
import type { IssueContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

const idOf = ({ _id }: LostSignature) => _id;
const KEYS: Readonly<Record<string, (one: LostSignature) => string>> = {
  identifier: idOf,
  agent: ({ agent }) => agent,
  since: ({ since }) => since,
};

/** What agents have signed and this node does not know, by identifier or in the order asked for. What is known by now has left the list. */
export function listLostSignatures({ lost }: IssueContext): Handlers<typeof RecoveryService>["listLostSignatures"] {
  return async ({ pageSize, pageToken, search, orderBy }) => {
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const page = await lost.list(limit, after);
      return { ...page, items: page.items.filter(({ _id, agent }) => holdsPart(search, [_id, agent])) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken };
    const { items, next = "" } = await orderedPart(ask, wanted, { orderBy, keys: KEYS, idOf });
    const signatures = items.map(({ _id: identifier, agent, entry, since }) => {
      return { identifier, agent, journalEntry: BigInt(entry), since };
    });
    return { signatures, nextPageToken: next };
  };
}
