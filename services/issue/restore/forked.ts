import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { SettledFork } from "../../../proto/gen/ecert/sync/v1/fork_pb.ts";
import { createFlight } from "../../base/single-flight.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import type { CertificateDocument } from "../record/certificate.ts";

/** A certificate of this node of which the province has a second record. `_id` is its identifier. */
interface ForkedCertificate extends Stored {
  /** Since when this node knows, RFC 3339. */
  since: string;
  /** SHA-256 (hex) of the record that stands, where the province has decided. */
  stands?: string;
}

/** What the province has told this node of second records. */
export const FORKED: CollectionSpec = { name: "forked", indexes: [{ name: "since", fields: ["since"] }] };

/** Milliseconds after which another replica's list counts here too. */
const FRESH_MS = 2_000;
const PAGE = 500;
/** Stands for a time that cannot be read: the certificate is no less forked. */
const LONG_AGO = new Date(0).toISOString();

/** Certificates of this node that are not to be shown as valid without saying so, durably. */
export interface Forked {
  /** Takes the whole list that the province told, and of which it has decided; what is no longer in it is as before. */
  set(identifiers: readonly string[], settled: readonly Settled[]): Promise<void>;
  /** The record, with since when a second one is known that may be the one that stands. `settledFor`: as the certificate has it. */
  shown(record: CertificateRecord, settledFor: string | undefined): Promise<CertificateRecord>;
  /** SHA-256 (hex) of the record for which the province has settled. `undefined`: no second record is known, or nobody has decided. */
  standing(identifier: string): Promise<string | undefined>;
  /**
   * Holds that a certificate is not one that was decided against: a change of it would not reach the one that stands. Throws
   * `IDENTIFIER_FORKED`. Of what nobody has decided yet changes go on: either may be the one that stands.
   */
  requireStands(document: CertificateDocument): Promise<void>;
}

/** A certificate of which the province has decided, with the record that stands. */
export type Settled = Pick<SettledFork, "identifier" | "sha256">;

/** Opens the list; it is short, and remembered between two looks. */
export async function openForked({ store, now }: Pick<Runtime, "store" | "now">): Promise<Forked> {
  const collection = await store.collection<ForkedCertificate>(FORKED);
  let known = new Map<string, ForkedCertificate>();
  let readAt = Number.NEGATIVE_INFINITY;
  const reading = createFlight(read);

  async function read(): Promise<void> {
    const found = new Map<string, ForkedCertificate>();
    for (let after: string | undefined = ""; after !== undefined; ) {
      const { items, next } = await collection.query({ index: "since", limit: PAGE, ...(after && { after }) });
      for (const row of items) found.set(row._id, row);
      after = next;
    }
    known = found;
    readAt = performance.now();
  }

  async function current(): Promise<Map<string, ForkedCertificate>> {
    if (performance.now() - readAt < FRESH_MS) return known;
    await reading.run();
    return known;
  }

  async function keep(_id: string, stands: string | undefined): Promise<void> {
    const row = known.get(_id);
    if (!row)
      return void (await insertNew(collection, {
        _id,
        revision: 1,
        since: now().toISOString(),
        ...(stands && { stands }),
      }));
    if (row.stands === stands) return;
    const { stands: _before, ...rest } = row;
    // Another replica that writes at the same time was told the same, or is told it with the next list.
    await collection.replace({ ...rest, ...(stands && { stands }) });
  }

  /** As it is stored: a change MUST NOT be let through because this process has looked a moment ago. */
  async function standing(identifier: string): Promise<string | undefined> {
    const stands: unknown = (await collection.get(identifier))?.stands;
    // Damage names no record: none is taken over, and nothing is changed, until the province has told again.
    return stands === undefined ? undefined : String(stands);
  }

  return {
    async set(identifiers, settled) {
      await read();
      const decided = new Map(settled.map(({ identifier, sha256 }) => [identifier, sha256]));
      const wanted = new Set([...identifiers, ...decided.keys()]);
      for (const _id of wanted) await keep(_id, decided.get(_id));
      for (const { _id, revision } of known.values()) if (!wanted.has(_id)) await collection.remove(_id, revision);
      await read();
    },
    async shown(record, settledFor) {
      const found = (await current()).get(record.identifier);
      if (!found || isFollowed({ settledFor }, found.stands)) return record;
      return { ...record, forkedSince: typeof found.since === "string" ? found.since : LONG_AGO };
    },
    standing,
    async requireStands(document) {
      const { _id: identifier } = document;
      const stands = await standing(identifier);
      if (stands === undefined || isFollowed(document, stands)) return;
      const description = "the province has settled for another record under this identifier";
      const remedy =
        "this node takes that one over by itself once the last change here has its receipt, else run `ecert recover`; then call again";
      throw new Refusal("IDENTIFIER_FORKED", `certificate ${identifier}: ${description}`, {
        fields: [
          {
            field: "identifier",
            description,
            remedy,
            localized: "省级已裁定以另一份记录为准，本节点将自动采纳；如未采纳，请运维执行ecert recover后重试",
          },
        ],
        metadata: { identifier, stands },
      });
    },
  };
}

/** Whether the record for which the province has settled stands here, or what has come of it here since. */
export function isFollowed(
  { settledFor }: { settledFor?: CertificateDocument["settledFor"] | undefined },
  stands: string | undefined,
): boolean {
  return stands !== undefined && settledFor === stands;
}
