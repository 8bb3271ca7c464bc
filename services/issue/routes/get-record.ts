import { create } from "@bufbuild/protobuf";
import {
  type ArchiveService,
  GetCertificateResponseSchema,
} from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { madeOnce } from "../../base/frozen.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { requireIssued } from "../record/archive.ts";
import { recordOf } from "../record/record.ts";

/** 4.6: one certificate as archives keep it, with its state at its issuer. */
export function getRecord(context: IssueContext): Handlers<typeof ArchiveService>["getCertificate"] {
  return async ({ identifier }, call) => {
    call.note({ identifier });
    const document = await requireIssued(context, identifier);
    return answerOf(await context.forked.shown(recordOf(document), document.settledFor));
  };
}

const answerOf = madeOnce((record: CertificateRecord) => create(GetCertificateResponseSchema, { record }));
