import { Refusal } from "./refusal.ts";

/** What an opening says of making and issuing on screen. */
export interface SeparationRule {
  /** Who made a certificate may issue it too. Absent in openings of before: somebody else issues it. */
  samePersonMayIssue?: boolean;
}

/**
 * Whether an account may issue (核验签发) what an account has made (制证) under an opening: another person's always, one's own only where the
 * opening allows it. What no account has made (a system's order) has no maker among staff.
 */
export function mayIssueOwn(opening: SeparationRule, makerAccount: string | undefined, signerAccount: string): boolean {
  return makerAccount !== signerAccount || opening.samePersonMayIssue === true;
}

/** The refusal for who would issue what he made himself; names no account. */
export function ownWork(): Refusal {
  const message =
    "who made the certificate may not issue it under this opening: let another member of staff check and issue it";
  return new Refusal("PERMISSION_DENIED", message, {
    localizedDetail: "该发证开通要求制证与核验签发由不同人员办理，请由本部门其他核验签发人员办理",
  });
}
