import type { TakenStep } from "../../../proto/gen/ecert/type/v1/procedure_pb.ts";

/** The department or body of who wrote a case last: the one that has handed in its papers. */
export function writerOf(steps: readonly Pick<TakenStep, "action" | "departmentCode">[]): string {
  return steps.findLast(({ action }) => action === "write")?.departmentCode ?? "";
}
