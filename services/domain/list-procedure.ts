import type { Procedure } from "./procedure.ts";

/** States of a change of an obligatory list. `publishing`: decided, and being carried out. */
export type ListChangeState = "draft" | "publishing" | "published" | "discarded";

/** Steps of a change of an obligatory list that people take. */
export type ListChangeAction = "prepare" | "publish" | "discard";

/**
 * 应开通目录变更 (4.3.2, 6.2.3.1, 6.3.2.1): prepared by a 目录管理员 of the division's body, published by another person. A draft is not amended
 * but discarded and prepared anew, so that what is published is what was read.
 */
export const LIST_CHANGE: Procedure<ListChangeState, ListChangeAction> = {
  chinese: "应开通目录变更",
  states: { draft: "拟稿", publishing: "正在发布", published: "已发布", discarded: "已作废" },
  actions: { prepare: "拟稿", publish: "发布", discard: "作废" },
  steps: [
    {
      action: "publish",
      from: ["draft"],
      to: "publishing",
      side: "body",
      roles: ["catalogAdministrator"],
      unlike: ["prepare"],
    },
    {
      action: "discard",
      from: ["draft"],
      to: "discarded",
      side: "body",
      roles: ["catalogAdministrator"],
      unlike: [],
      needsRemark: true,
    },
  ],
};
