import type { Procedure } from "./procedure.ts";

/** Where a promotion plan stands. */
export type PlanState = "draft" | "adopted" | "ended";

/** What is done with it; `prepare` is its being put. */
export type PlanAction = "prepare" | "adopt" | "end";

/** 实施推广计划 (6.2.5.1, 6.3.4.1): the body draws it up, another person adopts it, and in the end it is over. */
export const PLAN: Procedure<PlanState, PlanAction> = {
  chinese: "实施推广计划",
  states: { draft: "拟定", adopted: "执行中", ended: "已结束" },
  actions: { prepare: "拟定", adopt: "通过", end: "结束" },
  steps: [
    {
      ...{ action: "adopt", from: ["draft"], to: "adopted", side: "body" },
      ...{ roles: ["administrator", "catalogAdministrator"], unlike: ["prepare"] },
    },
    {
      ...{ action: "end", from: ["draft", "adopted"], to: "ended", side: "body" },
      ...{ roles: ["administrator", "catalogAdministrator"], unlike: [], needsRemark: true },
    },
  ],
};
