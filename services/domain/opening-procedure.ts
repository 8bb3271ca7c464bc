import type { Procedure } from "./procedure.ts";

/** Where a request for an opening stands. */
export type OpeningRequestState = "draft" | "submitted" | "returned" | "confirmed" | "done" | "withdrawn";

/** What is done with it. `write` is its being put; `finish` and `takeBack`, of what it had brought when it was sent back, the node does itself. */
export type OpeningRequestAction = "write" | "submit" | "confirm" | "return" | "withdraw" | "finish" | "takeBack";

const ASKED = { side: "department", roles: ["departmentAdministrator", "catalogKeeper"], unlike: [] } as const;
const JUDGED = { side: "body", roles: ["implementer", "administrator"] } as const;

/** Requests for openings (开通申请, 6.2.4.2, 6.2.4.4, 6.4.5.1, 6.4.6.1): the department asks, another person of its management body confirms. */
export const OPENING_REQUEST: Procedure<OpeningRequestState, OpeningRequestAction> = {
  chinese: "开通申请",
  states: {
    draft: "草稿",
    submitted: "待确认",
    returned: "已退回",
    confirmed: "开通中",
    done: "已开通",
    withdrawn: "已撤回",
  },
  actions: {
    ...{ write: "填写", submit: "提交", confirm: "确认", return: "退回", withdraw: "撤回" },
    ...{ finish: "开通", takeBack: "收回已开通部分" },
  },
  steps: [
    { action: "submit", from: ["draft", "returned"], to: "submitted", ...ASKED },
    { action: "confirm", from: ["submitted"], to: "confirmed", ...JUDGED, unlike: ["write", "submit"] },
    { action: "return", from: ["submitted", "confirmed"], to: "returned", ...JUDGED, unlike: [], needsRemark: true },
    { action: "withdraw", from: ["draft", "submitted", "returned"], to: "withdrawn", ...ASKED, needsRemark: true },
  ],
};

/** States in which it may be changed. */
export const EDITABLE_REQUEST: readonly OpeningRequestState[] = ["draft", "returned"];
