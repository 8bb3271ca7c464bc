import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { canonicalBytes } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findOne } from "../find.ts";
import { useOf } from "../holder-uses.ts";
import { receiptFor } from "../receipt.ts";
import { countUse, openCode } from "../use.ts";
import { verdictAgainst } from "../verdict.ts";
import { usableView } from "../view.ts";

/** 5.4.3: verifies a certificate on-line. */
export function verifyCertificate(dependencies: UsageDependencies): Handlers<typeof UsageService>["verifyCertificate"] {
  const { runtime } = dependencies;
  return async ({ usageCode, identifier }, call) => {
    const opened = await openCode(dependencies, usageCode, call);
    const found = await findOne(dependencies, opened, identifier, {}, call);
    const { judgement, fromArchive } = found;
    const { stateSince } = found.certificate;
    const certificate = usableView(found.certificate, opened, shanghaiDay(runtime.now()));
    const verdict = verdictAgainst(judgement) ?? certificate.verdict;
    const code = await countUse(dependencies, opened, useOf("verified", found), call);
    const released = canonicalBytes({ verdict, identifier, stateSince });
    call.note({ identifier, verdict: String(verdict) });
    return {
      verdict,
      certificate: { ...certificate, verdict },
      stateSince,
      signer: [judgement.signerOrganization, judgement.signerCode].filter(Boolean).join(" "),
      receipt: await receiptFor(dependencies, code, found, { action: "verified", released }),
      standBy: fromArchive,
    };
  };
}
