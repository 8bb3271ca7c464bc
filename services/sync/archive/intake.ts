import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { requireHolds } from "../../judgement/judge-record.ts";
import type { RecordJudge } from "../../judgement/record-judge.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Store } from "../../store/port.ts";
import { type Archive, archivedOf } from "./archive.ts";
import type { ForkNotes } from "./fork-notes.ts";
import { type Fork, type Kept, weigh } from "./keep-record.ts";
import { requireNotAhead } from "./record-time.ts";

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
   * record is wrong: `INVALID_FIELD`, `SIGNATURE_INVALID`, `SIGNER_*`, `ISSUER_NOT_AUTHORISED`, `STATE_CONFLICT`; `IDENTIFIER_FORKED` where another
   * certificate of the node that holds as well is kept under its identifier, of whatever revision, with or without its blobs; and
   * `PEER_AWAY` where the register of issuers cannot tell yet.
   */
  take(node: string, payload: Uint8Array, claimed?: Claimed): Promise<Taken>;
}

/**
 * What became of a record: as {@link Kept}, or of a second one under its identifier: `graver` took the place of the kept one, `settled` was decided
 * against before and is not kept.
 */
export type Taken =
  | { kept: true; how: Exclude<Kept, { conflict: string } | Fork> | "graver" | "settled" }
  | { kept: false; missing: string[] };

/** Digests of blobs that a record names and this node does not have. */
export async function missingBlobs({ blobs }: Pick<Store, "blobs">, { files }: CertificateRecord): Promise<string[]> {
  const digests = [...new Set(files.map(({ sha256 }) => sha256))];
  const there = await Promise.all(digests.map((sha256) => blobs.has(sha256)));
  return digests.filter((_, index) => !there[index]);
}

/** Creates the intake. Without a judge every record is refused: an archive that cannot check keeps nothing. */
export function createIntake(
  runtime: Runtime,
  archive: Archive,
  judge: RecordJudge | undefined,
  forks: ForkNotes,
): Intake {
  /** A record that comes is another of the same node, and both hold. */
  async function besides(fork: Fork): Promise<Taken> {
    const became = await forks.note(fork);
    if (became !== "open") return { kept: true, how: became };
    const { _id: identifier, node } = fork.document;
    const reason = fork.forked === "certificate" ? "IDENTIFIER_FORKED" : "STATE_CONFLICT";
    const remedy =
      "an operator of the province decides which of the two stands: `ecert forks list`, `ecert forks settle`";
    throw new Refusal(reason, `certificate ${identifier}: ${fork.why}`, {
      fields: [
        {
          field: "identifier",
          description: fork.why,
          remedy,
          localized: "该标识下有两份不同的证照，请省级运维裁定（ecert forks list、ecert forks settle）",
        },
      ],
      metadata: { identifier, node, kept: fork.found.payloadSha256, other: fork.document.payloadSha256 },
    });
  }

  return {
    async take(node, payload, claimed) {
      // Of a second record an archive knows itself, or nobody does.
      const record = { ...fromBinary(CertificateRecordSchema, payload), forkedSince: "" };
      const { identifier } = record;
      if (claimed && (claimed.aggregateId !== identifier || claimed.revision !== record.revision))
        throw new Refusal("INVALID_FIELD", `the event of ${claimed.aggregateId} carries another record`);
      // Only an issued certificate has a state that is archived.
      const document = archivedOf(record, runtime.now());
      requireSender(record, node);
      const stored = await archive.stored(identifier);
      const older = stored?.node === node && stored.recordRevision > document.recordRevision;
      // An older revision of what is kept changes nothing. An older one of anything else is looked at: it may be another certificate.
      if (older && stored.fixedDigest === document.fixedDigest && (await weigh(stored, document, never)) === "older")
        return { kept: true, how: "older" };
      requireNotAhead(record, runtime.now(), runtime.config.clockToleranceMs);
      if (!judge) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
      requireHolds(identifier, await judge.judge(record));
      const holds = async (kept: CertificateRecord) => (await judge.judge(kept)).holds;
      const before = stored && (await weigh(stored, document, holds));
      if (isFork(before)) return besides(before);
      const missing = await missingBlobs(runtime.store, record);
      if (missing.length > 0) return { kept: false, missing };
      const how = await archive.keep(record, runtime.now(), holds);
      if (isFork(how)) return besides(how);
      if (how === "newer" || how === "same") await forks.followed(document);
      if (typeof how === "string") return { kept: true, how };
      if ("conflict" in how) throw new Refusal("STATE_CONFLICT", `certificate ${identifier}: ${how.conflict}`);
      const { node: formerNode, recordRevision } = how.displaced;
      runtime.log.error({ identifier, node, formerNode, recordRevision }, "a record that does not hold gave way");
      await runtime.evidence.append("archive-displaced", { identifier, node, formerNode, revision: recordRevision });
      await forks.displaced(how.displaced);
      return { kept: true, how };
    },
  };
}

function isFork(kept: Kept | undefined): kept is Fork {
  return typeof kept === "object" && "forked" in kept;
}

/** Of the same certificate nothing has to be judged. */
const never = async () => false;

/** A node sends what it issued itself, and speaks for no other. */
function requireSender({ identifier, node }: CertificateRecord, sender: string): void {
  if (node === sender) return;
  const description = `${node} is not the node that sent it`;
  throw new Refusal("INVALID_FIELD", `certificate ${identifier}: node: ${description}`, {
    fields: [
      {
        field: "node",
        description,
        remedy: "send what this node issued itself",
        localized: `${node}不是发送节点，请只发送本节点颁发的证照`,
      },
    ],
    metadata: { identifier },
  });
}
