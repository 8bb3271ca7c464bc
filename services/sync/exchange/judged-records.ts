import { toBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type CertificateState, isReachable } from "../../domain/certificate-state.ts";
import { messageSha256Of } from "../../record/certificate-release.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import type { Archive } from "../archive/archive.ts";
import type { Intake } from "../archive/intake.ts";
import { unlessUnknown } from "../archive/own.ts";
import type { Ask } from "../ask/ask.ts";
import type { Forks } from "../forks/forks.ts";

/** What tells the state of a certificate: its issuer's answer. */
export type Told = Pick<CertificateRecord, "identifier" | "revision" | "state" | "stateCause" | "stateSince"> & {
  /** SHA-256 (hex) of the data message that it has under the identifier. Empty, or absent: it does not say. */
  messageSha256?: string;
};

/** Records of other nodes that the province has judged itself: of what never changes, an issuer is not believed. */
export interface JudgedRecords {
  archived(identifier: string): Promise<CertificateRecord | undefined>;
  /**
   * The record behind an issuer's answer, in the newer state of both; `archived` is the one that is kept of the identifier. An issuer that has
   * another certificate under it is not believed for the state, and the record says that there are two, unless that was decided. One that has not arrived yet is fetched from the issuer and goes
   * through the gate of the archive, as its event will. `undefined` where the issuer does not have it after all; throws what the gate
   * refuses, and `PEER_AWAY`.
   */
  behind(
    node: string,
    told: Told,
    archived: CertificateRecord | undefined,
    call: CallContext,
  ): Promise<CertificateRecord | undefined>;
}

/** What the view works with. */
export interface JudgedParts {
  archive: Archive;
  intake: Intake;
  ask: Ask;
  forks: Pick<Forks, "isLost">;
  now(): Date;
}

/** Creates the province's view of judged records. */
export function createJudgedRecords({ archive, intake, ask, forks, now }: JudgedParts): JudgedRecords {
  async function fetched(node: string, identifier: string, call: CallContext): Promise<CertificateRecord | undefined> {
    const record = await unlessUnknown(
      async () =>
        (await ask.one(node, call, (exchange, options) => exchange.getRecordAcross({ identifier }, options))).record,
    );
    if (!record || record.identifier !== identifier) return undefined;
    const taken = await intake.take(node, toBinary(CertificateRecordSchema, record));
    // Meanwhile a newer one has arrived: then nobody has judged what came now, and what is kept is what counts.
    if (taken.kept && taken.how === "older") return archive.get(identifier);
    // Whether it is kept already or waits for its files: it has passed.
    return { ...record, forkedSince: "" };
  }

  return {
    archived: (identifier) => archive.get(identifier),
    async behind(node, told, archived, call) {
      const record = archived?.node === node ? archived : await fetched(node, told.identifier, call);
      if (!record || !told.messageSha256 || told.messageSha256 === messageSha256Of(record))
        return record && inState(record, told);
      if (record.forkedSince || (await forks.isLost(record.identifier, told.messageSha256))) return record;
      return { ...record, forkedSince: now().toISOString() };
    },
  };
}

/**
 * A record in the state that its issuer tells, where that is later and can have come of the one that is kept: what was revoked never
 * becomes issued, whoever says so.
 */
export function inState(record: CertificateRecord, told: Told): CertificateRecord {
  // Of two certificates it is not known of which the issuer speaks.
  if (record.forkedSince && told.messageSha256 !== messageSha256Of(record)) return record;
  const revisions = Number(told.revision - record.revision);
  const [before, after] = [record.state, told.state].map((state) => STATES[state]);
  if (revisions <= 0 || !before || !after || !isReachable(before, after, revisions)) return record;
  const { revision, state, stateCause, stateSince } = told;
  return { ...record, revision, state, stateCause, stateSince };
}

const STATES: Partial<Record<number, CertificateState>> = RECORD_STATES;
