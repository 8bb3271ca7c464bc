import type { DepartmentChange } from "../../../proto/gen/ecert/governance/v1/change_pb.ts";
import type { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { CHANGE } from "../../domain/change-procedure.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import { reachedCase } from "../cases/case-record.ts";
import { overtaken, requireRevision } from "../cases/take-case-step.ts";
import { withWriting } from "../cases/writing-step.ts";
import type { ChangeDocument, ChangeOrder } from "../changes/change-record.ts";
import { changeKindOf, changeView, transfersOf } from "../changes/change-view.ts";
import { judgedDepartment } from "../changes/judge-change.ts";
import type { GovernanceContext } from "../context.ts";
import { papersOf } from "../papers/paper-view.ts";

const TRIES = 20;

/** Begins a change of a department, or mends it. */
export function putChange(context: GovernanceContext): Handlers<typeof ChangeService>["putChange"] {
  return async (request, call) => {
    const { changes, runtime } = context;
    const given = request.change as DepartmentChange;
    const { id, departmentCode: code, effectiveOn, newName, successorCode: successor } = given;
    const person = call.caller as StaffActor;
    const { department: begunBy } = person;
    const papers = await papersOf(context, given.papers, begunBy, "change.papers");
    const kind = changeKindOf(given.kind);
    const order = { kind, effectiveOn, newName, successor, transfers: transfersOf(given), papers };
    const { division } = await judgedDepartment(context, code, order, call);
    const next = async (old: ChangeDocument | undefined): Promise<ChangeDocument> => {
      if (old) {
        reachedCase(old, id, call.reach);
        requireRevision(old, given.revision);
        requireEditable(old, code);
        if (isSame(old, order)) return old;
      }
      await requireOnlyOne(context, code, id);
      await runtime.evidence.append("change-put", { code: id, department: code, by: callerName(call.caller) });
      const state = old?.state === "returned" ? "returned" : "draft";
      const steps = withWriting(old?.steps ?? [], "write", person, runtime.now());
      const own = { case: id, department: code, division, state, steps, order, begunBy } as const;
      return { _id: id, revision: old?.revision ?? 1, ...own, carried: [], open: code };
    };
    const spent = () => overtaken(id);
    const changing = changeStored<ChangeDocument, ChangeDocument>(changes, id, next, { tries: TRIES, spent });
    const stored = await changing.catch((error: unknown) => {
      // Two changes of one department were begun at once.
      if (error instanceof DuplicateKey) overtaken(id);
      throw error;
    });
    return { change: changeView(stored, call.caller) };
  };
}

/** Refuses (`ALREADY_EXISTS`) a second change of a department that has one open. */
async function requireOnlyOne({ changes }: GovernanceContext, code: string, id: string): Promise<void> {
  const other = await changes.first({ index: "open", equals: [code] });
  if (!other || other.case === id) return;
  const field = "change.department_code";
  const description = `change ${other.case} of the department is open`;
  const remedy = "finish or withdraw that one first";
  const localized = `该部门的变更${other.case}尚未办结，请先办结或撤回`;
  const fields = [{ field, description, remedy, localized }];
  throw new Refusal("ALREADY_EXISTS", `${field}: ${description}`, { fields, metadata: { change: other.case } });
}

function isSame(old: ChangeDocument, order: ChangeOrder): boolean {
  return old.state !== "withdrawn" && JSON.stringify(old.order) === JSON.stringify(order);
}

function requireEditable({ state, department, case: id }: ChangeDocument, code: string): void {
  if (department !== code) {
    const localized = `变更${id}属于其他部门，请换用其他编号`;
    throw refuseField(
      "INVALID_FIELD",
      "change.id",
      "is a change of another department",
      "choose another id",
      localized,
    );
  }
  if (["draft", "returned", "withdrawn"].includes(state)) return;
  const localized = `部门变更处于“${CHANGE.states[state]}”，不能修改；请先退回`;
  throw refuseField(
    "STEP_REFUSED",
    "change.id",
    `what is ${state} is not changed`,
    "have it sent back first",
    localized,
  );
}
