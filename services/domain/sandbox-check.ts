import { parseCertificateIdentifier } from "./certificate-identifier.ts";

/** What a department's system must have done in the sandbox before it is opened (6.2.4, 6.3.3), in this order. */
export const SANDBOX_STEPS = {
  issued: "签发一份证照",
  replaced: "换发一份证照",
  used: "用证一次",
  revoked: "注销一份证照",
  refused: "收到一次业务拒绝",
} as const;

/** One step of {@link SANDBOX_STEPS}. */
export type SandboxStep = keyof typeof SANDBOX_STEPS;

/** The steps, in their order. */
export const SANDBOX_STEP_NAMES = Object.keys(SANDBOX_STEPS) as SandboxStep[];

/** What each opening needs: of issuing (6.2.4.2) and of usage (6.2.4.4). A system that does both goes through all five. */
export const STEPS_FOR = {
  issuing: ["issued", "replaced", "revoked", "refused"],
  usage: ["used", "refused"],
} as const satisfies Record<string, readonly SandboxStep[]>;

/** For what a report is asked. */
export type SandboxPurpose = keyof typeof STEPS_FOR;

/** A call of a system as it ended. */
export interface EndedCall {
  /** `ecert.issue.v1.IssueService/IssueCertificate` */
  method: string;
  /** `OK` or the reason of the refusal. */
  outcome: string;
  /** Of the certificate that it was about, where it was about one. */
  identifier: string;
}

const ISSUE = "ecert.issue.v1.IssueService";
const USAGE = "ecert.usage.v1.UsageService";
const USES: ReadonlySet<string> = new Set(
  ["VerifyCertificate", "ExtractData", "FetchFile", "RedeemPresentation"].map((method) => `${USAGE}/${method}`),
);

/**
 * Refusals that say that the caller's case is at fault, which a system must show to its people: not those of proof, of load or of what is
 * away, which it has to get over by itself.
 */
const BUSINESS: ReadonlySet<string> = new Set([
  ...["INVALID_FIELD", "DATA_INVALID", "DATA_MISMATCH", "CODE_INVALID", "DATE_RANGE_INVALID", "ATTACHMENT_REFUSED"],
  ...[
    "ITEM_UNKNOWN",
    "ITEM_UNPUBLISHED",
    "ITEM_NOT_OPENED",
    "ITEM_NOT_YET_OPEN",
    "MATTER_UNKNOWN",
    "MATTER_NOT_OPENED",
  ],
  ...["CERTIFICATE_UNKNOWN", "SANDBOX_CERTIFICATE", "SERIAL_REUSED", "ALREADY_EXISTS", "STATE_CONFLICT"],
  ...["USAGE_NOT_ALLOWED", "USAGE_CODE_UNKNOWN", "USAGE_CODE_EXPIRED", "USAGE_CODE_SPENT"],
]);

/** The step that a call is, if it is one. */
export function sandboxStepOf({ method, outcome, identifier }: EndedCall): SandboxStep | undefined {
  if (outcome !== "OK") {
    const served = method.startsWith(`${ISSUE}/`) || method.startsWith(`${USAGE}/`);
    return served && BUSINESS.has(outcome) ? "refused" : undefined;
  }
  if (identifier === "") return undefined;
  if (method === `${ISSUE}/IssueCertificate`) {
    return parseCertificateIdentifier(identifier).version === 1 ? "issued" : "replaced";
  }
  if (method === `${ISSUE}/RevokeCertificate`) return "revoked";
  return USES.has(method) ? "used" : undefined;
}

/** Whether what was done is enough for an opening. */
export function suffices(done: Iterable<SandboxStep>, purpose: SandboxPurpose): boolean {
  const steps = new Set(done);
  return STEPS_FOR[purpose].every((step) => steps.has(step));
}
