import type { CallContext } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Officer } from "../../domain/console-app.ts";
import { mayIssueOwn, ownWork } from "../../domain/separation.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";

/** Refuses (`PERMISSION_DENIED`) staff who would issue what they made themselves, unless today's opening allows it (5.9.2). */
export async function requireSeparated(
  { terms, runtime }: IssueContext,
  call: CallContext,
  document: CertificateDocument,
  signer: Officer,
): Promise<void> {
  const { app, itemCode, madeBy, signed } = document;
  if (signed || mayIssueOwn({}, madeBy?.account, signer.account)) return;
  const issuerCode = messageOf(document).metadata.issuer.code;
  const opening = await terms.issuingTerms({ app, itemCode, issuerCode, day: shanghaiDay(rightTime(runtime)) }, call);
  if (!mayIssueOwn(opening, madeBy?.account, signer.account)) throw ownWork();
}
