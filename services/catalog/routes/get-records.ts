import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import {
  AppSchema,
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
import type { CatalogContext } from "../context.ts";
import { openingKey } from "../registry/openings.ts";
import { isWithinReach } from "../registry/reach.ts";
import { readRecord } from "../registry/registry.ts";
import type { RecordKind } from "../stored/records.ts";

/** Reads a department of this node. */
export function getDepartment(context: CatalogContext): Handlers<typeof RegistryService>["getDepartment"] {
  const missing = { reason: "DEPARTMENT_UNKNOWN", field: "code", list: "ListDepartments" } as const;
  return async ({ code }) => ({ department: await found(context, "department", DepartmentSchema, code, missing) });
}

/** Reads an app of this node. */
export function getApp(context: CatalogContext): Handlers<typeof RegistryService>["getApp"] {
  const missing = { reason: "APP_UNKNOWN", field: "key", list: "ListApps" } as const;
  return async ({ key }, { reach }) => ({ app: await found(context, "app", AppSchema, key, { ...missing, reach }) });
}

/** Reads a seal of this node. */
export function getSeal(context: CatalogContext): Handlers<typeof RegistryService>["getSeal"] {
  const missing = { reason: "SEAL_UNKNOWN", field: "code", list: "ListSeals" } as const;
  return async ({ code }, { reach }) => ({
    seal: await found(context, "seal", SealSchema, code, { ...missing, reach }),
  });
}

/** Reads an opening of this node. */
export function getIssuingOpening(context: CatalogContext): Handlers<typeof RegistryService>["getIssuingOpening"] {
  const missing = { reason: "ITEM_NOT_OPENED", field: "item_code", list: "ListIssuingOpenings" } as const;
  return async (request, { reach }) => ({
    opening: await found(context, "opening", IssuingOpeningSchema, openingKey(request), { ...missing, reach }),
  });
}

/** Reads a matter of this node. */
export function getMatter(context: CatalogContext): Handlers<typeof RegistryService>["getMatter"] {
  const missing = { reason: "MATTER_UNKNOWN", field: "code", list: "ListMatters" } as const;
  return async ({ code }) => ({ matter: await found(context, "matter", MatterSchema, code, missing) });
}

async function found<S extends DescMessage>(
  context: CatalogContext,
  kind: RecordKind,
  schema: S,
  key: string,
  { reason, field, list, reach }: { reason: Reason; field: string; list: string; reach?: Reach },
): Promise<MessageShape<S>> {
  const node = context.runtime.config.node.code;
  const record = await readRecord(context, schema, kind, node, key);
  // At the province apps are known by their key alone: another node's is not one of this registry.
  const own = record && (!("node" in record) || record.node === node) ? record : undefined;
  if (own && (!reach || (await isWithinReach(context, reach, departmentOf(own))))) return own;
  const localized = `本节点没有${key}，请从列表（${list}）中选取`;
  throw refuseField(reason, field, `no ${kind} ${key} at this node`, `see ${list}`, localized);
}

function departmentOf(record: object): string {
  return "departmentCode" in record ? String(record.departmentCode) : "";
}
