import type { MessageInitShape } from "@bufbuild/protobuf";
import type { LinkSchema } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { PeerLink } from "./peer-link.ts";

/** A link as operators see it. `connected`: the broker is, and the last event handed over was taken by the peer's stream. */
export function linkState({ peer, sender, outgoing, incoming }: PeerLink, runtime: Runtime) {
  const { oldest, waiting, reached } = sender;
  const lag = oldest ? Math.max(1, runtime.now().getTime() - Date.parse(oldest.numberedAt)) : 0;
  return {
    node: peer.node,
    connected: reached && (runtime.events?.status().connected ?? false),
    pending: BigInt(waiting),
    lastSent: BigInt(outgoing.last),
    lastConfirmed: BigInt(oldest ? oldest.number - 1 : outgoing.last),
    lastReceived: BigInt(incoming.highest),
    gaps: BigInt(incoming.gaps),
    lagMs: BigInt(lag),
  } satisfies MessageInitShape<typeof LinkSchema>;
}
