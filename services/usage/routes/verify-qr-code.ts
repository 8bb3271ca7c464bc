import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import { type CallContext, type Handlers, onBehalf } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isSandboxNode } from "../../domain/sandbox.ts";
import { provinceOf } from "../../host/place.ts";
import { type NodeKeyList, readNodeKeyList } from "../../statement/node-key-list.ts";
import { verifyQr } from "../../trust/verification/verify-qr.ts";
import type { UsageContext } from "../context.ts";
import { statusFromArchives } from "../verification/archive-status.ts";
import { statementMessage } from "../verification/statement-message.ts";

/** Public verification of the text of a QR code. Neither stored nor logged: the log has the verdict. */
export function verifyQrCode(context: UsageContext, limit: CallLimit): Handlers<typeof VerifyService>["verifyQrCode"] {
  const { runtime } = context;
  const keyList = openKeyList(context);
  const { code } = runtime.config.node;
  return async ({ text }, call) => {
    limit.admit(call.address);
    const report = await verifyQr(text, {
      keys: { list: await keyList(call), single: new Map() },
      at: runtime.now(),
      status: statusFromArchives(context, call),
      ...(isSandboxNode(code) && { sandbox: code }),
    });
    call.note({ verdict: report.verdict });
    runtime.metrics.count("usage_verifications", { verdict: report.verdict });
    return { report: statementMessage(report) };
  };
}

/** The list of nodes' keys, held to the province's signature here as well; one that came before is not read again. */
function openKeyList({ runtime, published }: UsageContext): (call: CallContext) => Promise<NodeKeyList> {
  const province = provinceOf(runtime.config);
  let last: { bytes: Uint8Array; list: NodeKeyList } | undefined;
  return async (call) => {
    if (province === undefined)
      throw new Refusal("UNIMPLEMENTED", "no province is configured, by whose list of keys QR codes could be judged");
    const { keys } = await published.getNodeKeys({}, onBehalf(call));
    if (last && Buffer.compare(last.bytes, keys) === 0) return last.list;
    const verifies = (signed: Uint8Array, signature: Uint8Array) => runtime.verifyNode(province, signed, signature);
    try {
      last = { bytes: keys, list: readNodeKeyList(keys, province, verifies) };
    } catch (cause) {
      // What is wrong with the list must not be read as what is wrong with the code.
      throw new Refusal("PEER_AWAY", "the list of nodes' keys that was handed out is not the province's", { cause });
    }
    return last.list;
  };
}
