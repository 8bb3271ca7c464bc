import { hash } from "node:crypto";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { BoundedMemory } from "../base/bounded-memory.ts";
import { madeOnce } from "../base/frozen.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { messageSha256Of } from "../record/certificate-release.ts";
import { verifyCms } from "../trust/cms-verify.ts";
import type { RevocationSource } from "../trust/revocation.ts";
import type { Signers, TrustedSigners } from "../trust/signers.ts";
import { MAX_REGISTER_AGE_SECONDS } from "../trust/verification/options.ts";
import {
  judgeRead,
  type ReadRecord,
  type RecordJudgement,
  readRecord,
  registerDecides,
  withFork,
} from "./judge-record.ts";
import type { HeldRegister, RegisterSource } from "./register-source.ts";

/** Judges archived certificates for one service. */
export interface RecordJudge {
  /**
   * Judges a record by the register as it is now; before a register says no, the province is asked whether there is a newer one. Throws
   * `PEER_AWAY` where the node belongs to a province and has never had its register.
   */
  judge(record: CertificateRecord): Promise<RecordJudgement>;
}

/** What a judge works with. */
export interface RecordJudgeParts {
  signers: Signers;
  source: RegisterSource;
  now(): Date;
  /**
   * `strict`: a signer whose status is unknown is refused. `known`: only a revocation that is known counts, for archives: the issuing core
   * has refused signers whose status it did not know, and a list that has run out here meanwhile must not shut its certificates out.
   */
  revocation: "strict" | "known";
}

/** Readings kept; the oldest goes first. */
const KEPT = 10_000;

/**
 * Creates a judge that remembers what it has read, signatures above all, by all that is judged of a record. It reads anew when authorities or
 * revocation lists were read again, so that a revoked signer counts at once; the register is asked each time. Signatures are judged at
 * the time of issue: a signer that was revoked later has still signed well (5.9.4).
 */
export function createRecordJudge({ signers, source, now, revocation }: RecordJudgeParts): RecordJudge {
  const readings = new BoundedMemory<string, Reading>(KEPT);
  let readBy: TrustedSigners | undefined;

  function reading(record: CertificateRecord): Reading {
    const current = signers.current();
    if (current !== readBy) {
      readings.clear();
      readBy = current;
    }
    return readings.recall(keyOf(record), () => readNow(record, current));
  }

  function readNow(record: CertificateRecord, current: TrustedSigners): Reading {
    const issued = instantOf(record.issuedAt);
    const at = new Date(Number.isNaN(issued) ? 0 : issued);
    const lists = current.revocation && revocation === "known" ? { revocation: knownOnly(current.revocation) } : {};
    const report = verifyCms(record.messageCms, { content: record.message }, { ...current, ...lists, at });
    return { record: readRecord(record, report) };
  }

  async function judged(record: CertificateRecord): Promise<RecordJudgement> {
    const held = await source.current();
    if (source.expected && held === undefined) {
      const message = "the register of issuers cannot be had from the province yet; nobody's right can be told";
      throw new Refusal("PEER_AWAY", message, { retryAfterMs: 2_000 });
    }
    const read = reading(record);
    const first = judgedBy(read, held, now());
    if (held === undefined || first.holds || !registerDecides(first.findings)) return first;
    const newer = await source.anew();
    return newer === undefined || newer === held ? first : judgedBy(read, newer, now());
  }

  // Beside what is remembered: a fork is known later than a record, and may be settled.
  return { judge: async (record) => withFork(await judged(record), record) };
}

/** What was read of a record, and the judgement by one register, as long as that is not old. */
interface Reading {
  record: ReadRecord;
  judged?: { by: HeldRegister; judgement: RecordJudgement };
}

function judgedBy(reading: Reading, held: HeldRegister | undefined, at: Date): RecordJudgement {
  if (held === undefined) return judgeRead(reading.record, undefined, at);
  const { judged } = reading;
  // Once a register is old it says less than before.
  const old = at.getTime() - instantOf(held.asOf) > MAX_REGISTER_AGE_SECONDS * 1_000;
  if (judged?.by === held && !old) return judged.judgement;
  const judgement = judgeRead(reading.record, held.register, at);
  if (!old) reading.judged = { by: held, judgement };
  return judgement;
}

/** All of a record that is judged; its state is not. */
const keyOf = madeOnce(readKey);

function readKey(record: CertificateRecord): string {
  const { identifier, node, issuedAt, itemCode, itemVersion, name, number, issuerCode, issuerName } = record;
  const { validFrom, validTo, holders, files } = record;
  const claims = [identifier, node, issuedAt, itemCode, itemVersion, name, number, issuerCode, issuerName];
  const lists = [
    holders.map((one) => [one.name, one.code, one.codeType]),
    files.map((one) => [one.format, one.sha256]),
  ];
  const text = JSON.stringify([...claims, validFrom, validTo, ...lists, messageSha256Of(record)]);
  // At once: two updates cost more than one copy.
  return hash("sha256", Buffer.concat([Buffer.from(text), record.messageCms]), "base64");
}

function knownOnly(source: RevocationSource): RevocationSource {
  return {
    statusAt(certificate, time) {
      const status = source.statusAt(certificate, time);
      return status.state === "unknown" ? { state: "good" } : status;
    },
  };
}
