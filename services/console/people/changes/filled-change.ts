import type { ChangeKind, DepartmentChange } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeKind as Kind } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import type { ChosenPaper } from "../../cases/papers-input.tsx";

/** Lists of codes that go to who takes over, each a text with one code a line. */
export const TRANSFERRED = ["unitCodes", "matterCodes", "appKeys", "itemCodes"] as const;

/** What is filled in of a change. */
export interface FilledChange {
  kind: ChangeKind;
  departmentCode: string;
  effectiveOn: string;
  newName?: string;
  successorCode?: string;
  transfers?: ({ toCode?: string } & Partial<Record<(typeof TRANSFERRED)[number], string>>)[];
  papers?: ChosenPaper[];
}

/** A form as it is opened, from a change that is there. */
export function filledFrom(change: DepartmentChange): FilledChange {
  const { kind, departmentCode, effectiveOn, newName, successorCode, transfers, papers } = change;
  return {
    ...{ kind, departmentCode, effectiveOn, newName, successorCode },
    transfers: transfers.map(({ toCode, ...lists }) => ({
      toCode,
      ...Object.fromEntries(TRANSFERRED.map((list) => [list, lists[list].join("\n")])),
    })),
    papers: papers.map(({ kind: paperKind, sha256, name }) => ({ kind: paperKind, sha256, name })),
  };
}

/** A change as the contract takes it: members of another kind, which the form shows no more, are left out. */
export function changeOf(filled: FilledChange, id: string, revision: number) {
  const { kind, departmentCode, effectiveOn, newName = "", successorCode = "", transfers = [], papers = [] } = filled;
  return {
    ...{ id, revision, kind, departmentCode, effectiveOn },
    newName: kind === Kind.RENAME ? newName : "",
    successorCode: kind === Kind.MERGE ? successorCode : "",
    transfers: kind === Kind.SPLIT ? transfers.map(transferOf) : [],
    papers: papers.map(({ kind: paperKind, sha256 }) => ({ kind: paperKind, sha256 })),
  };
}

function transferOf({ toCode = "", ...lists }: NonNullable<FilledChange["transfers"]>[number]) {
  const codes = (text = "") => text.split(/[\s,，、;；]+/).filter(Boolean);
  return { toCode, ...Object.fromEntries(TRANSFERRED.map((list) => [list, codes(lists[list])])) };
}
