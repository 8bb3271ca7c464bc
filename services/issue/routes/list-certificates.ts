import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";
import { certificateSummary, stateOf } from "../record/view.ts";

const DEFAULT_PAGE_SIZE = 50;

/** Lists the calling app's certificates, newest first, all or those in one state. */
export function listCertificates(context: IssueContext): Handlers<typeof IssueService>["listCertificates"] {
  return async ({ state, pageSize, pageToken }, call) => {
    const page = await context.certificates.list(appOf(call).app, stateOf(state), {
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
    });
    return { certificates: page.items.map(certificateSummary), nextPageToken: page.next ?? "" };
  };
}
