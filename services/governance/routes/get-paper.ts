import type { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { paperId } from "../papers/paper-record.ts";
import { paperView } from "../papers/paper-view.ts";

/** Reads a paper; one beyond reach is answered as one that does not exist. */
export function getPaper({ papers, runtime }: GovernanceContext): Handlers<typeof PaperService>["getPaper"] {
  return async ({ sha256, departmentCode }, { caller, reach }) => {
    const department = departmentCode === "" && caller.kind === "staff" ? caller.department : departmentCode;
    const paper = await papers.get(paperId(department, sha256));
    if (!paper || !isWithinReach(reach, paper)) {
      const remedy = "take digest and department from the case";
      const localized = "没有该材料，请按办理事项所列的摘要和部门查询";
      throw refuseField("CASE_UNKNOWN", "sha256", `no paper ${sha256} of that department`, remedy, localized);
    }
    const content = await runtime.store.blobs.get(sha256);
    if (!content) throw new Refusal("INTERNAL", `the content of paper ${sha256} is gone from the store`);
    return { paper: paperView(paper), content };
  };
}
