import type {
  IssueCertificateRequest,
  IssueCertificateResponse,
  IssueService,
} from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { outcomesOf } from "../../call/chain/batch.ts";
import type { Handlers } from "../../call/chain/service.ts";

/** 4.4.4, 5.4.2: issues many made certificates (签发), each as a call of its own. */
export function issueCertificates(): Handlers<typeof IssueService>["issueCertificates"] {
  return (elements, call) => outcomesOf<IssueCertificateRequest, IssueCertificateResponse>(elements, call);
}
