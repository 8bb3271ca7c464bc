import { HistoryService } from "../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { ArchiveReadService } from "../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { LifeService } from "../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import { historyHandlers } from "../event/history.ts";
import type { SyncContext } from "./context.ts";
import { compareArchive } from "./routes/compare-archive.ts";
import { compareStanding } from "./routes/compare-standing.ts";
import { fetchBlobAcross } from "./routes/fetch-blob-across.ts";
import { fetchFileAcross } from "./routes/fetch-file-across.ts";
import { findAcross } from "./routes/find-across.ts";
import { findCertificates } from "./routes/find-certificates.ts";
import { getAcross } from "./routes/get-across.ts";
import { getArchived } from "./routes/get-archived.ts";
import { getCertificate } from "./routes/get-certificate.ts";
import { getCertificateLife } from "./routes/get-certificate-life.ts";
import { getFile } from "./routes/get-file.ts";
import { getIssuerRegister } from "./routes/get-issuer-register.ts";
import { getLinks } from "./routes/get-links.ts";
import { getNodeKeys } from "./routes/get-node-keys.ts";
import { getRecordAcross } from "./routes/get-record-across.ts";
import { getRecovery } from "./routes/get-recovery.ts";
import { getStanding } from "./routes/get-standing.ts";
import { getStatusAcross } from "./routes/get-status-across.ts";
import { getStatusBundle } from "./routes/get-status-bundle.ts";
import { listBucketRecords } from "./routes/list-bucket-records.ts";
import { listBucketRecordsAcross } from "./routes/list-bucket-records-across.ts";
import { listBuckets } from "./routes/list-buckets.ts";
import { listBucketsAcross } from "./routes/list-buckets-across.ts";
import { listForks } from "./routes/list-forks.ts";
import { listInState } from "./routes/list-in-state.ts";
import { listReportsAcross } from "./routes/list-reports-across.ts";
import { readArchived } from "./routes/read-archived.ts";
import { readArchivedFile } from "./routes/read-archived-file.ts";
import { redeemAcross } from "./routes/redeem-across.ts";
import { reportErrorAcross } from "./routes/report-error-across.ts";
import { searchArchive } from "./routes/search-archive.ts";
import { settleFork } from "./routes/settle-fork.ts";
import { startRecovery } from "./routes/start-recovery.ts";
import { stopRecovery } from "./routes/stop-recovery.ts";

/** What the sync service serves: the archive, questions across nodes, where its links stand, and what the province publishes. */
export function mountRoutes(context: SyncContext): MountedService[] {
  return [
    mount(ArchiveService, {
      findCertificates: findCertificates(context),
      getCertificate: getCertificate(context),
      getFile: getFile(context),
      listBuckets: listBuckets(context),
      listBucketRecords: listBucketRecords(context),
      listInState: listInState(context),
    }),
    mount(ArchiveReadService, {
      searchArchive: searchArchive(context),
      getArchived: getArchived(context),
      readArchived: readArchived(context),
      readArchivedFile: readArchivedFile(context),
    }),
    mount(LifeService, { getCertificateLife: getCertificateLife(context) }),
    mount(ExchangeService, {
      findAcross: findAcross(context),
      getAcross: getAcross(context),
      getStatusAcross: getStatusAcross(context),
      getRecordAcross: getRecordAcross(context),
      fetchFileAcross: fetchFileAcross(context),
      redeemAcross: redeemAcross(context),
      reportErrorAcross: reportErrorAcross(context),
      listReportsAcross: listReportsAcross(context),
      fetchBlobAcross: fetchBlobAcross(context),
      listBucketsAcross: listBucketsAcross(context),
      listBucketRecordsAcross: listBucketRecordsAcross(context),
    }),
    mount(StandingService, {
      compareStanding: compareStanding(context),
      getStanding: getStanding(context),
      startRecovery: startRecovery(context),
      stopRecovery: stopRecovery(context),
      getRecovery: getRecovery(context),
      listForks: listForks(context),
      settleFork: settleFork(context),
    }),
    mount(HistoryService, historyHandlers([context.history])),
    mount(LinkService, { getLinks: getLinks(context), compareArchive: compareArchive(context) }),
    mount(StatusService, {
      getStatusBundle: getStatusBundle(context),
      getIssuerRegister: getIssuerRegister(context),
      getNodeKeys: getNodeKeys(context),
    }),
  ];
}
