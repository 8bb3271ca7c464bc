import {
  type UsageService,
  VerifyCertificateRequestSchema,
  VerifyCertificateResponseSchema,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { UsageContext } from "../context.ts";
import { findOne } from "../find/find.ts";
import { receiptFor } from "../find/receipt.ts";
import { joinedVerdict } from "../find/verdict.ts";
import { usableView } from "../find/view.ts";
import { useOf } from "../uses/holder-uses.ts";
import { answerOf, keepAnswer, sameUse } from "../uses/repeated-use.ts";
import { countUse, openCode } from "../uses/use.ts";

/** 5.4.3: verifies a certificate on-line. */
export function verifyCertificate(context: UsageContext): Handlers<typeof UsageService>["verifyCertificate"] {
  const { runtime } = context;
  return async (request, call) => {
    const { usageCode, identifier } = request;
    const same = sameUse(VerifyCertificateRequestSchema, request, call);
    const opened = await openCode(context, usageCode, call, same);
    const before = answerOf(context, opened, same, VerifyCertificateResponseSchema);
    if (before) return before;
    const found = await findOne(context, opened, identifier, {}, call);
    const { judgement, fromArchive, archiveAsOf } = found;
    const { stateSince } = found.certificate;
    const certificate = usableView(found.certificate, opened, shanghaiDay(runtime.now()));
    const verdict = joinedVerdict(certificate.verdict, judgement);
    const counted = await countUse(context, opened, useOf("verified", found), call, same);
    const released = canonicalBytes({ verdict, identifier, stateSince });
    call.note({ identifier, verdict: String(verdict) });
    const answer = {
      verdict,
      certificate: { ...certificate, verdict },
      stateSince,
      signer: [judgement.signerOrganization, judgement.signerCode].filter(Boolean).join(" "),
      receipt: await receiptFor(context, counted, found, { action: "verified", released }),
      standBy: fromArchive,
      standByAsOf: archiveAsOf,
    };
    return keepAnswer(context, counted.code, same, VerifyCertificateResponseSchema, answer);
  };
}
