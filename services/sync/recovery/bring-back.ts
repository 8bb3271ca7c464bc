import { toBinary } from "@bufbuild/protobuf";
import type { CallOptions } from "@connectrpc/connect";
import { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { cannotServe } from "../../domain/reason.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";

/** Milliseconds that one call may take: a file has up to 32 MB. */
export const BRING_BACK_MS = 120_000;

/** How a certificate is brought back. */
export interface BringBackOptions {
  /** Only looks. */
  dryRun: boolean;
  /** Told how many of its files are not here, and of each that was brought, or in a dry run would be. */
  files?: { lacking(count: number): void; brought(): void };
}

/**
 * Brings one of this node's certificates forward to what the province's archive keeps of it, files first. The issue service judges it, and
 * what is here as it is there, or later, stays: `false`. Throws what either end refuses.
 */
export type BringBack = (identifier: string, options: BringBackOptions) => Promise<boolean>;

/** Creates what brings certificates back. `province` is the node of the archive. */
export function createBringBack(runtime: Runtime, province: string, signal: AbortSignal): BringBack {
  const options: CallOptions = { signal, timeoutMs: BRING_BACK_MS };
  const exchange = runtime.client(ExchangeService, { peer: province, service: "sync" });
  const restoring = runtime.client(RecoveryService, "issue");

  return async (identifier, { dryRun, files }) => {
    signal.throwIfAborted();
    const { record } = await exchange.getRecordAcross({ identifier }, options);
    if (!record) return false;
    const payload = { record: toBinary(CertificateRecordSchema, record) };
    const { outcome, missing } = await restoring.restoreCertificate({ ...payload, dryRun: true }, options);
    if (outcome === "same" || outcome === "newer") return false;
    files?.lacking(missing.length);
    for (const sha256 of missing) {
      if (!dryRun) {
        const { content } = await exchange.fetchBlobAcross({ identifier, sha256 }, options);
        await restoring.restoreBlob({ sha256, content }, options);
      }
      files?.brought();
    }
    if (!dryRun) await restoring.restoreCertificate(payload, options);
    return true;
  };
}

/** Whether what one certificate was refused for would be said of every other, too. */
export function stopsAll({ reason }: Refusal): boolean {
  return reason === "CANCELLED" || (reason !== "INTERNAL" && cannotServe(reason));
}
