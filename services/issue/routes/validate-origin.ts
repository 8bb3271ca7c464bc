import type { IssueService, Origin } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { OriginVerdict } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { originDifferences } from "../../domain/origin-difference.ts";
import { type OriginStatement, originBytes, originStatement } from "../../domain/origin-statement.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { type Order, orderDigest, readOrder, readOrigin } from "../make/order.ts";
import { requestField } from "../make/origin-differs.ts";
import { type OriginCase, requireOrigin } from "../make/require-origin.ts";
import { withUploads } from "../uploads/with-uploads.ts";

/** 5.4.2, 5.9.5: what the origin signature of an order is over, and whether the given one would be taken. */
export function validateOrigin(context: IssueContext): Handlers<typeof IssueService>["validateOrigin"] {
  return async ({ order: given, origin, replaces }, call) => {
    if (!given)
      throw refuseField(
        "INVALID_FIELD",
        "order",
        "is missing",
        "say what is to be made",
        "缺少订单，请填写要制作的内容",
      );
    return withUploads(context, call, { order: given, uses: false }, async (asked) =>
      validated(context, call, await readOrder(asked, replaces), origin),
    );
  };
}

async function validated(context: IssueContext, call: CallContext, order: Order, origin: Origin | undefined) {
  const { app } = appOf(call);
  // Refuses data that have no canonical form, as making does.
  orderDigest(order);
  const now = rightTime(context.runtime);
  const { itemCode, issuerCode } = order;
  const terms = await context.terms.issuingTerms({ app, itemCode, issuerCode, day: shanghaiDay(now) }, call);
  if (origin) readOrigin(origin, terms.attested);
  const statement = originStatement(order, app, origin?.signedAt ?? now.toISOString());
  const octets = originBytes(statement);
  const answer = { statement: octets, sha256: sha256Hex(octets) };
  if (!origin) return { ...answer, verdict: OriginVerdict.UNJUDGED };
  const outcome = judged(context, { order, app, seal: terms.seal.code, origin });
  return { ...answer, ...outcome, differences: differencesIn(statement, origin) };
}

function judged(context: IssueContext, asked: OriginCase) {
  try {
    const rules = requireOrigin(context, asked);
    if (!rules) return { verdict: OriginVerdict.UNJUDGED };
    const endMs = instantOf(asked.origin.signedAt) + rules.maxAgeSeconds * 1_000;
    return { verdict: OriginVerdict.GOOD, freshUntil: new Date(endMs).toISOString() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, localized, fields } = error;
    return { verdict: OriginVerdict.REFUSED, reason, message, localized, remedy: fields[0]?.remedy ?? "" };
  }
}

function differencesIn(statement: OriginStatement, { statement: signed }: Origin) {
  if (signed.length === 0) return [];
  return originDifferences(statement, signed).map(({ member, expected, signed: found }) => ({
    field: requestField(member),
    member,
    expected,
    signed: found,
  }));
}
