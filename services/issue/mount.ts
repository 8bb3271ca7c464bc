import { AgentService } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { HistoryService } from "../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { AgentRollService } from "../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { RecoveryService } from "../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { OwnArchiveService } from "../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { LifeService } from "../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import { historyHandlers } from "../event/history.ts";
import { outboxHandlers } from "../event/outbox.ts";
import { whileLevel } from "../node/standing.ts";
import type { IssueContext } from "./context.ts";
import { countingRefusedMakes } from "./make/refused-makes.ts";
import { acceptLostSignatures } from "./routes/accept-lost-signatures.ts";
import { beginUpload } from "./routes/begin-upload.ts";
import { connect } from "./routes/connect.ts";
import { discardCertificate } from "./routes/discard-certificate.ts";
import { dropUpload } from "./routes/drop-upload.ts";
import { findCertificates } from "./routes/find-certificates.ts";
import { finishUpload } from "./routes/finish-upload.ts";
import { forgetAgent } from "./routes/forget-agent.ts";
import { getCertificate } from "./routes/get-certificate.ts";
import { getCertificateLife } from "./routes/get-certificate-life.ts";
import { getFace } from "./routes/get-face.ts";
import { getFile } from "./routes/get-file.ts";
import { getRecord } from "./routes/get-record.ts";
import { issueCertificate } from "./routes/issue-certificate.ts";
import { issueCertificates } from "./routes/issue-certificates.ts";
import { listAgents } from "./routes/list-agents.ts";
import { listBucketRecords } from "./routes/list-bucket-records.ts";
import { listBuckets } from "./routes/list-buckets.ts";
import { listCertificates } from "./routes/list-certificates.ts";
import { listInState } from "./routes/list-in-state.ts";
import { listLostSignatures } from "./routes/list-lost-signatures.ts";
import { makeCertificate } from "./routes/make-certificate.ts";
import { makeCertificates } from "./routes/make-certificates.ts";
import { prepareConfirmation } from "./routes/prepare-confirmation.ts";
import { putPart } from "./routes/put-part.ts";
import { readUpload } from "./routes/read-upload.ts";
import { replaceCertificate } from "./routes/replace-certificate.ts";
import { restoreBlob } from "./routes/restore-blob.ts";
import { restoreCertificate } from "./routes/restore-certificate.ts";
import { resumeCertificate } from "./routes/resume-certificate.ts";
import { revokeCertificate } from "./routes/revoke-certificate.ts";
import { searchOwn } from "./routes/search-own.ts";
import { setForked } from "./routes/set-forked.ts";
import { suspendCertificate } from "./routes/suspend-certificate.ts";
import { useUpload } from "./routes/use-upload.ts";
import { validateOrigin } from "./routes/validate-origin.ts";

/** What the issue service serves: to apps, to agents, to the archive's readers, to what brings the archive forward after an older copy, to the relay. */
export function mountRoutes(context: IssueContext): MountedService[] {
  const { outbox, bell } = context;
  const { standing, store, setAside } = context.runtime;
  return [
    mount(IssueService, {
      makeCertificate: countingRefusedMakes(context.refused, whileLevel(standing, makeCertificate(context))),
      issueCertificate: whileLevel(standing, issueCertificate(context)),
      discardCertificate: whileLevel(standing, discardCertificate(context)),
      getCertificate: getCertificate(context),
      listCertificates: listCertificates(context),
      getFace: getFace(context),
      revokeCertificate: whileLevel(standing, revokeCertificate(context)),
      suspendCertificate: whileLevel(standing, suspendCertificate(context)),
      resumeCertificate: whileLevel(standing, resumeCertificate(context)),
      replaceCertificate: whileLevel(standing, replaceCertificate(context)),
      validateOrigin: validateOrigin(context),
      prepareConfirmation: prepareConfirmation(context),
      makeCertificates: makeCertificates(),
      issueCertificates: issueCertificates(),
    }),
    mount(UploadService, {
      beginUpload: whileLevel(standing, beginUpload(context)),
      putPart: whileLevel(standing, putPart(context)),
      finishUpload: whileLevel(standing, finishUpload(context)),
      readUpload: readUpload(context),
      useUpload: useUpload(context),
      dropUpload: whileLevel(standing, dropUpload(context)),
    }),
    mount(AgentService, { connect: connect(context) }),
    mount(AgentRollService, { listAgents: listAgents(context), forgetAgent: forgetAgent(context) }),
    mount(ArchiveService, {
      findCertificates: findCertificates(context),
      getCertificate: getRecord(context),
      getFile: getFile(context),
      listBuckets: listBuckets(context),
      listBucketRecords: listBucketRecords(context),
      listInState: listInState(context),
    }),
    mount(OwnArchiveService, { searchOwn: searchOwn(context) }),
    mount(LifeService, { getCertificateLife: getCertificateLife(context) }),
    mount(RecoveryService, {
      restoreBlob: restoreBlob(context),
      restoreCertificate: restoreCertificate(context),
      setForked: setForked(context),
      listLostSignatures: listLostSignatures(context),
      acceptLostSignatures: acceptLostSignatures(context),
    }),
    mount(HistoryService, historyHandlers(context.history)),
    mount(OutboxService, outboxHandlers({ collections: outbox, store, bell, setAside })),
  ];
}
