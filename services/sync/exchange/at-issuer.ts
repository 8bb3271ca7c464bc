import type { CallOptions, Client } from "@connectrpc/connect";
import type { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { hasService } from "../../host/place.ts";
import type { SyncContext } from "../context.ts";
import { linkedPeers } from "../wire/topology.ts";
import { partOf } from "./ground.ts";
import { unknownHere } from "./let-out.ts";

/** A question about a certificate for a holder of the province, as the province passes it on and as the issuing node answers it. */
export interface IssuerQuestion<T> {
  issuerNode: string;
  identifier: string;
  there(exchange: Client<typeof ExchangeService>, options: CallOptions): Promise<T>;
  here(reports: Client<typeof ErrorReportService>, options: CallOptions): Promise<T>;
}

/**
 * Has the node that issued a certificate answer a holder who is signed in at the province, whose word for who that is the node takes (5.9.3). Cities do not ask each
 * other: throws `PERMISSION_DENIED` for everybody but the province and its own usage service, `CERTIFICATE_UNKNOWN` for a node that there is not,
 * `INVALID_FIELD` for one that takes no reports, and what that node refuses.
 */
export async function atIssuer<T>(context: SyncContext, call: CallContext, question: IssuerQuestion<T>): Promise<T> {
  const { runtime, ask } = context;
  const { code } = runtime.config.node;
  const { issuerNode, identifier } = question;
  const part = partOf(runtime, call);
  if (part === "own") {
    if (issuerNode !== code) throw unknownHere(identifier);
    if (!hasService(runtime.config, "usage")) throw takesNone(code);
    return question.here(runtime.client(ErrorReportService, "usage"), onBehalf(call));
  }
  const asks = "node" in call.caller ? call.caller.node : undefined;
  if (part !== "gather" || asks !== code)
    throw new Refusal("PERMISSION_DENIED", "reports of holders are passed on by the province alone");
  if (!linkedPeers(runtime.config).some(({ node }) => node === issuerNode)) throw unknownHere(identifier);
  return ask.one(issuerNode, call, (exchange, options) => question.there(exchange, options));
}

function takesNone(node: string): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "identifier",
    `the node ${node} takes no reports`,
    "ask the issuer that the certificate names",
    `颁发该证照的系统（${node}）不接收报错，请直接向证照所载的颁发机构反映`,
  );
}
