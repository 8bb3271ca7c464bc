import type { DepartmentEntry } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import type { ChosenPaper } from "../../cases/papers-input.tsx";

/** What is filled in of an entry. */
export interface FilledEntry {
  code: string;
  name: string;
  division: string;
  superiorCode?: string;
  administrator?: { account?: string; name?: string };
  internalBodies?: ({ name?: string; duties?: string } | undefined)[];
  units?: ({ code?: string; name?: string; division?: string } | undefined)[];
  seals?: ({ name?: string; purpose?: string } | undefined)[];
  papers?: ChosenPaper[];
}

/** A form as it is opened, from an entry that is there. `prefix`: what accounts of the node begin with, which the form shows beside its field. */
export function filledFrom(entry: DepartmentEntry, prefix: string): FilledEntry {
  const { code, name, division, superiorCode, internalBodies, units, seals, papers, administrator } = entry;
  const account = administrator?.account ?? "";
  return {
    ...{ code, name, division, superiorCode },
    internalBodies: internalBodies.map((body) => ({ name: body.name, duties: body.duties })),
    units: units.map((unit) => ({ code: unit.code, name: unit.name, division: unit.division })),
    seals: seals.map((seal) => ({ name: seal.name, purpose: seal.purpose })),
    administrator: {
      account: account.startsWith(prefix) ? account.slice(prefix.length) : account,
      name: administrator?.name ?? "",
    },
    papers: papers.map(({ kind, sha256, name: file }) => ({ kind, sha256, name: file })),
  };
}

/** An entry as the contract takes it, at the revision that was read. */
export function entryOf({ administrator = {}, ...filled }: FilledEntry, prefix: string, revision: number) {
  const { code, name, division, superiorCode = "", internalBodies = [], units = [], seals = [], papers = [] } = filled;
  return {
    ...{ code: code.trim(), name, division, superiorCode, revision },
    internalBodies: internalBodies.map((body) => ({ name: body?.name ?? "", duties: body?.duties ?? "" })),
    units: units.map((unit) => ({ code: unit?.code ?? "", name: unit?.name ?? "", division: unit?.division ?? "" })),
    seals: seals.map((seal) => ({ name: seal?.name ?? "", purpose: seal?.purpose ?? "" })),
    administrator: { account: `${prefix}${administrator.account ?? ""}`, name: administrator.name ?? "" },
    papers: papers.map(({ kind, sha256 }) => ({ kind, sha256 })),
  };
}
