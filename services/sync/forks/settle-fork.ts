import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { isFinal } from "../../domain/certificate-state.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { requireHolds } from "../../judgement/judge-record.ts";
import type { RecordJudge } from "../../judgement/record-judge.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type Archive, archivedOf } from "../archive/archive.ts";
import type { ArchivedCertificate } from "../archive/archived-certificate.ts";
import { missingBlobs } from "../archive/intake.ts";
import type { Ask } from "../ask/ask.ts";
import { fetchBlobs } from "../compare/fetch-blobs.ts";
import { type ForkDocument, type ForkSide, sideOf, withOne } from "./fork-record.ts";
import type { Forks } from "./forks.ts";

/** Decides which of two records of an identifier stands. */
export interface SettleFork {
  /**
   * The archive then shows the record with this SHA-256 and no other; the other is remembered, so that it is none again, and its source may have a
   * receipt for it. The same again changes nothing. Throws `CERTIFICATE_UNKNOWN` where there is no such fork, `INVALID_FIELD` for a digest of
   * neither as they are now, `STATE_CONFLICT` where the same certificate would be in force again after its end, `REVISION_CONFLICT` where a record
   * came meanwhile, what the judge refuses, and `PEER_AWAY` where record or files must be fetched and their node cannot be asked.
   */
  settle(identifier: string, sha256: string, call: CallContext): Promise<ForkSide>;
}

/** What settling works with. */
export interface SettleParts {
  runtime: Runtime;
  archive: Archive;
  forks: Forks;
  ask: Ask;
  judge: RecordJudge | undefined;
}

/** What of a record tells whether something would be given back. */
type Side = Pick<ForkSide, "fixedDigest" | "state">;

/** Creates the decision. */
export function createSettleFork({ runtime, archive, forks, ask, judge }: SettleParts): SettleFork {
  const { evidence, log, store } = runtime;

  async function decide(row: ForkDocument, stands: ForkSide, lost: ForkSide, call: CallContext): Promise<void> {
    const told = { identifier: row._id, node: row.node, stands: stands.sha256, lost: lost.sha256 };
    await evidence.append("archive-fork-settled", { ...told, by: callerName(call.caller) });
    log.warn(told, "it was decided which of two records under one identifier stands");
  }

  async function closed(row: ForkDocument, stage: ForkDocument["stage"], lost: ForkSide): Promise<void> {
    const { record: _, held: __, ...bare } = row;
    await forks.replace({ ...bare, stage, lost: withOne(row.lost, lost) });
  }

  /** The other record takes the archive's place: whole, judged anew, with its files. */
  async function exchangeFor(row: ForkDocument, archived: ArchivedCertificate, call: CallContext): Promise<ForkSide> {
    requireNothingGivenBack(row._id, row.other, archived);
    const record = await otherOf(row, call);
    if (!judge) throw new Refusal("SIGNER_UNTRUSTED", "no authorities of signing certificates are configured");
    requireHolds(row._id, await judge.judge(record));
    const wanted = { node: row.node, identifier: row._id, digests: await missingBlobs(store, record) };
    if (wanted.digests.length > 0)
      await ask.one(row.node, call, (exchange, options) => fetchBlobs(exchange, store.blobs, wanted, options));
    const document = archivedOf(record, runtime.now());
    const [stands, lost] = [sideOf(document), sideOf(archived)];
    await decide(row, stands, lost, call);
    await forks.replace({ ...row, kept: lost });
    await archive.put(document, archived);
    const now = await forks.get(row._id);
    if (now) await closed(now, "settled", lost);
    return stands;
  }

  /** What was revoked or superseded stays so in whichever history that was. Throws `STATE_CONFLICT`. */
  function requireNothingGivenBack(identifier: string, stands: Side, lost: Side): void {
    const { state, fixedDigest } = lost;
    if (fixedDigest !== stands.fixedDigest || !isFinal(state) || isFinal(stands.state)) return;
    const description = `the certificate was ${state}, and would be ${stands.state} again`;
    const remedy = `settle for the record in which it is ${state}; what shall be valid again is issued anew`;
    throw new Refusal("STATE_CONFLICT", `certificate ${identifier}: ${description}`, {
      fields: [
        {
          field: "sha256",
          description,
          remedy,
          localized: "已注销或已变更的证照不能恢复，请选取已注销或已变更的记录，需要时重新制证",
        },
      ],
      metadata: { identifier, state },
    });
  }

  async function otherOf({ _id: identifier, node, record, other }: ForkDocument, call: CallContext) {
    if (record !== undefined) return fromBinary(CertificateRecordSchema, Buffer.from(record, "base64"));
    const fetched = await ask.one(node, call, async (exchange, options) =>
      exchange.getRecordAcross({ identifier }, options),
    );
    const found = fetched.record as CertificateRecord | undefined;
    if (found && archivedOf(found, runtime.now()).payloadSha256 === other.sha256) return { ...found, forkedSince: "" };
    throw new Refusal("DOCUMENT_MISSING", `node ${node} no longer has record ${other.sha256} of ${identifier}`, {
      metadata: { identifier, sha256: other.sha256 },
    });
  }

  return {
    async settle(identifier, sha256, call) {
      const [row, archived] = await Promise.all([forks.get(identifier), archive.stored(identifier)]);
      if (!row || !archived)
        throw new Refusal("CERTIFICATE_UNKNOWN", `no second record of certificate ${identifier} is known`, {
          metadata: { identifier },
        });
      const stands = archived.payloadSha256 === sha256;
      if (row.stage !== "open" && stands) return sideOf(archived);
      if (row.stage !== "open")
        throw new Refusal(
          "CERTIFICATE_UNKNOWN",
          `of certificate ${identifier} it was decided for another record before`,
          {
            metadata: { identifier, stands: archived.payloadSha256 },
          },
        );
      if (!stands && row.other.sha256 === sha256) return exchangeFor(row, archived, call);
      if (!stands)
        throw refuseField(
          "INVALID_FIELD",
          "sha256",
          "the digest of neither record as they are now",
          "take one from `ecert forks list`",
          "不是现有两份记录中任何一份的摘要，请从ecert forks list中选取",
        );
      // A crash may have come between: then the other is archived already.
      const exchanged = row.other.sha256 === sha256;
      const lost = exchanged ? row.kept : row.other;
      requireNothingGivenBack(identifier, archived, lost);
      if (!exchanged) await decide(row, sideOf(archived), lost, call);
      await archive.mark(identifier, undefined);
      await closed(row, exchanged ? "settled" : "told", lost);
      return sideOf(archived);
    },
  };
}
