import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { openStore } from "../../services/store/open.ts";
import type { Collection, Store } from "../../services/store/port.ts";
import { registerText, signedRegister } from "../../services/trust/issuer-register.ts";
import { directClient } from "../fixtures/runtime.ts";
import { ISSUER, TYPE_CODES } from "../issue/catalog.ts";
import { type House, type Instance, openHouse } from "../issue/house.ts";

/** An older copy of a node's issue service: a store of its own, in which a test puts what the copy had. */
export interface OlderCopy {
  instance: Instance;
  recovery: Client<typeof RecoveryService>;
  store: Store;
  certificates: Collection<CertificateDocument>;
  /** Puts a certificate as it was at some time. */
  put(document: CertificateDocument): Promise<void>;
}

/** A node that issues, and what the province's archive keeps of it. */
export interface Recovered {
  house: House;
  city: Instance;
  documents: Collection<CertificateDocument>;
  /** The record that the archive keeps of a certificate. */
  kept(identifier: string): Promise<CertificateRecord>;
  /** Opens a copy that has nothing yet. Default: in a SQLite store of its own. */
  copy(given?: Store): Promise<OlderCopy>;
  /** Brings one certificate back, with its files, as the sync service does. */
  restore(
    copy: OlderCopy,
    record: CertificateRecord,
    dryRun?: boolean,
  ): ReturnType<OlderCopy["recovery"]["restoreCertificate"]>;
  close(): Promise<void>;
}

/** Opens a node whose province has given its department the right to issue every item of these tests. */
export async function openRecovered(): Promise<Recovered> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-copy-"));
  const stores: Store[] = [];
  let copies = 0;
  const rights = Object.fromEntries(
    Object.entries(TYPE_CODES).map(([code, type]) => [code, [{ type, node: "440100", from: "2020-01-01" }]]),
  );
  const getIssuerRegister = async () => {
    const builtAt = house.runtime.now().toISOString();
    const text = registerText({ publisher: "440000", builtAt, bodies: { [ISSUER]: { node: "440100", rights } } });
    return { register: signedRegister(text, (bytes) => house.runtime.nodeKey.sign(bytes)), builtAt, asOf: builtAt };
  };
  const getNodeKeys = async () => ({ keys: new Uint8Array() });
  const house = await openHouse({ clients: { "ecert.sync.v1.StatusService": { getIssuerRegister, getNodeKeys } } });
  const city = await house.start();
  await city.connectAgent();
  const service = { kind: "service", node: "440100", name: "sync" } as const;

  return {
    house,
    city,
    documents: await house.runtime.store.collection<CertificateDocument>(CERTIFICATES),
    async kept(identifier) {
      const { record } = await city.archive.getCertificate({ identifier });
      if (!record) throw new Error(`no certificate ${identifier}`);
      return record;
    },
    async copy(given) {
      copies += 1;
      const store = given ?? (await openStore({ engine: "sqlite", directory, name: `copy-${copies}` }));
      if (!given) stores.push(store);
      const instance = await house.start({}, store);
      const certificates = await store.collection<CertificateDocument>(CERTIFICATES);
      const recovery = directClient(instance.running, RecoveryService, service);
      return {
        instance,
        recovery,
        store,
        certificates,
        put: (document) => certificates.insert({ ...document, revision: 1 }),
      };
    },
    async restore({ recovery }, record, dryRun = false) {
      const payload = { record: toBinary(CertificateRecordSchema, record), dryRun };
      if (dryRun) return recovery.restoreCertificate(payload);
      for (const { sha256 } of record.files) {
        const content = (await house.runtime.store.blobs.get(sha256)) ?? new Uint8Array();
        await recovery.restoreBlob({ sha256, content });
      }
      return recovery.restoreCertificate(payload);
    },
    async close() {
      await house.close();
      for (const store of stores) await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
