import type { Procedure } from "./procedure.ts";

/** Where the entry of a department stands. */
export type EntryState = "draft" | "submitted" | "returned" | "accepted" | "setUp" | "active" | "withdrawn";

/** What is done with it. `write` is its being put; `setUp` and `activate` the node does itself. */
export type EntryAction = "write" | "submit" | "accept" | "return" | "withdraw" | "setUp" | "activate";

/** Who fills forms in: the body for a department without accounts, a department for its own units. */
const FILLED = { side: "body", roles: ["administrator", "implementer"], unlike: [] } as const;
const OWN = { side: "department", roles: ["departmentAdministrator"], unlike: [] } as const;

/** Entry of a department (部门进驻, 6.2.2.1, 6.4.1.1): the body checks what other people have filled in and submitted. */
export const ENTRY: Procedure<EntryState, EntryAction> = {
  chinese: "部门进驻",
  states: {
    draft: "草稿",
    submitted: "待核验",
    returned: "已退回",
    accepted: "初始设置中",
    setUp: "待激活",
    active: "已进驻",
    withdrawn: "已撤回",
  },
  actions: {
    write: "填写",
    submit: "提交",
    accept: "核验通过",
    return: "退回",
    withdraw: "撤回",
    setUp: "初始设置",
    activate: "激活",
  },
  steps: [
    { action: "submit", from: ["draft", "returned"], to: "submitted", ...FILLED },
    { action: "submit", from: ["draft", "returned"], to: "submitted", ...OWN },
    {
      ...{ action: "accept", from: ["submitted"], to: "accepted" },
      ...{ side: "body", roles: ["administrator"], unlike: ["write", "submit"] },
    },
    {
      ...{ action: "return", from: ["submitted", "accepted"], to: "returned" },
      ...{ side: "body", roles: ["administrator", "implementer"], unlike: [], needsRemark: true },
    },
    { action: "withdraw", from: ["draft", "submitted", "returned"], to: "withdrawn", ...FILLED, needsRemark: true },
    { action: "withdraw", from: ["draft", "submitted", "returned"], to: "withdrawn", ...OWN, needsRemark: true },
  ],
};

/** States in which the form may be changed; one that was withdrawn begins anew. */
export const EDITABLE: readonly EntryState[] = ["draft", "returned", "withdrawn"];
