import type { MessageInitShape } from "@bufbuild/protobuf";
import type { LinkSchema } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import type { SyncContext } from "../context.ts";
import type { PeerLink } from "./peer-link.ts";

/** A link as operators see it. `connected`: the broker is, and the last event handed over was taken by the peer's stream. */
export function linkState(link: PeerLink, context: Pick<SyncContext, "runtime" | "streams">) {
  const { peer, sender, outgoing, incoming, stuck } = link;
  const { runtime } = context;
  const { oldest, waiting, reached } = sender;
  const lag = oldest ? Math.max(1, runtime.now().getTime() - instantOf(oldest.numberedAt)) : 0;
  return {
    node: peer.node,
    connected: reached && (runtime.events?.status().connected ?? false),
    pending: BigInt(waiting),
    lastSent: BigInt(outgoing.last),
    lastConfirmed: BigInt(oldest ? oldest.number - 1 : outgoing.last),
    lastReceived: BigInt(incoming.highest),
    gaps: BigInt(incoming.gaps),
    lagMs: BigInt(lag),
    streamFault: streamFault(link, context),
    ...(stuck && { stuck }),
  } satisfies MessageInitShape<typeof LinkSchema>;
}

/** The province tries both streams; the other end knows of what it handed over itself. Empty: they can be used. */
function streamFault(
  { peer, sender }: PeerLink,
  { runtime, streams }: Pick<SyncContext, "runtime" | "streams">,
): string {
  if (!runtime.events?.status().connected) return "PEER_AWAY: the broker is not connected";
  const found = streams?.fault(peer.outgoing.stream) ?? streams?.fault(peer.incoming.stream);
  if (found !== undefined) return found;
  const { streamFault: own } = sender;
  return own ? `${own.reason}: ${own.message}` : "";
}
