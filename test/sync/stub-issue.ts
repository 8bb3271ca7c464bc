import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { newestFirst, placeOf } from "../../services/domain/certificate-place.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { merkleRoot, recordDigest } from "../../services/domain/merkle.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { createOutboxBell, outboxHandlers } from "../../services/event/outbox.ts";
import { type HasPending, PENDING_INDEX, withEvent } from "../../services/event/pending-events.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import type { Collection } from "../../services/store/port.ts";
import { stateText } from "../../services/sync/archive/state-text.ts";
import type { LoadCertificate } from "./records.ts";

interface Issued extends HasPending {
  record: string;
}

/** A stand-in for the issue service, which only generates load: it keeps records that it is given and their events. */
export interface StubIssue {
  readonly module: ServiceModule;
  runtime(): Runtime;
  /** Stores a record and its event in one write, as the issue service does. `sent`: the record as the event has it. */
  put(record: CertificateRecord, blobs?: LoadCertificate["blobs"], sent?: CertificateRecord): Promise<void>;
  /** Events that wait for a receipt. */
  pending(): Promise<number>;
  /** Digest over all records. */
  root(): Promise<string>;
  /** What lists are refused with from now on. */
  refusesLists: Refusal | undefined;
  /** What every question about one certificate, and lists, are refused with from now on: its disk is full, say. */
  refusesAll: Refusal | undefined;
  /** Certificates of which it was told last that there is a second record. */
  forked: readonly string[];
  /** Those of which the province has decided, with the SHA-256 of the record that stands. */
  settled: ReadonlyMap<string, string>;
  /** It asks for what the province has settled for. */
  follows: boolean;
  /** Whether it has a certificate in the very state of a record. */
  has(record: CertificateRecord): Promise<boolean>;
  /** Loses a certificate, as a restored backup does. */
  lose(identifier: string): Promise<void>;
}

