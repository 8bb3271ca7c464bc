import { create } from "@bufbuild/protobuf";
import {
  type JobResult,
  JobResultSchema,
  RefusedMemberSchema,
  type SignJob as WireJob,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { Refusal } from "../services/domain/refusal.ts";
import type { JobOutcome, SignJob } from "./sign-job.ts";

/** A job as it came over the wire, as the signer takes it. */
export function fromWire(job: WireJob): SignJob {
  const { jobId, message, origin, confirmation, templateSha256, sealPictureSha256, catalogVersionSha256 } = job;
  return {
    jobId,
    message,
    origin: origin && {
      keyId: origin.keyId,
      signedAt: origin.signedAt,
      signature: origin.signature,
      numberGiven: origin.numberGiven,
    },
    confirmation: confirmation && {
      signedAt: confirmation.signedAt,
      orders: confirmation.orders,
      credentialId: confirmation.credentialId,
      authenticatorData: confirmation.authenticatorData,
      clientDataJson: confirmation.clientDataJson,
      signature: confirmation.signature,
      numberGiven: confirmation.numberGiven,
    },
    templateSha256,
    sealPictureSha256,
    catalogVersionSha256,
  };
}

/** An outcome as it goes over the wire. */
export function resultToWire(jobId: string, outcome: JobOutcome): JobResult {
  if (!outcome.signed) return refusalToWire(jobId, outcome.refusal, outcome.missingDocuments);
  const { messageCms, pdfCms, ofdCms = new Uint8Array(), journalEntry } = outcome;
  const value = { messageCms, pdfCms, ofdCms, journalEntry: BigInt(journalEntry) };
  return create(JobResultSchema, { jobId, outcome: { case: "signatures", value } });
}

/** A refusal as it goes over the wire: the reason survives, the cause stays here. */
export function refusalToWire(jobId: string, refusal: Refusal, missingDocuments: string[]): JobResult {
  const value = {
    reason: refusal.reason,
    message: refusal.message,
    metadata: { ...refusal.metadata },
    retryAfterMs: BigInt(refusal.retryAfterMs ?? 0),
    missingDocuments,
    fields: refusal.fields.map((violation) => create(RefusedMemberSchema, violation)),
  };
  return create(JobResultSchema, { jobId, outcome: { case: "refusal", value } });
}
