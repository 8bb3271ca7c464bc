import type { Delegation, PutDelegationResponse } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { IssuingOpening, Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { UsageOpening } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { onBehalf } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";

/** How a record is put: only tried, or for good; `changes`: at which it must still be. */
export type PutOptions = ReturnType<typeof onBehalf> & { validateOnly?: boolean; changes?: bigint };

/** Puts an opening for one of the departments that it is asked for, the same for each (6.4.4.2). */
export async function putForUnit(
  { registry }: GovernanceContext,
  opening: IssuingOpening,
  departmentCode: string,
  { validateOnly = false, changes, ...options }: PutOptions,
): Promise<void> {
  const how = { validateOnly, ...(changes !== undefined && { changes }) };
  await registry.putIssuingOpening({ opening: { ...opening, departmentCode }, ...how }, options);
}

/** Puts the use of certificates of a department's matter; all else of the matter stays. */
export async function putUsage(
  { registry }: GovernanceContext,
  department: string,
  { matterCode: code, appKeys, items, enabledOn, closesOn, halt }: UsageOpening,
  { validateOnly = false, changes, ...options }: PutOptions,
): Promise<void> {
  const how = { validateOnly, ...(changes !== undefined && { changes }) };
  await ownMatter({ registry }, department, code, options);
  const paths = ["app_keys", "items", "enabled_on", "closes_on", "halt"];
  const matter = { code, appKeys, items, enabledOn, closesOn, ...(halt && { halt }) };
  await registry.putMatter({ matter, updateMask: { paths }, ...how }, options);
}

/** A matter of a department, with how often it was changed. Refuses (`MATTER_UNKNOWN`) another's. */
export async function ownMatter(
  { registry }: Pick<GovernanceContext, "registry">,
  department: string,
  code: string,
  options: ReturnType<typeof onBehalf>,
): Promise<{ matter: Matter; changes: bigint }> {
  const { matter, changes } = await registry.getMatter({ code }, options);
  if (matter?.departmentCode !== department) throw anothersMatter(code);
  return { matter, changes };
}

/** Has the app of another department act for the one that asked for it, which is who grants it. */
export async function putDelegation(
  { delegations }: GovernanceContext,
  delegation: Delegation,
  { validateOnly = false, changes, ...options }: PutOptions,
): Promise<PutDelegationResponse> {
  const how = { validateOnly, ...(changes !== undefined && { changes }) };
  const grantedBy = delegation.grantedBy || delegation.departmentCode;
  return delegations.putDelegation({ delegation: { ...delegation, grantedBy }, ...how }, options);
}

function anothersMatter(code: string) {
  const field = "request.usage.matter_code";
  const localized = `事项${code}不属于申请部门，请填写本部门的事项`;
  return refuseField("MATTER_UNKNOWN", field, `no matter ${code} of the department`, "name one of its own", localized);
}
