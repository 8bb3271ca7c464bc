import { create } from "@bufbuild/protobuf";
import { type SeenEvent, SeenEventSchema } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type EventStatement, eventDigest, isCount, isDigest, safe, verifyEvent } from "../wire/signed-event.ts";

/** What proves that a peer has given out an event with a number, as a position keeps it of the highest. */
export interface EventProof extends Omit<EventStatement, "node" | "peer"> {
  /** Base64. */
  signature: string;
}

/** The proof of an event whose signature was verified. */
export function proofOf(statement: EventStatement, signature: Uint8Array): EventProof {
  const { number, key, kind, revision, payloadSha256, previous } = statement;
  const signed = Buffer.from(signature).toString("base64");
  return { number, key, kind, revision, payloadSha256, previous, signature: signed };
}

/** A stored proof as it is shown to the peer; `undefined` where it cannot be read or is that of another number. */
export function seenEvent(proof: EventProof | undefined, number: number): SeenEvent | undefined {
  if (proof?.number !== number || number === 0) return undefined;
  const { key, kind, revision, payloadSha256, previous, signature } = proof;
  const readable =
    [kind, revision].every(isCount) && [payloadSha256, previous].every(isDigest) && typeof signature === "string";
  if (!readable || typeof key !== "string") return undefined;
  const bytes = new Uint8Array(Buffer.from(signature, "base64"));
  const place = { revision: BigInt(revision), payloadSha256, previous };
  return create(SeenEventSchema, { key, kind, ...place, signature: bytes });
}

/** Digest of an event that `peer` shows to have got from this node with a number; `undefined` unless this node has signed it. */
export function seenDigest(
  runtime: Runtime,
  peer: string,
  number: number,
  seen: SeenEvent | undefined,
): string | undefined {
  if (!seen) return undefined;
  const { key, kind, revision, payloadSha256, previous, signature } = seen;
  const node = runtime.config.node.code;
  const statement = { node, peer, number, key, kind, revision: safe(revision), payloadSha256, previous };
  return verifyEvent(runtime, statement, signature) ? eventDigest(statement) : undefined;
}
