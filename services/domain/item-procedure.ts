import type { StaffActor } from "./actor.ts";
import { ancestorsOf } from "./division.ts";
import { type Case, type Procedure, type StepRule, type TakenStep, takeStep } from "./procedure.ts";
import { ROLE_NAMES, type Role } from "./role.ts";

/** States of a draft of a catalog item (目录草案), from its beginning to its end. */
export const DRAFT_STATES = {
  draft: "草稿",
  submitted: "已提交",
  reviewed: "已初审配置",
  confirmed: "部门已确认",
  approved: "省级已确认",
  published: "已发布",
  withdrawn: "已撤销",
} as const;
export type DraftState = keyof typeof DRAFT_STATES;

/** What is done with a draft; the first three change what it says. */
export const DRAFT_ACTIONS = {
  edit: "编制",
  configure: "实施配置",
  rebase: "合并",
  submit: "提交",
  recall: "撤回修改",
  withdraw: "撤销",
  return: "退回",
  review: "初审",
  object: "对配置提出异议",
  confirm: "部门确认",
  approve: "省级确认",
  refuse: "省级退回",
  publish: "发布",
} as const;
export type DraftAction = keyof typeof DRAFT_ACTIONS;

type Step = StepRule<DraftState, DraftAction>;

const KEEPER: Pick<Step, "side" | "roles"> = { side: "department", roles: ["catalogKeeper"] };
const TOP: Pick<Step, "side" | "roles"> = { side: "top", roles: ["catalogAdministrator"] };

/** Who has said what is in it is judged by others. */
const WRITTEN = ["edit", "rebase", "submit"] as const satisfies readonly DraftAction[];
const CONFIGURED = [...WRITTEN, "configure", "review"] as const satisfies readonly DraftAction[];

/**
 * The registration of a catalog item, of a change of it and of its retirement (4.3.4, 6.2.3.2, 6.4.3): the department submits, the
 * management body reviews and configures, another person of the department confirms, the province confirms, and another person there
 * publishes. A department of the province is reviewed by an 实施员 of the province, so that its 目录管理员 are left to confirm and publish.
 */
export function itemProcedure(division: string): Procedure<DraftState, DraftAction> {
  return ancestorsOf(division).length === 0 ? OF_PROVINCE : OF_DIVISION;
}

const OF_DIVISION = procedureWith(["implementer", "catalogAdministrator"]);
const OF_PROVINCE = procedureWith(["implementer"]);

function procedureWith(reviewers: readonly Role[]): Procedure<DraftState, DraftAction> {
  const body: Pick<Step, "side" | "roles"> = { side: "body", roles: reviewers };
  const needsRemark = true;
  return {
    chinese: "目录登记",
    states: DRAFT_STATES,
    actions: DRAFT_ACTIONS,
    steps: [
      { action: "edit", from: ["draft"], to: "draft", ...KEEPER, unlike: [] },
      { action: "rebase", from: ["draft"], to: "draft", ...KEEPER, unlike: [] },
      { action: "withdraw", from: ["draft"], to: "withdrawn", ...KEEPER, unlike: [], needsRemark },
      { action: "submit", from: ["draft"], to: "submitted", ...KEEPER, unlike: [] },
      { action: "recall", from: ["submitted", "reviewed"], to: "draft", ...KEEPER, unlike: [], needsRemark },
      { action: "configure", from: ["submitted"], to: "submitted", ...body, unlike: WRITTEN },
      { action: "return", from: ["submitted"], to: "draft", ...body, unlike: [], needsRemark },
      { action: "review", from: ["submitted"], to: "reviewed", ...body, unlike: WRITTEN },
      { action: "object", from: ["reviewed"], to: "submitted", ...KEEPER, unlike: [], needsRemark },
      { action: "confirm", from: ["reviewed"], to: "confirmed", ...KEEPER, unlike: CONFIGURED },
      { action: "refuse", from: ["confirmed", "approved"], to: "draft", ...TOP, unlike: [], needsRemark },
      { action: "approve", from: ["confirmed"], to: "approved", ...TOP, unlike: [...CONFIGURED, "confirm"] },
      { action: "publish", from: ["approved"], to: "published", ...TOP, unlike: [...CONFIGURED, "confirm", "approve"] },
    ],
  };
}

/** Steps that take a draft further, by the procedure of its division; the others send it back or end it. */
const ONWARD: readonly DraftAction[] = ["submit", "review", "confirm", "approve", "publish"];

/** Whether a step takes a draft further. */
export function isOnward(action: string): boolean {
  return (ONWARD as readonly string[]).includes(action);
}

/** Where the next step of a draft is taken: at the node of its department, at the province, or nowhere any more. */
export function placeOf(state: DraftState): "home" | "top" | "ended" {
  switch (state) {
    case "draft":
    case "submitted":
    case "reviewed":
      return "home";
    case "confirmed":
    case "approved":
      return "top";
    default:
      return "ended";
  }
}

/** Whether a step is one that only a person of the province takes. */
export function isOfTop(action: DraftAction): boolean {
  return OF_DIVISION.steps.some((rule) => rule.action === action && rule.side === "top");
}

/**
 * The state that steps lead to which another node tells, each taken anew by the procedure; that their takers held the role is that node's
 * word. Throws the refusal of the first that could not have been taken.
 */
export function replayed(
  { department, division }: Pick<Case<DraftState, DraftAction>, "department" | "division">,
  steps: readonly TakenStep<DraftAction>[],
): DraftState {
  const procedure = itemProcedure(division);
  let state: DraftState = "draft";
  steps.forEach((step, index) => {
    const one = { state, department, division, steps: steps.slice(0, index) };
    const { action, at, remark } = step;
    ({ state } = takeStep(procedure, one, { action, at, remark, person: takerOf(step) }));
  });
  return state;
}

function takerOf({ account, name, department, division }: TakenStep<DraftAction>): StaffActor {
  return { kind: "staff", node: "", account, name, department, division, roles: ROLE_NAMES };
}
