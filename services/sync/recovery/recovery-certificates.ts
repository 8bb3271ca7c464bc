import type { CallOptions, Client } from "@connectrpc/connect";
import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { several } from "../../base/several.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { allBucketRecords } from "../compare/all-bucket-records.ts";
import { allBuckets } from "../compare/all-buckets.ts";
import { BRING_BACK_MS, createBringBack, stopsAll } from "./bring-back.ts";
import { type ComparedArchive, lackingDays } from "./recovery-archives.ts";
import type { RecoveryProgress, StepOptions } from "./recovery-progress.ts";

/** Certificates that are fetched at the same time. */
const WIDTH = 4;

/**
 * Brings the archive of this node's own certificates forward from the province's copy of it, with their files: what is here as it is there
 * is skipped by its digest, and a recovery that was interrupted goes on with the day at which it was. One certificate that cannot be taken back stops none of the
 * others. Throws `PEER_AWAY`, and what else stops all of them.
 */
export async function recoverCertificates(
  runtime: Runtime,
  province: string,
  progress: RecoveryProgress,
  { dryRun, signal }: StepOptions,
): Promise<void> {
  const options: CallOptions = { signal, timeoutMs: BRING_BACK_MS };
  const exchange = runtime.client(ExchangeService, { peer: province, service: "sync" });
  const bringBack = createBringBack(runtime, province, signal);
  const { log } = runtime;
  const certificates = progress.part("certificates");
  const files = progress.part("files");
  const counted = {
    lacking(count: number) {
      files.total += count;
    },
    brought() {
      files.done += 1;
      files.restored += 1;
    },
  };

  async function tryToBringBack(identifier: string): Promise<void> {
    try {
      if (await bringBack(identifier, { dryRun, files: counted })) certificates.restored += 1;
    } catch (error) {
      if (signal.aborted || !(error instanceof Refusal) || stopsAll(error)) throw error;
      certificates.failed += 1;
      const { reason, message } = error;
      if (reason === "DOCUMENT_MISSING") files.failed += 1;
      log.error({ identifier, reason, cause: message }, "a certificate cannot be brought back");
      const text = `证照 ${identifier} 不能恢复 · cannot be brought back: ${reason}: ${message}`;
      // Both stand: a person decides at the province, and needs this node for it.
      if (reason === "IDENTIFIER_FORKED") progress.notice(text);
      else progress.lacks(text);
    }
    certificates.done += 1;
    await progress.counted();
  }

  const [ours, theirs] = [ownArchive(runtime, options), keptArchive(exchange, province, options)];
  for await (const { day, same, identifiers } of lackingDays(ours, theirs, certificates, progress.reached.day?.name)) {
    await progress.atDay(day, identifiers.length);
    certificates.done += same;
    await several(identifiers, WIDTH, tryToBringBack);
  }
}

/** What this node has issued, as its issue service lists it. */
function ownArchive(runtime: Runtime, options: CallOptions): ComparedArchive {
  const issued = runtime.client(ArchiveService, "issue");
  const node = runtime.config.node.code;
  return {
    buckets: async () => (await allBuckets(node, (page) => issued.listBuckets({ node, ...page }, options))).buckets,
    records: (bucket) => allBucketRecords(node, (page) => issued.listBucketRecords({ node, bucket, ...page }, options)),
  };
}

/** An archive that another node lets this one copy: at the province what it keeps of this node; at a node what it has issued. */
export function keptArchive(
  exchange: Client<typeof ExchangeService>,
  node: string,
  options: CallOptions,
): ComparedArchive {
  return {
    buckets: async () => (await allBuckets(node, (page) => exchange.listBucketsAcross(page, options))).buckets,
    records: (bucket) =>
      allBucketRecords(node, (page) => exchange.listBucketRecordsAcross({ bucket, ...page }, options)),
  };
}
