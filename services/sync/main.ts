import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { ServiceModule } from "../runtime/runtime.ts";
import { type MountedService, mount } from "../runtime/service.ts";
import { startBackground } from "./background.ts";
import type { SyncContext } from "./context.ts";
import { openContext } from "./open-context.ts";
import { DEFAULT_SYNC_OPTIONS, type SyncOptions } from "./options.ts";
import { compareArchive } from "./routes/compare-archive.ts";
import { fetchBlobAcross } from "./routes/fetch-blob-across.ts";
import { fetchFileAcross } from "./routes/fetch-file-across.ts";
import { findAcross } from "./routes/find-across.ts";
import { findCertificates } from "./routes/find-certificates.ts";
import { getAcross } from "./routes/get-across.ts";
import { getCertificate } from "./routes/get-certificate.ts";
import { getFile } from "./routes/get-file.ts";
import { getIssuerRegister } from "./routes/get-issuer-register.ts";
import { getLinks } from "./routes/get-links.ts";
import { getNodeKeys } from "./routes/get-node-keys.ts";
import { getRecordAcross } from "./routes/get-record-across.ts";
import { getStatusAcross } from "./routes/get-status-across.ts";
import { getStatusBundle } from "./routes/get-status-bundle.ts";
import { listBucketRecords } from "./routes/list-bucket-records.ts";
import { listBucketRecordsAcross } from "./routes/list-bucket-records-across.ts";
import { listBuckets } from "./routes/list-buckets.ts";
import { listBucketsAcross } from "./routes/list-buckets-across.ts";
import { listInState } from "./routes/list-in-state.ts";

/** The sync service: events between nodes, the archive of other nodes' certificates, questions across nodes (4.6, 5.7). */
export const syncService: ServiceModule = createSyncService(DEFAULT_SYNC_OPTIONS);

/** The sync service with other times and limits. What a configuration says goes before them. */
export function createSyncService(defaults: SyncOptions): ServiceModule {
  return {
    name: "sync",
    async start(runtime) {
      const options = { ...defaults, ...runtime.config.sync };
      const context = await openContext(runtime, options);
      const background = startBackground(context, options);
      return {
        services: mountSync(context),
        ready: () => runtime.store.check(),
        stop: () => background.stop(),
      };
    },
  };
}

function mountSync(context: SyncContext): MountedService[] {
  return [
    mount(ArchiveService, {
      findCertificates: findCertificates(context),
      getCertificate: getCertificate(context),
      getFile: getFile(context),
      listBuckets: listBuckets(context),
      listBucketRecords: listBucketRecords(context),
      listInState: listInState(context),
    }),
    mount(ExchangeService, {
      findAcross: findAcross(context),
      getAcross: getAcross(context),
      getStatusAcross: getStatusAcross(context),
      getRecordAcross: getRecordAcross(context),
      fetchFileAcross: fetchFileAcross(context),
      fetchBlobAcross: fetchBlobAcross(context),
      listBucketsAcross: listBucketsAcross(context),
      listBucketRecordsAcross: listBucketRecordsAcross(context),
    }),
    mount(LinkService, { getLinks: getLinks(context), compareArchive: compareArchive(context) }),
    mount(StatusService, {
      getStatusBundle: getStatusBundle(context),
      getIssuerRegister: getIssuerRegister(context),
      getNodeKeys: getNodeKeys(context),
    }),
  ];
}
