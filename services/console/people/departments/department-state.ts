import type { Department, Seal } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { ShownState } from "../../shell/state-mark.tsx";

/** How a department stands. */
export function shownDepartmentState({ closed }: Pick<Department, "closed">): ShownState {
  return closed
    ? { text: ["已撤销", "Abolished"], shape: "○", tone: "ended" }
    : { text: ["在用", "At work"], shape: "●", tone: "good" };
}

/** How a seal stands: whether anything is signed with it, and who has to do what before. */
export function shownSealState({
  unbound,
  awaitingConfirmation,
}: Pick<Seal, "unbound" | "awaitingConfirmation">): ShownState {
  if (unbound) return { text: ["已解除绑定", "Unbound"], shape: "○", tone: "ended" };
  if (awaitingConfirmation) return { text: ["待部门确认", "Awaits the department"], shape: "◔", tone: "waiting" };
  return { text: ["可签章", "Signs"], shape: "●", tone: "good" };
}
