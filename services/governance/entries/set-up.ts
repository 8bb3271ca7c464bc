import { ownStep } from "../cases/carry-out.ts";
import { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import type { EntryDocument } from "./entry-record.ts";
import { requireFree } from "./judge-entry.ts";

/**
 * 6.4.1.1, initial set-up of an entry that was found good: the department, its units, the account of its administrator, in this order, so that whatever
 * dies in between is done again to the same end. What is registered already keeps what the form does not name.
 */
export async function setUp(
  context: GovernanceContext,
  entry: EntryDocument,
  signal: AbortSignal,
): Promise<EntryDocument> {
  const { registry, accounts, runtime } = context;
  const { code, name, division, superior, units, administrator } = entry.form;
  const options = onNodesOwn(signal);
  await requireFree(context, entry.form, options);
  const updateMask = { paths: ["name", "division", "superior_code"] };
  const department = { code, name, division, superiorCode: superior };
  await registry.putDepartment({ department, updateMask }, options);
  for (const unit of units)
    await registry.putDepartment({ department: { ...unit, superiorCode: code }, updateMask }, options);
  await accounts.inviteAdministrator(
    { id: administrator.account, name: administrator.name, departmentCode: code },
    options,
  );
  await runtime.evidence.append("entry-step", { code, action: "setUp", state: "setUp", by: "service/governance" });
  const { fault: _, ...rest } = entry;
  return { ...rest, state: "setUp", work: "activate", steps: [...entry.steps, ownStep("setUp", runtime)] };
}

/** 5.8.3: the entry is done once the institution certificate of the department has activated its administrator; `undefined`: not yet. */
export async function activate(
  { accounts, runtime }: GovernanceContext,
  entry: EntryDocument,
  signal: AbortSignal,
): Promise<EntryDocument | undefined> {
  const { code, administrator } = entry.form;
  const invitation = { id: administrator.account, name: administrator.name, departmentCode: code };
  const { activated } = await accounts.inviteAdministrator(invitation, onNodesOwn(signal));
  if (activated === "") return undefined;
  await runtime.evidence.append("entry-step", { code, action: "activate", state: "active", by: "service/governance" });
  const { fault: _, work: __, ...rest } = entry;
  return { ...rest, state: "active", steps: [...entry.steps, ownStep("activate", runtime)] };
}
