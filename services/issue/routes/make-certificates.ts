import type {
  IssueService,
  MakeCertificateRequest,
  MakeCertificateResponse,
} from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { outcomesOf } from "../../call/chain/batch.ts";
import type { Handlers } from "../../call/chain/service.ts";

/** 4.4.4, 5.4.2: makes many certificates (制证), each as a call of its own. */
export function makeCertificates(): Handlers<typeof IssueService>["makeCertificates"] {
  return (elements, call) => outcomesOf<MakeCertificateRequest, MakeCertificateResponse>(elements, call);
}
