import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { Archive, Kept } from "./archive.ts";
import { requireSoundRecord } from "./record-check.ts";
import { safe } from "./signed-event.ts";

/** What an event says about the record that it carries. */
export interface Claimed {
  aggregateId: string;
  revision: bigint;
}

/** Takes over certificates of other nodes into the archive. */
export interface Intake {
  /**
   * Checks a record as if nobody between its department and this node could be trusted, and keeps it durably. `kept` is
   * false, and nothing is changed, while blobs that it names are missing; `missing` names them. Throws where the record is
   * wrong: `INVALID_FIELD`, `SIGNATURE_INVALID`, `SIGNER_*`, `STATE_CONFLICT`.
   */
  take(node: string, payload: Uint8Array, claimed?: Claimed): Promise<Taken>;
}

/** What became of a record. */
export type Taken = { kept: true; how: Kept } | { kept: false; missing: string[] };

/** Creates the intake. Without signers every record is refused: an archive that cannot check keeps nothing. */
export function createIntake(runtime: Runtime, archive: Archive, signers: Signers | undefined): Intake {
  async function missingBlobs({ files }: CertificateRecord): Promise<string[]> {
    const digests = [...new Set(files.map(({ sha256 }) => sha256))];
    const there = await Promise.all(digests.map((sha256) => runtime.store.blobs.has(sha256)));
    return digests.filter((_, index) => !there[index]);
  }

  return {
    async take(node, payload, claimed) {
      const record = fromBinary(CertificateRecordSchema, payload);
      if (claimed && (claimed.aggregateId !== record.identifier || claimed.revision !== record.revision))
        throw new Refusal("INVALID_FIELD", `the event of ${claimed.aggregateId} carries another record`);
      const stored = await archive.stored(record.identifier);
      const known = stored?.node === node && stored.recordRevision > safe(record.revision);
      // What is older than what is kept changes nothing, whatever it says.
      if (known && record.node === node) return { kept: true, how: "older" };
      if (!signers) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
      requireSoundRecord(record, node, signers);
      const missing = await missingBlobs(record);
      if (missing.length > 0) return { kept: false, missing };
      const how = await archive.keep(record, runtime.now());
      if (typeof how === "object")
        throw new Refusal("STATE_CONFLICT", `certificate ${record.identifier}: ${how.conflict}`);
      return { kept: true, how };
    },
  };
}
