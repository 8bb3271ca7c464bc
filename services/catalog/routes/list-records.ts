import {
  DepartmentSchema,
  IssuingOpeningSchema,
  MatterSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireWholeNode } from "../../registry/reach.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { pageWithinReach } from "../registry/reach-pages.ts";
import type { RecordKind } from "../stored/records.ts";

/** Lists the matters of this node by code. */
export function listMatters(context: CatalogContext): Handlers<typeof RegistryService>["listMatters"] {
  return async (request) => {
    const page = await recordPage(context, "matter", request);
    return { matters: page.values.map((value) => storedValue(MatterSchema, value)), nextPageToken: page.next };
  };
}

/** Lists the departments of this node by code. */
export function listDepartments(context: CatalogContext): Handlers<typeof RegistryService>["listDepartments"] {
  return async (request) => {
    const page = await recordPage(context, "department", request);
    return { departments: page.values.map((value) => storedValue(DepartmentSchema, value)), nextPageToken: page.next };
  };
}

/** Lists the seals of this node by code, without what is large. */
export function listSeals(context: CatalogContext): Handlers<typeof RegistryService>["listSeals"] {
  return async (request, { reach }) => {
    requireWholeNode(context, reach);
    const page = await recordPage(context, "seal", request);
    const seals = page.values.map((value) => ({
      ...storedValue(SealSchema, value),
      pictureJson: "",
      electronicSeal: new Uint8Array(),
    }));
    return { seals, nextPageToken: page.next };
  };
}

/** Lists the openings of this node within reach. */
export function listIssuingOpenings(context: CatalogContext): Handlers<typeof RegistryService>["listIssuingOpenings"] {
  const own = [context.runtime.config.node.code];
  const list = {
    query: context.registry.of("opening").query,
    everything: { index: BY_NODE.name, equals: own },
    of: (department: string) => ({ index: "byDepartment", equals: [...own, department] }),
  };
  return async (request, { reach }) => {
    const { items, nextPageToken } = await pageWithinReach(context, list, reach, request);
    return { openings: items.map(({ value }) => storedValue(IssuingOpeningSchema, value)), nextPageToken };
  };
}

async function recordPage(
  { registry, runtime }: CatalogContext,
  kind: RecordKind,
  request: { pageSize: number; pageToken: string },
) {
  const page = await registry.of(kind).query({
    index: BY_NODE.name,
    equals: [runtime.config.node.code],
    limit: request.pageSize || 50,
    ...(request.pageToken && { after: request.pageToken }),
  });
  return { values: page.items.map((item) => item.value), next: page.next ?? "" };
}
