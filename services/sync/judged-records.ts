import { toBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type CertificateState, isReachable } from "../domain/certificate-state.ts";
import { RECORD_STATES } from "../runtime/record-state.ts";
import type { CallContext } from "../runtime/service.ts";
import type { Archive } from "./archive.ts";
import type { Ask } from "./ask.ts";
import type { Intake } from "./intake.ts";
import { unlessUnknown } from "./own.ts";

/** What tells the state of a certificate: its issuer's answer. */
export type Told = Pick<CertificateRecord, "identifier" | "revision" | "state" | "stateCause" | "stateSince">;

/** Records of other nodes that the province has judged itself: of what never changes, an issuer is not believed. */
export interface JudgedRecords {
  archived(identifier: string): Promise<CertificateRecord | undefined>;
  /**
   * The record behind an issuer's answer, in the newer state of both; `archived` is the one that is kept of the identifier. One that has not arrived yet is fetched from the issuer and goes
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

/** Creates the province's view of judged records. */
export function createJudgedRecords(archive: Archive, intake: Intake, ask: Ask): JudgedRecords {
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
    return record;
  }

  return {
    archived: (identifier) => archive.get(identifier),
    async behind(node, told, archived, call) {
      const record = archived?.node === node ? archived : await fetched(node, told.identifier, call);
      return record && inState(record, told);
    },
  };
}

/**
 * A record in the state that its issuer tells, where that is later and can have come of the one that is kept: what was revoked never
 * becomes issued, whoever says so.
 */
export function inState(record: CertificateRecord, told: Told): CertificateRecord {
  const revisions = Number(told.revision - record.revision);
  const [before, after] = [record.state, told.state].map((state) => STATES[state]);
  if (revisions <= 0 || !before || !after || !isReachable(before, after, revisions)) return record;
  const { revision, state, stateCause, stateSince } = told;
  return { ...record, revision, state, stateCause, stateSince };
}

const STATES: Partial<Record<number, CertificateState>> = RECORD_STATES;
