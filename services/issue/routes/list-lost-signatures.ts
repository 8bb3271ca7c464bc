import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;

/** What agents have signed and this node does not know, by identifier. What is known by now has left the list. */
export function listLostSignatures({ lost }: IssueContext): Handlers<typeof RecoveryService>["listLostSignatures"] {
  return async ({ pageSize, pageToken }) => {
    const { items, next = "" } = await lost.list(pageSize || DEFAULT_PAGE_SIZE, pageToken);
    const signatures = items.map(({ _id: identifier, agent, entry, since }) => {
      return { identifier, agent, journalEntry: BigInt(entry), since };
    });
    return { signatures, nextPageToken: next };
  };
}
