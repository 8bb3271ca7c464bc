import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  DocumentKind,
  DocumentVerdict,
  FindingWeight,
  type VerificationFindingSchema,
  type VerificationReportSchema,
  type VerifiedSignerSchema,
  type VerifiedStateSchema,
  type VerifiedTimeStampSchema,
} from "../../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import type { VerificationFinding } from "../../statement/finding.ts";
import type { VerifiedState } from "../../statement/standing.ts";
import type { SignerDetails } from "../../trust/report.ts";
import type { RevocationAnswer, VerificationReport, VerifiedTimeStamp } from "../../trust/verification/report.ts";

const KINDS = { pdf: DocumentKind.PDF, ofd: DocumentKind.OFD, message: DocumentKind.MESSAGE } as const;

const VERDICTS = {
  valid: DocumentVerdict.VALID,
  invalid: DocumentVerdict.INVALID,
  notInForce: DocumentVerdict.NOT_IN_FORCE,
  undetermined: DocumentVerdict.UNDETERMINED,
  foreign: DocumentVerdict.FOREIGN,
  unsupported: DocumentVerdict.UNSUPPORTED,
} as const;

const WEIGHTS = {
  invalid: FindingWeight.INVALID,
  notInForce: FindingWeight.NOT_IN_FORCE,
  undetermined: FindingWeight.UNDETERMINED,
  foreign: FindingWeight.FOREIGN,
  unsupported: FindingWeight.UNSUPPORTED,
  note: FindingWeight.NOTE,
} as const;

/** A report as the contract has it. */
export function reportMessage(report: VerificationReport): MessageInitShape<typeof VerificationReportSchema> {
  const { kind, signature, seal, state, register, subject } = report;
  return {
    kind: kind === undefined ? DocumentKind.UNSPECIFIED : KINDS[kind],
    sha256: report.sha256,
    size: BigInt(report.size),
    verifiedAt: report.verifiedAt.toISOString(),
    verdict: VERDICTS[report.verdict],
    verdictText: report.verdictText,
    findings: findingMessages(report.findings),
    ...(subject !== undefined && { subject }),
    ...(signature !== undefined && {
      signature: {
        signer: signerMessage(signature.signer),
        algorithm: signature.algorithm ?? "",
        chain: signature.chain.map(signerMessage),
        signedAt: signature.signedAt.toISOString(),
        timeFrom: signature.timeFrom,
        timeFromText: signature.timeFromText ?? "",
        scope: signature.scope ?? "",
        scopeText: signature.scopeText ?? "",
        revocationAtSigning: revocationMessage(signature.revocation.atSigning),
        revocationNow: revocationMessage(signature.revocation.now),
        level: signature.level ?? "",
        levelText: signature.levelText ?? "",
        ...(signature.timeStamp !== undefined && { timeStamp: timeStampMessage(signature.timeStamp) }),
      },
    }),
    ...(seal !== undefined && {
      seal: {
        version: seal.version,
        id: seal.id,
        name: seal.name,
        validFrom: seal.validFrom.toISOString(),
        validTo: seal.validTo.toISOString(),
        ...(seal.maker !== undefined && { maker: signerMessage(seal.maker) }),
      },
    }),
    state: stateMessage(state),
    ...(register !== undefined && {
      register: { asOf: register.asOf.toISOString(), ageSeconds: BigInt(register.ageSeconds) },
    }),
    altered: report.altered,
  };
}

/** Findings as the contract has them. */
export function findingMessages(
  findings: readonly VerificationFinding[],
): MessageInitShape<typeof VerificationFindingSchema>[] {
  return findings.map((finding) => ({ ...finding, weight: WEIGHTS[finding.weight] }));
}

/** A state as the contract has it. */
export function stateMessage(
  state: Omit<VerifiedState, "state"> & { state: string },
): MessageInitShape<typeof VerifiedStateSchema> {
  return {
    state: state.state,
    source: state.source,
    since: state.since ?? "",
    asOf: state.asOf?.toISOString() ?? "",
    text: state.text ?? "",
    sourceText: state.sourceText ?? "",
    ageSeconds: BigInt(state.ageSeconds ?? 0),
  };
}

function signerMessage(signer: SignerDetails): MessageInitShape<typeof VerifiedSignerSchema> {
  const { notBefore, notAfter, ...names } = signer;
  return { ...names, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
}

function timeStampMessage(stamp: VerifiedTimeStamp): MessageInitShape<typeof VerifiedTimeStampSchema> {
  const { time, accuracyMs = 0, authority, chain, policy, serial } = stamp;
  return {
    time: time.toISOString(),
    accuracyMs: BigInt(accuracyMs),
    authority: signerMessage(authority),
    policy,
    serial,
    chain: chain.map(signerMessage),
  };
}

function revocationMessage({ at, state, since, cause = "", text = "" }: RevocationAnswer) {
  return { at: at.toISOString(), state, since: since?.toISOString() ?? "", cause, text };
}
