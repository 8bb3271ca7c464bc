import type { Department, IssuingOpening, Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import {
  type IssuingSaid,
  moreInDepartment,
  moreInMatter,
  moreInOpening,
  type UsageSaid,
} from "../../domain/only-less.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { haltOf } from "./halt.ts";

/** Who decides instead of one person, by kind of record: the service of the procedure, and what is done there. */
const PROCEDURES = {
  opening: [
    "OpeningRequestService",
    "ask for it (PutOpeningRequest), and let the management body confirm it",
    "开通申请",
  ],
  matter: [
    "OpeningRequestService",
    "ask for it (PutOpeningRequest), and let the management body confirm it",
    "开通申请",
  ],
  delegation: [
    "OpeningRequestService",
    "ask for the delegation (PutOpeningRequest), and let the management body confirm it",
    "开通申请",
  ],
  entry: ["EntryService", "have the department enter (PutEntry)", "部门进驻"],
  change: ["ChangeService", "have the change ordered and confirmed (PutChange)", "部门变更"],
} as const;

/**
 * Holds whoever puts a record to what he may do alone, and gives what the evidence says of it besides. Refuses (`PROCEDURE_NEEDED`) to have a member of staff
 * allow more than before; `more`: the members by which that would be.
 */
export function requireOnlyLess(
  { kind }: Pick<Actor, "kind">,
  record: "opening" | "matter" | "delegation" | "department",
  more: readonly string[],
): JsonObject {
  if (more.length === 0 || kind === "service") return {};
  if (kind !== "staff") return { without_procedure: [...more] };
  const [service, remedy, chinese] =
    PROCEDURES[record === "department" ? (more.includes("code") ? "entry" : "change") : record];
  const fields = more.map(
    (member): FieldViolation => ({
      ...{
        field: `${record}.${member}`,
        description: "would allow more than before, and nobody decides that alone",
        remedy,
      },
      localized: `单人直接办理仅限暂停、撤回、停用或缩减；此项扩大了原有范围，请通过“${chinese}”办理`,
    }),
  );
  throw new Refusal("PROCEDURE_NEEDED", `${fields[0]?.field}: ${fields[0]?.description}; ${remedy}`, {
    ...{ fields, metadata: { procedure: `ecert.governance.v1.${service}` } },
  });
}

/** What an opening would allow more. */
export function moreOfOpening(old: IssuingOpening | undefined, wanted: IssuingOpening): string[] {
  return moreInOpening(old && issuingSaid(old), issuingSaid(wanted));
}

/** What a matter would allow more. */
export function moreOfMatter(old: Matter | undefined, wanted: Matter): string[] {
  return moreInMatter(old && usageSaid(old), usageSaid(wanted));
}

/** What of a department would let more be done. */
export function moreOfDepartment(old: Department | undefined, wanted: Department): string[] {
  return moreInDepartment(old, wanted);
}

function issuingSaid({ controls, halt, ...opening }: IssuingOpening): IssuingSaid {
  const { sealCode, opensOn, closesOn, attested, forUnits, samePersonMayIssue } = opening;
  const { signerAccounts = [], issuesPerDay = 0 } = controls ?? {};
  return {
    ...{ sealCode, opensOn, closesOn, attested, forUnits, samePersonMayIssue, signerAccounts, issuesPerDay },
    ...haltOf(halt),
  };
}

function usageSaid({ halt, departmentCode: department, ...matter }: Matter): UsageSaid {
  const { appKeys, items, enabledOn, closesOn, endedOn, disabled } = matter;
  return { department, appKeys, items, enabledOn, closesOn, endedOn, disabled, ...haltOf(halt) };
}
