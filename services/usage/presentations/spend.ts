import { create, fromJson, type JsonValue, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import {
  type RedeemAcrossResponse,
  RedeemAcrossResponseSchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { requestIdReused } from "../../call/chain/request-id.ts";
import { type IdentifiedRequest, seal, unseal } from "../../call/chain/sealed-answer.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { presentationDigest, readPresentation } from "../../domain/presentation-code.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { releasedOf } from "../../record/certificate-release.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { UsageContext } from "../context.ts";
import { servedElsewhere, useElsewhere } from "../uses/use-elsewhere.ts";
import type { AskedUse } from "./asked-use.ts";
import { type Presentable, presentable } from "./presentable.ts";
import { presentationStatement, signedStatement } from "./presentation-receipt.ts";
import type { PresentationDocument } from "./presentation-record.ts";
import {
  expiredPresentation,
  spentPresentation,
  unknownPresentation,
  withdrawnPresentation,
} from "./presentation-refusals.ts";
import { holderIn, isLeftOut, servedBy, toldHolderDigest } from "./told-holder.ts";

/** Attempts at a presentation that others write at the same time. */
const ATTEMPTS = 20;

/**
 * Redeems a presentation of this node, once. The claim is stored first, so that one request alone goes on; then evidence and the holder's list
 * of uses; then the answer, sealed. Whoever repeats the claiming request gets that answer, or is answered where a process ended before
 * it was stored: then the line of evidence may stand twice. Throws what RedeemPresentation tells; nothing is spent by what is refused.
 */
export async function spend(context: UsageContext, asked: AskedUse, call: CallContext): Promise<RedeemAcrossResponse> {
  const { presentations, runtime } = context;
  const id = presentationDigest(readPresentation(asked.presentation).code);
  const request = identified(asked.use);
  call.note({ presentation: id, matter: asked.ground.matterCode });
  let shown: Presentable | undefined;
  const show = (served: AskedUse, { identifier }: PresentationDocument) =>
    presentable(context, holderOf(served), identifier, call, "presentation");
  const claim = async () => {
    const stored = await presentations.get(id);
    if (!stored) throw unknownPresentation();
    if (stored.claim) return sameRequest(stored, request);
    // The time at which it was shown to be open is that of the use, however long its issuer takes to answer.
    const now = runtime.now();
    shown = await show(requireOpen(stored, asked, now), stored);
    const claimed = { request: request.digest, content: request.content, at: now.toISOString() };
    return presentations.replace({ ...stored, claim: claimed }).catch(oneRequestOnePresentation);
  };
  const claimed = await untilStored(claim, { tries: ATTEMPTS, spent: tooMany });
  if (claimed.answer) return opened(context, request, claimed.answer);
  shown ??= await show(servedBy(claimed, asked), claimed);
  return answered(context, claimed, request, asked, shown);
}

async function answered(
  context: UsageContext,
  claimed: PresentationDocument,
  request: IdentifiedRequest,
  asked: AskedUse,
  shown: Presentable,
): Promise<RedeemAcrossResponse> {
  const { presentations, uses, runtime } = context;
  const { item, fields, identifier } = claimed;
  const certificate = { ...releasedOf(shown.record, { item, fields }, fields), judgement: shown.judgement };
  const data = (certificate.data ?? {}) as JsonObject;
  const { ground } = servedBy(claimed, asked);
  const holder = isLeftOut(asked) ? holderIn(shown, { ...asked, ground }) : undefined;
  const named = holder && { holderSha256: toldHolderDigest(asked.presentation, holder) };
  const statement = { ...presentationStatement(context, claimed, shown, data, asked), ...named };
  const served = { ...servedElsewhere(ground), department: asked.use.departmentCode };
  const at = claimed.claim?.at ?? "";
  const where = ground.node === runtime.config.node.code ? {} : useElsewhere(ground);
  const use = { action: "presented", items: [item], identifier, fields, presentation: claimed._id, ...where } as const;
  await Promise.all([
    runtime.evidence.append("presentation-redeemed", statement),
    uses.keepOnce(`${at}/${claimed._id}`, served, at, use),
  ]);
  const fromArchive = shown.fromArchive;
  const told = { certificate, fields: [...fields], fromArchive, ...(holder && { holder }) };
  const answer = { ...told, ...signedStatement(context, statement) };
  const sealed = seal(runtime, request, toJson(RedeemAcrossResponseSchema, whole(answer)));
  if (await presentations.replace({ ...claimed, answer: sealed })) return whole(answer);
  // The same request, sent twice, was faster the other time.
  const stored = await presentations.get(claimed._id);
  return stored?.answer ? opened(context, request, stored.answer) : tooMany();
}

function whole(answer: MessageInitShape<typeof RedeemAcrossResponseSchema>): RedeemAcrossResponse {
  return create(RedeemAcrossResponseSchema, answer);
}

function opened(
  { runtime }: UsageContext,
  request: IdentifiedRequest,
  answer: PresentationDocument["answer"] & object,
) {
  return fromJson(RedeemAcrossResponseSchema, unseal<JsonValue>(runtime, request, answer));
}

/** The request as it is found again by: what came over the mesh is stored by a digest of its own, so that the store does not open the answer. */
function identified({ requestDigest, contentDigest }: AskedUse["use"]): IdentifiedRequest {
  const digest = sha256Hex(`ecert.presented-use.v1:${requestDigest}`);
  return { digest, content: contentDigest, requestId: requestDigest };
}

function sameRequest(stored: PresentationDocument, request: IdentifiedRequest): PresentationDocument {
  const { claim } = stored;
  if (claim?.request !== request.digest) throw spentPresentation(claim?.at ?? "");
  if (claim.content !== request.content) throw requestIdReused();
  return stored;
}

function requireOpen(stored: PresentationDocument, asked: AskedUse, now: Date): AskedUse {
  if (stored.withdrawnAt !== undefined) throw withdrawnPresentation(stored.withdrawnAt);
  if (now.getTime() >= instantOf(stored.expiresAt)) throw expiredPresentation(stored.expiresAt);
  const served = servedBy(stored, asked);
  if (asked.use.itemCodes.includes(stored.item)) return served;
  throw refuseField(
    "USAGE_NOT_ALLOWED",
    "context.item_codes",
    `the presentation is of item ${stored.item}, which the case does not need`,
    "name the item among those that the case needs, or ask the holder for another certificate",
    `所亮证照属于目录项${stored.item}，不在所需证照之内；请在所需证照中列明，或请持证主体改亮所需证照`,
  );
}

function holderOf({ ground }: AskedUse): { codeType: string; code: string } {
  return { codeType: ground.holderCodeType, code: ground.holderCode };
}

/** The unique index has it that a request has claimed another presentation. */
function oneRequestOnePresentation(error: unknown): never {
  throw error instanceof DuplicateKey ? requestIdReused() : error;
}

function tooMany(): never {
  throw new Refusal("OVERLOADED", "the presentation is written by too many at once; try again", { retryAfterMs: 100 });
}
