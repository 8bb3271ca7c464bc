import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { requireHolds } from "../judgement/judge-record.ts";
import type { RecordJudge } from "../judgement/record-judge.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Archive } from "./archive.ts";
import type { Kept } from "./keep-record.ts";
import { safe } from "./signed-event.ts";
import { stateText } from "./state-text.ts";

/** What an event says about the record that it carries. */
export interface Claimed {
  aggregateId: string;
  revision: bigint;
}

/** Takes over certificates of other nodes into the archive. */
export interface Intake {
  /**
   * Judges a record as if nobody between its department and this node could be trusted, by the judgement that all share, and keeps it
   * durably. `kept` is false, and nothing is changed, while blobs that it names are missing; `missing` names them. Throws where the
   * record is wrong: `INVALID_FIELD`, `SIGNATURE_INVALID`, `SIGNER_*`, `ISSUER_NOT_AUTHORISED`, `STATE_CONFLICT`; and `PEER_AWAY` where the
   * register of issuers cannot tell yet.
   */
  take(node: string, payload: Uint8Array, claimed?: Claimed): Promise<Taken>;
}

/** What became of a record. */
export type Taken = { kept: true; how: Exclude<Kept, { conflict: string }> } | { kept: false; missing: string[] };

/** Creates the intake. Without a judge every record is refused: an archive that cannot check keeps nothing. */
export function createIntake(runtime: Runtime, archive: Archive, judge: RecordJudge | undefined): Intake {
  async function missingBlobs({ files }: CertificateRecord): Promise<string[]> {
    const digests = [...new Set(files.map(({ sha256 }) => sha256))];
    const there = await Promise.all(digests.map((sha256) => runtime.store.blobs.has(sha256)));
    return digests.filter((_, index) => !there[index]);
  }

  return {
    async take(node, payload, claimed) {
      const record = fromBinary(CertificateRecordSchema, payload);
      const { identifier } = record;
      if (claimed && (claimed.aggregateId !== identifier || claimed.revision !== record.revision))
        throw new Refusal("INVALID_FIELD", `the event of ${claimed.aggregateId} carries another record`);
      // Only an issued certificate has a state that is archived.
      stateText(record.state);
      requireSender(record, node);
      const stored = await archive.stored(identifier);
      // What is older than what is kept changes nothing, whatever it says.
      if (stored?.node === node && stored.recordRevision > safe(record.revision)) return { kept: true, how: "older" };
      if (!judge) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
      requireHolds(identifier, await judge.judge(record));
      const missing = await missingBlobs(record);
      if (missing.length > 0) return { kept: false, missing };
      const how = await archive.keep(record, runtime.now(), async (kept) => (await judge.judge(kept)).holds);
      if (typeof how === "string") return { kept: true, how };
      if ("conflict" in how) throw new Refusal("STATE_CONFLICT", `certificate ${identifier}: ${how.conflict}`);
      const { node: formerNode, recordRevision } = how.displaced;
      runtime.log.error({ identifier, node, formerNode, recordRevision }, "a record that does not hold gave way");
      await runtime.evidence.append("archive-displaced", { identifier, node, formerNode, revision: recordRevision });
      return { kept: true, how };
    },
  };
}

/** A node sends what it issued itself, and speaks for no other. */
function requireSender({ identifier, node }: CertificateRecord, sender: string): void {
  if (node === sender) return;
  const description = `${node} is not the node that sent it`;
  throw new Refusal("INVALID_FIELD", `certificate ${identifier}: node: ${description}`, {
    fields: [{ field: "node", description }],
    metadata: { identifier },
  });
}
