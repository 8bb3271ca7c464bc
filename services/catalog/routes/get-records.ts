import {
  DepartmentSchema,
  IssuingOpeningSchema,
  MatterSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Reach } from "../../domain/permit.ts";
import type { Reason } from "../../domain/reason.ts";
import { refuseField } from "../../domain/refusal.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { openingKey } from "../registry/openings.ts";
import { confirmedDigest } from "../seals/confirmation.ts";
import { drawnSeal } from "../seals/drawn-seal.ts";
import { readableParts } from "../seals/readable-parts.ts";
import { type RecordKind, type RegistryDocument, recordId } from "../stored/records.ts";

/** Reads a department of this node. */
export function getDepartment(context: CatalogContext): Handlers<typeof RegistryService>["getDepartment"] {
  const missing = { reason: "DEPARTMENT_UNKNOWN", field: "code", list: "ListDepartments" } as const;
  return async ({ code }) => {
    const { value } = await found(context, "department", code, missing);
    return { department: storedValue(DepartmentSchema, value) };
  };
}

/** Reads a seal of this node: drawn, where that is asked for. */
export function getSeal(context: CatalogContext): Handlers<typeof RegistryService>["getSeal"] {
  const missing = { reason: "SEAL_UNKNOWN", field: "code", list: "ListSeals" } as const;
  return async ({ code, withPicture }, { reach }) => {
    const { value } = await found(context, "seal", code, { ...missing, reach });
    const seal = storedValue(SealSchema, value);
    const picture = withPicture ? { picture: await drawnSeal(context, seal) } : {};
    return { seal, digest: confirmedDigest(seal), ...readableParts(seal), ...picture };
  };
}

/** Reads an opening of this node. */
export function getIssuingOpening(context: CatalogContext): Handlers<typeof RegistryService>["getIssuingOpening"] {
  const missing = { reason: "ITEM_NOT_OPENED", field: "item_code", list: "ListIssuingOpenings" } as const;
  return async (request, { reach }) => {
    const { value, changes } = await found(context, "opening", openingKey(request), { ...missing, reach });
    return { opening: storedValue(IssuingOpeningSchema, value), changes: BigInt(changes) };
  };
}

/** Reads a matter of this node. */
export function getMatter(context: CatalogContext): Handlers<typeof RegistryService>["getMatter"] {
  const missing = { reason: "MATTER_UNKNOWN", field: "code", list: "ListMatters" } as const;
  return async ({ code }) => {
    const { value, changes } = await found(context, "matter", code, missing);
    return { matter: storedValue(MatterSchema, value), changes: BigInt(changes) };
  };
}

async function found(
  context: CatalogContext,
  kind: RecordKind,
  key: string,
  { reason, field, list, reach }: { reason: Reason; field: string; list: string; reach?: Reach },
): Promise<RegistryDocument> {
  const node = context.runtime.config.node.code;
  const document = await context.registry.of(kind).get(recordId(kind, node, key));
  if (document && (!reach || (await isDepartmentWithin(context, reach, departmentOf(document.value))))) return document;
  const localized = `本节点没有${key}，请从列表（${list}）中选取`;
  throw refuseField(reason, field, `no ${kind} ${key} at this node`, `see ${list}`, localized);
}

function departmentOf(record: object): string {
  return "departmentCode" in record ? String(record.departmentCode) : "";
}
