import { create } from "@bufbuild/protobuf";
import { type Receipt, ReceiptSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { Runtime } from "../../node/runtime.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import { type EventStatement, safe } from "./signed-event.ts";

/** Proves to the node of an event that this node has applied it durably. MUST NOT be made before the write is durable. */
export function makeReceipt(runtime: Runtime, event: EventStatement): Receipt {
  const receipt = create(ReceiptSchema, {
    node: runtime.config.node.code,
    originNode: event.node,
    number: BigInt(event.number),
    key: event.key,
    payloadSha256: event.payloadSha256,
    appliedAt: runtime.now().toISOString(),
  });
  receipt.signature = runtime.nodeKey.sign(receiptBytes(receipt));
  return receipt;
}

/** Whether `peer` has signed the receipt and it is for an event of this node. */
export function verifyReceipt(runtime: Runtime, peer: string, receipt: Receipt): boolean {
  return verifyReceiptOf(runtime, peer, runtime.config.node.code, receipt);
}

/** Whether `node` has signed the receipt and it is for an event of `origin`. */
export function verifyReceiptOf(runtime: Runtime, node: string, origin: string, receipt: Receipt): boolean {
  return (
    receipt.node === node &&
    receipt.originNode === origin &&
    runtime.verifyNode(node, receiptBytes(receipt), receipt.signature)
  );
}

function receiptBytes({ node, originNode, number, key, payloadSha256, appliedAt }: Receipt): Uint8Array {
  const statement = { node, originNode, number: safe(number), key, payloadSha256, appliedAt };
  return nodeSignedBytes("ecert.receipt.v1", statement);
}