/** Creates the stand-in; it works once its node has started it. */
export function stubIssue(): StubIssue {
  let runtime: Runtime | undefined;
  let collection: Collection<Issued> | undefined;
  const bell = createOutboxBell();
  /** Digests of records that took the place of others. */
  const followed = new Set<string>();
  const opened = () => collection as Collection<Issued>;

  async function all(): Promise<CertificateRecord[]> {
    const found: CertificateRecord[] = [];
    for (let after: string | undefined; ; ) {
      const page = await opened().query({ index: "all", equals: ["y"], limit: 500, ...(after && { after }) });
      found.push(...page.items.map(({ record }) => decode(record)));
      after = page.next;
      if (after === undefined) return found;
    }
  }

  async function buckets() {
    const days = Map.groupBy(await all(), ({ issuedAt }) => shanghaiDay(new Date(issuedAt)));
    const listed = [...days].sort().map(([bucket, records]) => ({
      bucket,
      count: BigInt(records.length),
      digest: merkleRoot(records.map((record) => ({ name: record.identifier, digest: digestOf(record) }))),
    }));
    return { buckets: listed, root: merkleRoot(listed.map(({ bucket, digest }) => ({ name: bucket, digest }))) };
  }

  async function require(identifier: string): Promise<CertificateRecord> {
    if (stub.refusesAll) throw stub.refusesAll;
    const found = await opened().get(identifier);
    if (found) return decode(found.record);
    throw new Refusal("CERTIFICATE_UNKNOWN", `no certificate ${identifier}`);
  }

  const module: ServiceModule = {
    name: "issue",
    async start(given) {
      runtime = given;
      const { store } = given;
      collection = await store.collection<Issued>({
        name: "issued",
        indexes: [PENDING_INDEX, { name: "all", fields: ["all"] }],
      });
      const pending = collection as unknown as Collection<HasPending>;
      return {
        services: [
          mount(
            OutboxService,
            outboxHandlers({
              collections: [{ source: "issued", collection: pending }],
              store,
              bell,
              setAside: given.setAside,
            }),
          ),
          mount(RecoveryService, {
            setForked: async ({ identifiers, settled }) => {
              stub.forked = identifiers;
              stub.settled = new Map(settled.map(({ identifier, sha256 }) => [identifier, sha256]));
              const open = settled.filter(({ sha256 }) => !followed.has(sha256));
              return { toFollow: stub.follows ? open.map(({ identifier }) => identifier) : [] };
            },
            async restoreBlob({ content }) {
              await store.blobs.put(content);
              return {};
            },
            async restoreCertificate({ record: bytes, dryRun }) {
              const record = fromBinary(CertificateRecordSchema, bytes);
              const sha256 = sha256Hex(bytes);
              const found = await opened().get(record.identifier);
              if (stub.settled.get(record.identifier) !== sha256 || found?.pending)
                throw new Refusal("IDENTIFIER_FORKED", "another certificate stands here");
              const digests = record.files.map((file) => file.sha256);
              const there = await Promise.all(digests.map((one) => store.blobs.has(one)));
              if (dryRun) return { outcome: "exchanged", missing: digests.filter((_, index) => !there[index]) };
              followed.add(sha256);
              await stub.put(record, [], { ...record, forkedSince: given.now().toISOString() });
              return { outcome: "exchanged" };
            },
            listLostSignatures: notPlayed,
            acceptLostSignatures: notPlayed,
          }),
          mount(ArchiveService, {
            findCertificates: async ({ holderCode, itemCodes, pageSize, pageToken }) => {
              const refusal = stub.refusesAll ?? stub.refusesLists;
              if (refusal) throw refusal;
              const open = (await all())
                .filter(({ holders }) => holders.some(({ code }) => code === holderCode))
                .filter(({ itemCode }) => itemCodes.length === 0 || itemCodes.includes(itemCode))
                .filter((record) => pageToken === "" || placeOf(record) < pageToken)
                .sort(newestFirst);
              const records = open.slice(0, pageSize || 50);
              const last = records.at(-1);
              return { records, nextPageToken: records.length < open.length && last ? placeOf(last) : "" };
            },
            getCertificate: async ({ identifier }) => ({ record: await require(identifier) }),
            getFile: async ({ identifier, format }) => {
              const { files } = await require(identifier);
              const { sha256 = "" } = files.find((file) => file.format === format) ?? {};
              const content = (await store.blobs.get(sha256)) ?? new Uint8Array();
              return { file: { format: FileFormat.PDF, content, sha256 } };
            },
            listBuckets: () => buckets(),
            listInState: async ({ state }) => ({
              identifiers: (await all()).filter((record) => record.state === state).map(({ identifier }) => identifier),
            }),
            listBucketRecords: async ({ bucket }) => ({
              records: (await all())
                .filter(({ issuedAt }) => shanghaiDay(new Date(issuedAt)) === bucket)
                .map((record) => ({
                  identifier: record.identifier,
                  revision: record.revision,
                  digest: digestOf(record),
                })),
            }),
          }),
        ],
        ready: () => store.check(),
        stop: async () => {},
      };
    },
  };

  const stub: StubIssue = {
    refusesLists: undefined,
    refusesAll: undefined,
    forked: [],
    settled: new Map(),
    follows: true,
    module,
    runtime: () => runtime as Runtime,
    async put(record, blobs = [], sent = record) {
      for (const blob of blobs) await runtime?.store.blobs.put(blob);
      const before = await opened().get(record.identifier);
      const document = { ...(before ?? { _id: record.identifier, revision: 1 }), all: "y", record: encoded(record) };
      const next = withEvent<Issued>(document, {
        key: `${record.identifier}:${record.revision}`,
        kind: EventKind.CERTIFICATE_CHANGED,
        revision: Number(record.revision),
        payload: encoded(sent),
        blobs: record.files.map(({ sha256 }) => sha256),
        occurredAt: new Date().toISOString(),
      });
      if (!before) await opened().insert(next);
      else if (!(await opened().replace(next))) return stub.put(record, [], sent);
      bell.ring();
    },
    async pending() {
      return opened().count("pending");
    },
    root: async () => (await buckets()).root,
    async has(record) {
      const found = await opened().get(record.identifier);
      return found?.record === encoded(record);
    },
    async lose(identifier) {
      const found = await opened().get(identifier);
      if (found) await opened().remove(identifier, found.revision);
    },
  };
  return stub;
}

async function notPlayed(): Promise<never> {
  throw new Refusal("UNIMPLEMENTED", "not played here");
}

function encoded(record: CertificateRecord): string {
  return Buffer.from(toBinary(CertificateRecordSchema, record)).toString("base64");
}

function decode(record: string): CertificateRecord {
  return fromBinary(CertificateRecordSchema, Buffer.from(record, "base64"));
}

function digestOf({ identifier, revision, state, message }: CertificateRecord): string {
  const messageSha256 = sha256Hex(message);
  return recordDigest({ identifier, revision: Number(revision), state: stateText(state), messageSha256 });
}
