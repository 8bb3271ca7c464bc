import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { isFollowed } from "../restore/forked.ts";

/** 4.6: takes which certificates of this node have a second record at the province, and tells which of those that were decided are to come. */
export function setForked({ forked, certificates }: IssueContext): Handlers<typeof RecoveryService>["setForked"] {
  return async ({ identifiers, settled }) => {
    await forked.set(identifiers, settled);
    const toFollow: string[] = [];
    for (const { identifier, sha256 } of settled) {
      // One that cannot be read stops none of the others.
      const found = await certificates.stored.get(identifier);
      if (!found || !isFollowed(found, sha256)) toFollow.push(identifier);
    }
    return { toFollow };
  };
}
