import { create } from "@bufbuild/protobuf";
import { type LinkMarks, LinkMarksSchema } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { isProvince } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { PeerLink } from "../link/peer-link.ts";
import { seenDigest, seenEvent } from "../receive/event-proof.ts";
import { verifyReceiptOf } from "../wire/receipt.ts";
import { safe } from "../wire/signed-event.ts";
import type { Evidence, Marks } from "./standing-judgement.ts";

/** The marks of this end of a link, from the store: another process of this node may be further. */
export async function marksOf(runtime: Runtime, { outgoing, incoming, confirmed }: PeerLink): Promise<LinkMarks> {
  const [sent, received] = await Promise.all([outgoing.mark(), incoming.mark()]);
  const { highest } = confirmed;
  const receivedProof = seenEvent(received.proof, received.number);
  return create(LinkMarksSchema, {
    node: runtime.config.node.code,
    sent: BigInt(sent.number),
    sentDigest: sent.digest,
    received: BigInt(received.number),
    receivedDigest: received.digest,
    confirmed: BigInt(highest?.number ?? 0),
    confirmedDigest: highest?.digest ?? "",
    time: runtime.now().toISOString(),
    ...(receivedProof && { receivedProof }),
    ...(highest && { confirmedProof: highest.receipt }),
  });
}

/** The numbers of marks as the judgement takes them. Throws `TypeError` where they are no counts. */
export function plain({ sent, sentDigest, received, receivedDigest, confirmed }: LinkMarks): Marks {
  const counts = { sent: safe(sent), received: safe(received), confirmed: safe(confirmed) };
  return { ...counts, sentDigest, receivedDigest };
}

/**
 * What both ends know of each other: `theirs` was read by the peer, `before` and `after` at this end around that. What a peer says that it
 * has got of this node counts where this node has signed it, or where the peer is the province, which every node trusts.
 */
export async function evidenceOf(
  runtime: Runtime,
  link: PeerLink,
  marks: { before?: LinkMarks; theirs: LinkMarks; after: LinkMarks },
): Promise<Evidence> {
  const { peer, outgoing, incoming } = link;
  const { receivedProof, confirmedProof } = marks.theirs;
  const theirs = plain(marks.theirs);
  const trusted = isProvince(peer);
  const proven = seenDigest(runtime, peer.node, theirs.received, receivedProof);
  const after = plain(marks.after);
  const isReceipt =
    confirmedProof?.number === marks.theirs.confirmed &&
    verifyReceiptOf(runtime, runtime.config.node.code, peer.node, confirmedProof);
  return {
    nodes: { own: runtime.config.node.code, peer: peer.node },
    before: marks.before && plain(marks.before),
    theirs: trusted ? theirs : { ...theirs, receivedDigest: proven ?? theirs.receivedDigest },
    after,
    digestOfReceived: await outgoing.digestAt(theirs.received),
    fitsSent: theirs.sentDigest === "" ? undefined : await incoming.fits(theirs.sent, theirs.sentDigest),
    hasConfirmed: incoming.has(theirs.confirmed),
    proven: { received: trusted || proven !== undefined, confirmed: trusted || isReceipt },
  };
}
