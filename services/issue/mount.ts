import { AgentService } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { type HasPending, outboxHandlers } from "../runtime/outbox.ts";
import { type MountedService, mount } from "../runtime/service.ts";
import type { Collection } from "../store/port.ts";
import type { IssueContext } from "./context.ts";
import { CERTIFICATES } from "./repository.ts";
import { connect } from "./routes/connect.ts";
import { discardCertificate } from "./routes/discard-certificate.ts";
import { findCertificates } from "./routes/find-certificates.ts";
import { getCertificate } from "./routes/get-certificate.ts";
import { getFace } from "./routes/get-face.ts";
import { getFile } from "./routes/get-file.ts";
import { getRecord } from "./routes/get-record.ts";
import { issueCertificate } from "./routes/issue-certificate.ts";
import { listBucketRecords } from "./routes/list-bucket-records.ts";
import { listBuckets } from "./routes/list-buckets.ts";
import { listCertificates } from "./routes/list-certificates.ts";
import { listInState } from "./routes/list-in-state.ts";
import { makeCertificate } from "./routes/make-certificate.ts";
import { replaceCertificate } from "./routes/replace-certificate.ts";
import { resumeCertificate } from "./routes/resume-certificate.ts";
import { revokeCertificate } from "./routes/revoke-certificate.ts";
import { suspendCertificate } from "./routes/suspend-certificate.ts";

/** The four contracts that the issue service serves: to apps, to agents, to the archive's readers, to the relay. */
export function mountIssue(context: IssueContext): MountedService[] {
  const { certificates, runtime, bell } = context;
  return [
    mount(IssueService, {
      makeCertificate: makeCertificate(context),
      issueCertificate: issueCertificate(context),
      discardCertificate: discardCertificate(context),
      getCertificate: getCertificate(context),
      listCertificates: listCertificates(context),
      getFace: getFace(context),
      revokeCertificate: revokeCertificate(context),
      suspendCertificate: suspendCertificate(context),
      resumeCertificate: resumeCertificate(context),
      replaceCertificate: replaceCertificate(context),
    }),
    mount(AgentService, { connect: connect(context) }),
    mount(ArchiveService, {
      findCertificates: findCertificates(context),
      getCertificate: getRecord(context),
      getFile: getFile(context),
      listBuckets: listBuckets(context),
      listBucketRecords: listBucketRecords(context),
      listInState: listInState(context),
    }),
    mount(
      OutboxService,
      outboxHandlers({
        collections: [
          // As they are stored: the outbox reads pending events whatever else is wrong with a document.
          { source: CERTIFICATES.name, collection: certificates.stored as unknown as Collection<HasPending> },
        ],
        blobs: runtime.store.blobs,
        bell,
        setAside: runtime.setAside,
      }),
    ),
  ];
}
