import { create } from "@bufbuild/protobuf";
import {
  type EventKind,
  type PendingEvent,
  type SignedEvent,
  SignedEventSchema,
} from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { digestOf, sha256Hex } from "../../domain/canonical.ts";
import type { Runtime } from "../../node/runtime.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";

/** Digest that stands before the first event of a link. */
export const FIRST_PREVIOUS = "0".repeat(64);

/** What a node signs of an event. `peer` is the node that it is for: numbers are per peer. */
export interface EventStatement {
  node: string;
  peer: string;
  number: number;
  key: string;
  kind: EventKind;
  revision: number;
  payloadSha256: string;
  previous: string;
}

/** Digest of an event, hex: the `previous` of the next. */
export function eventDigest(statement: EventStatement): string {
  return digestOf(statement);
}

/** The statement that an event on its way to `peer` claims. Throws `TypeError` where numbers are no safe integers. */
export function statementOf(signed: SignedEvent, peer: string): EventStatement {
  const { event } = signed;
  if (!event) throw new TypeError("a signed event without an event");
  return {
    node: signed.node,
    peer,
    number: safe(signed.number),
    key: event.key,
    kind: event.kind,
    revision: safe(event.revision),
    payloadSha256: sha256Hex(event.payload),
    previous: signed.previous,
  };
}

/** Signs an event as this node. The same event with the same number gives the same bytes. */
export function signEvent(
  runtime: Runtime,
  peer: string,
  event: PendingEvent,
  place: { number: number; previous: string },
): SignedEvent {
  const signed = create(SignedEventSchema, {
    node: runtime.config.node.code,
    number: BigInt(place.number),
    event,
    previous: place.previous,
  });
  signed.signature = runtime.nodeKey.sign(nodeSignedBytes("ecert.event.v1", statementOf(signed, peer)));
  return signed;
}

/** Whether the node that the event names has signed it for this node. */
export function verifyEvent(runtime: Runtime, statement: EventStatement, signature: Uint8Array): boolean {
  return runtime.verifyNode(statement.node, nodeSignedBytes("ecert.event.v1", statement), signature);
}

/** An int64 of the wire as a number; counts and revisions never come near 2^53. */
export function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new TypeError(`${value} is no count`);
  return number;
}

/** Whether a stored value is a count or number of an event. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a stored value is a SHA-256 in hex. */
export function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
