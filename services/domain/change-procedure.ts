import type { Procedure } from "./procedure.ts";

/** What becomes of a department. */
export type ChangeKind = "rename" | "close" | "merge" | "split";

/** Where a change stands. */
export type ChangeState = "draft" | "submitted" | "returned" | "confirmed" | "done" | "withdrawn";

/** What is done with it. `write` is its being put; `finish` the node does itself. */
export type ChangeAction = "write" | "submit" | "confirm" | "return" | "withdraw" | "finish";

/** What is carried out of a change, one after the other; `day` waits for the first day on which it holds. */
export type ChangeStage =
  | "openings"
  | "day"
  | "name"
  | "seals"
  | "units"
  | "matters"
  | "apps"
  | "accounts"
  | "department";

/**
 * Stages of each kind, in their order: openings get their last day as soon as the change is confirmed, so that nothing is issued on the day itself, and in a
 * split once more on the day, for those that were made in between by a department that goes on; the
 * department's record comes last, so that what goes before still finds it at work. Apps go before the matters that name them: an app of another department
 * acts for nobody.
 */
export const STAGES: Readonly<Record<ChangeKind, readonly ChangeStage[]>> = {
  rename: ["day", "name"],
  close: ["openings", "day", "seals", "units", "apps", "matters", "accounts", "department"],
  merge: ["openings", "day", "seals", "units", "apps", "matters", "department"],
  split: ["openings", "day", "openings", "units", "apps", "matters"],
};

const ASKED = { side: "body", roles: ["administrator", "implementer"], unlike: [] } as const;
const OWN = { side: "department", roles: ["departmentAdministrator"], unlike: [] } as const;

/** Change of name, closing, merger and split of a department: asked for by it or its body, confirmed by another person of the body. */
export const CHANGE: Procedure<ChangeState, ChangeAction> = {
  chinese: "部门变更",
  states: {
    draft: "草稿",
    submitted: "待确认",
    returned: "已退回",
    confirmed: "办理中",
    done: "已办结",
    withdrawn: "已撤回",
  },
  actions: { write: "填写", submit: "提交", confirm: "确认", return: "退回", withdraw: "撤回", finish: "办结" },
  steps: [
    { action: "submit", from: ["draft", "returned"], to: "submitted", ...ASKED },
    { action: "submit", from: ["draft", "returned"], to: "submitted", ...OWN },
    {
      ...{ action: "confirm", from: ["submitted"], to: "confirmed" },
      ...{ side: "body", roles: ["administrator"], unlike: ["write", "submit"] },
    },
    {
      ...{ action: "return", from: ["submitted"], to: "returned" },
      ...{ side: "body", roles: ["administrator", "implementer"], unlike: [], needsRemark: true },
    },
    { action: "withdraw", from: ["draft", "submitted", "returned"], to: "withdrawn", ...ASKED, needsRemark: true },
    { action: "withdraw", from: ["draft", "submitted", "returned"], to: "withdrawn", ...OWN, needsRemark: true },
  ],
};
