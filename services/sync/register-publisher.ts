import type { Department } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type IssuingRight, TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type RegisteredBody, writeIssuerRegister } from "../trust/issuer-register.ts";
import { type MadeAnew, madeAnew } from "./made-anew.ts";
import type { SyncOptions } from "./options.ts";

/** A published register of issuers. */
export interface PublishedRegister {
  bytes: Uint8Array;
  /** RFC 3339, UTC: when it was begun. */
  builtAt: string;
}

/** Publishes which bodies stand above a department, and which types it may issue (5.8.3). */
export type RegisterPublisher = MadeAnew<PublishedRegister>;

const PAGE = 500;
/** Superiors that are looked at, as the catalog does when it opens an item for units. */
const LEVELS = 5;

/** Creates the publisher of the province: out of the registries of all nodes, signed by the province. */
export function createRegisterPublisher(runtime: Runtime, options: SyncOptions): RegisterPublisher {
  const { config, log } = runtime;
  const catalog = runtime.client(TermsService, "catalog");

  async function make(): Promise<PublishedRegister> {
    const builtAt = runtime.now().toISOString();
    const departments = await all(async (page) => {
      const { departments: items, nextPageToken } = await catalog.listBodies(page);
      return { items, nextPageToken };
    });
    const rights = await all(async (page) => {
      const { rights: items, nextPageToken } = await catalog.listIssuingRights(page);
      return { items, nextPageToken };
    });
    const bodies = bodiesOf(departments, rights, config.node.code);
    const content = { publisher: config.node.code, builtAt, bodies };
    const bytes = writeIssuerRegister(content, (signed) => runtime.nodeKey.sign(signed));
    log.info({ bytes: bytes.length, bodies: Object.keys(bodies).length }, "a register of issuers was made");
    return { bytes, builtAt };
  }

  return madeAnew(options.statusBundleMs, runtime.now, ({ builtAt }) => new Date(builtAt), make);
}

/** Passes on what the province publishes; it is signed by the province and checked by whoever uses it. */
export function passOnRegister(runtime: Runtime, province: string, options: SyncOptions): RegisterPublisher {
  const statuses = runtime.client(StatusService, { peer: province, service: "sync" });
  let asked = new Date(0);
  const make = async (): Promise<PublishedRegister> => {
    const { register: bytes, builtAt } = await statuses.getIssuerRegister({});
    asked = runtime.now();
    return { bytes, builtAt };
  };
  return madeAnew(options.statusBundleMs, runtime.now, () => asked, make);
}

async function all<T>(
  read: (page: { pageSize: number; pageToken: string }) => Promise<{ items: T[]; nextPageToken: string }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let pageToken = ""; ; ) {
    const { items, nextPageToken } = await read({ pageSize: PAGE, pageToken });
    found.push(...items);
    if (nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
}

/**
 * Bodies by code. Where several nodes registered one body, its rights add up, and the superior that the province itself
 * names counts, else that of the first node.
 */
function bodiesOf(
  departments: readonly Department[],
  rights: readonly IssuingRight[],
  province: string,
): Record<string, RegisteredBody> {
  const superiors = new Map<string, string>();
  const ordered = [...departments].sort((a, b) => Number(b.node === province) - Number(a.node === province));
  for (const { code, superiorCode } of ordered) {
    if (superiorCode && !superiors.has(code)) superiors.set(code, superiorCode);
  }
  const types = new Map<string, Map<string, string>>(departments.map(({ code }) => [code, new Map()]));
  const allow = (code: string, { typeCode, since }: IssuingRight) => {
    const known = types.get(code);
    const before = known?.get(typeCode);
    if (before === undefined || since < before) known?.set(typeCode, since);
  };
  const below = rights.some(({ forUnits }) => forUnits) ? unitsBy(superiors) : new Map<string, string[]>();
  for (const right of rights) {
    allow(right.departmentCode, right);
    if (right.forUnits) for (const unit of below.get(right.departmentCode) ?? []) allow(unit, right);
  }
  return Object.fromEntries(
    [...types].map(([code, rightsOf]) => {
      const superior = superiors.get(code);
      return [code, { ...(superior !== undefined && { superior }), types: Object.fromEntries(rightsOf) }];
    }),
  );
}

/** All bodies below each body. */
function unitsBy(superiors: ReadonlyMap<string, string>): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const code of superiors.keys()) {
    let above = superiors.get(code);
    for (let level = 0; above !== undefined && level < LEVELS; level++) {
      below.set(above, [...(below.get(above) ?? []), code]);
      above = superiors.get(above);
    }
  }
  return below;
}
