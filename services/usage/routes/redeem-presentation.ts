import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { RedeemAcrossResponse } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { UsageContext as AskedContext } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  RedeemPresentationRequestSchema,
  type UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { identify } from "../../call/chain/sealed-answer.ts";
import { type Handlers, onBehalf } from "../../call/chain/service.ts";
import { canonicalBytes, type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { presentationDigest, readPresentation } from "../../domain/presentation-code.ts";
import { Refusal } from "../../domain/refusal.ts";
import { judgedContext } from "../codes/judged-context.ts";
import { quotaOf } from "../codes/quota-terms.ts";
import type { UsageContext } from "../context.ts";
import { verdictOf } from "../find/verdict.ts";
import type { AskedUse } from "../presentations/asked-use.ts";
import { spend } from "../presentations/spend.ts";
import { isLeftOut, toldHolderDigest } from "../presentations/told-holder.ts";

/** 5.4.3, 5.7.4: an officer redeems what a holder shows, in the context of a case. */
export function redeemPresentation(context: UsageContext): Handlers<typeof UsageService>["redeemPresentation"] {
  const { tally, runtime, quota, exchange } = context;
  return async (request, call) => {
    const { node, code } = readPresentation(request.presentation);
    const identified = identify(RedeemPresentationRequestSchema, request, call.caller);
    const business = request.context as AskedContext;
    const { appKey, department, operator, terms } = await judgedContext(context, business, call, true);
    await quota.take("usageCodes", appKey, quotaOf(terms).usageCodesPerDay);
    const asked: AskedUse = {
      ground: {
        node: runtime.config.node.code,
        appKey,
        matterCode: business.matterCode,
        purpose: business.purpose,
        usageCodeDigest: presentationDigest(code),
        holderCodeType: business.holder?.codeType ?? "",
        holderCode: business.holder?.code ?? "",
      },
      presentation: request.presentation,
      use: {
        requestDigest: identified.digest,
        contentDigest: identified.content,
        departmentCode: department,
        businessId: business.businessId,
        operatorAccount: operator.account,
        operatorProof: operator.proof ?? "none",
        itemCodes: business.itemCodes,
      },
    };
    const here = node === runtime.config.node.code;
    const redeemed = here ? await spend(context, asked, call) : await exchange.redeemAcross(asked, onBehalf(call));
    if (!here) await runtime.evidence.append("presentation-redeemed", statementIn(redeemed, node, asked));
    const { certificate, fields, fromArchive, statementJson, signature, holder } = redeemed;
    if (!certificate) throw new Refusal("INTERNAL", "an answer without its certificate");
    const { identifier, itemCode, name, maskedNumber, issuerName } = certificate;
    const verdict = verdictOf(certificate, shanghaiDay(runtime.now()));
    call.note({ identifier, fields: fields.join(",") });
    tally.count(department, { action: "presented", item: itemCode, matter: business.matterCode });
    return {
      certificate: { identifier, itemCode, name, maskedNumber, issuerName, node: certificate.node, verdict, fields },
      data: (certificate.data ?? {}) as ProtoJson,
      receipt: { statementJson, signature, node },
      standBy: fromArchive,
      ...(holder && isLeftOut(asked) && { holder }),
    };
  };
}

/** What another node says that it has released, held against what it did; the province has verified its signature. */
function statementIn({ certificate, statementJson, holder }: RedeemAcrossResponse, node: string, asked: AskedUse) {
  const { ground, presentation } = asked;
  const statement = JSON.parse(statementJson) as JsonObject;
  const told = {
    node,
    usedAt: ground.node,
    presentation: ground.usageCodeDigest,
    app: ground.appKey,
    identifier: certificate?.identifier,
    releasedSha256: sha256Hex(canonicalBytes((certificate?.data ?? {}) as JsonObject)),
    ...(isLeftOut(asked) && { holderSha256: holder ? toldHolderDigest(presentation, holder) : "missing" }),
  };
  const other = Object.entries(told).filter(([member, value]) => statement[member] !== value);
  if (other.length === 0) return statement;
  const names = other.map(([member]) => member).join();
  throw new Refusal("SIGNATURE_INVALID", `node ${node} gives a receipt for something else: ${names}`, {
    metadata: { node },
  });
}
