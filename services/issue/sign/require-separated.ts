import type { CallContext } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Officer } from "../../domain/console-app.ts";
import { requireSigner } from "../../domain/opening-controls.ts";
import { mayIssueOwn, ownWork } from "../../domain/separation.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";

/**
 * Refuses (`PERMISSION_DENIED`) staff whom today's opening does not name where it names any (6.4.5.1), and who would issue what they made
 * themselves, unless it allows that (5.9.2).
 */
export async function requireSeparated(
  { terms, runtime }: IssueContext,
  call: CallContext,
  document: CertificateDocument,
  signer: Officer,
): Promise<void> {
  const { app, itemCode, madeBy, signed } = document;
  if (signed) return;
  const issuerCode = messageOf(document).metadata.issuer.code;
  const allowed = await terms.issuingTerms({ app, itemCode, issuerCode, day: shanghaiDay(rightTime(runtime)) }, call);
  requireSigner(allowed.controls, signer.account);
  if (!mayIssueOwn(allowed, madeBy?.account, signer.account)) throw ownWork();
}
