import {
  DepartmentSchema,
  type IssuingOpening,
  IssuingOpeningSchema,
  MatterSchema,
  type Seal,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { itemNames } from "../items/item-names.ts";
import { narrowedWithinReach } from "../registry/reach-pages.ts";
import { readSealCertificate } from "../seals/seal-certificate.ts";
import type { RegistryDocument } from "../stored/records.ts";

/** Lists the matters of this node by code. */
export function listMatters(context: CatalogContext): Handlers<typeof RegistryService>["listMatters"] {
  return async (request) => {
    const { items, next = "" } = await context.registry.of("matter").query({
      ...{ index: BY_NODE.name, equals: [context.runtime.config.node.code], limit: request.pageSize || 50 },
      ...(request.pageToken && { after: request.pageToken }),
    });
    return { matters: items.map(({ value }) => storedValue(MatterSchema, value)), nextPageToken: next };
  };
}

const DEPARTMENT_KEYS: Readonly<Record<string, (one: RegistryDocument) => string>> = {
  name: ({ value }) => String(value.name),
  code: ({ key }) => key,
  division: ({ value }) => String(value.division),
  superior_code: ({ value }) => String(value.superiorCode ?? ""),
};

/** Lists the departments of this node by code or in the order asked for, or those below one, or those whose code or name holds a text. */
export function listDepartments(context: CatalogContext): Handlers<typeof RegistryService>["listDepartments"] {
  const { code: node } = context.runtime.config.node;
  return async ({ pageSize, pageToken, search, superiorCode, orderBy }) => {
    const part =
      superiorCode === ""
        ? { index: BY_NODE.name, equals: [node] }
        : { index: "bySuperior", equals: [node, superiorCode] };
    const query = { ...part, limit: pageSize || 50, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next = "" } = await orderedPage(
      context.registry.of("department"),
      query,
      { orderBy, keys: DEPARTMENT_KEYS },
      ({ key, value }) => holdsPart(search, [key, String(value.name)]),
    );
    return { departments: items.map(({ value }) => storedValue(DepartmentSchema, value)), nextPageToken: next };
  };
}

const SEAL_KEYS: Readonly<Record<string, (one: Seal) => string>> = {
  name: ({ name }) => name,
  code: ({ code }) => code,
};

/** Lists the seals of this node within reach by code or in the order asked for, all or those that are asked for, without what is large. */
export function listSeals(context: CatalogContext): Handlers<typeof RegistryService>["listSeals"] {
  const list = listOf(context, "seal");
  return async (request, { reach }) => {
    const { search, orderBy, awaitingConfirmation: awaiting } = request;
    const { items: seals, nextPageToken } = await narrowedWithinReach(context, list, reach, request, {
      ...{ search, orderBy, keys: SEAL_KEYS, view: sealView },
      fits: (seal) => holdsPart(search, [seal.code, seal.name]) && (!awaiting || isAwaited(seal)),
    });
    const certificateEnds = Object.fromEntries(seals.flatMap((seal) => sealEnd(seal) ?? []));
    return { seals, nextPageToken, certificateEnds };
  };
}

const OPENING_KEYS: Readonly<Record<string, (one: IssuingOpening) => string>> = {
  item_code: ({ itemCode }) => itemCode,
  app_key: ({ appKey }) => appKey,
  seal_code: ({ sealCode }) => sealCode,
  opens_on: ({ opensOn }) => opensOn,
};

/** Lists the openings of this node within reach, all or those that are asked for. */
export function listIssuingOpenings(context: CatalogContext): Handlers<typeof RegistryService>["listIssuingOpenings"] {
  const list = listOf(context, "opening");
  return async (request, { reach }) => {
    const { search, orderBy } = request;
    const names = search === "" ? new Map<string, string>() : await itemNames(context);
    const { items: openings, nextPageToken } = await narrowedWithinReach(context, list, reach, request, {
      ...{ search, orderBy, keys: OPENING_KEYS },
      view: ({ value }) => storedValue(IssuingOpeningSchema, value),
      fits: ({ itemCode, appKey, sealCode }) =>
        holdsPart(search, [itemCode, names.get(itemCode) ?? "", appKey, sealCode]),
    });
    return { openings, nextPageToken };
  };
}

function sealView({ value }: RegistryDocument): Seal {
  return { ...storedValue(SealSchema, value), pictureJson: "", electronicSeal: new Uint8Array() };
}

/** Whether the seal waits for its department, which confirms none that was unbound. */
function isAwaited({ awaitingConfirmation, unbound }: Seal): boolean {
  return awaitingConfirmation && !unbound;
}

/** Code of a seal and when its certificate ends; `undefined` where that cannot be read, as of seals of long ago. */
function sealEnd({ code, signingCertificatePem }: Seal): [[string, string]] | undefined {
  try {
    return [[code, readSealCertificate(signingCertificatePem).notAfter.toISOString()]];
  } catch {
    return undefined;
  }
}

/** How records that belong to departments are read: all of this node, or those of one department. */
function listOf({ registry, runtime }: CatalogContext, kind: "seal" | "opening") {
  const own = [runtime.config.node.code];
  return {
    query: registry.of(kind).query,
    everything: { index: BY_NODE.name, equals: own },
    of: (department: string) => ({ index: "byDepartment", equals: [...own, department] }),
  };
}
