import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PeerStandingSchema } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { wireOf } from "../../node/standing-name.ts";
import type { LinkStanding } from "./link-standing.ts";

/** Where the two ends of a link stand, as operators see it. */
export function peerStanding({ link, own, peer, unproven, comparedAt, clock }: LinkStanding) {
  return {
    node: link.peer.node,
    standing: wireOf(own.standing),
    peerStanding: wireOf(peer.standing),
    detail: [...new Set([own.detail, peer.detail, unproven && `claimed without proof: ${unproven}`])]
      .filter(Boolean)
      .join("; "),
    comparedAt: comparedAt ?? "",
    clockDifferenceMs: BigInt(clock.aheadMs),
    clockUncertaintyMs: BigInt(clock.uncertaintyMs),
  } satisfies MessageInitShape<typeof PeerStandingSchema>;
}
